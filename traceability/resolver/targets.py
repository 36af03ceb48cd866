"""Where links lead: absolute addresses of this house's own pages and interfaces, percent-encoded."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import override

CATCH_ALL = "wagtail_serve"


def page(name: str, code: str, *, language: str, query: str = "", part: str = "") -> str:
    """A page for people, in ``language``; ``query`` without its question mark, ``part`` is a section's id."""
    with override(language):
        path = reverse(f"passport:{name}", args=[code])
    return absolute(path + (f"?{query}" if query else "") + (f"#{part}" if part else ""))


def interface(path: str, query: str = "") -> str:
    """An address for machines, outside the languages; "" when nothing is served there."""
    return absolute(path + (f"?{query}" if query else "")) if is_served(path) else ""


def absolute(path: str) -> str:
    return str(settings.SITE_URL).rstrip("/") + path


def identity(path: str) -> str:
    """Under the base that is printed on labels: the anchor of a linkset."""
    return str(settings.ID_BASE_URL).rstrip("/") + path


def in_query(value: str) -> str:
    return quote(value, safe="")


@lru_cache(maxsize=1024)  # paths carry lot codes: a bound, or every lot ever asked for stays in memory
def is_served(path: str) -> bool:
    """False for what only the pages' catch-all would take: a link there would lead nowhere."""
    try:
        return resolve(path).url_name != CATCH_ALL
    except Resolver404:
        return False
