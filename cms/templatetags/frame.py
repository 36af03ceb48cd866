"""Tags of the page frame: the same page in the other languages, the home page's address. `{% load frame %}`."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Page

register = template.Library()


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: str
    name: str
    url: str
    current: bool


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """This page in each language. A Wagtail page links to its own translation, or to that language's home page; what
    has one address for all languages (printed codes, the journey of a lot) to itself with ``?lang=``."""
    request = context.get("request")
    if request is None:
        return []
    active = (get_language() or settings.LANGUAGE_CODE)[:2]
    page = context.get("page")
    translated = _page_addresses(page, active, request.path) if isinstance(page, Page) and page.pk else None
    links = []
    for code, name in settings.LANGUAGES:
        if translated is not None:
            url = translated.get(code, home_url(code))
        else:
            url = _address_in(request, code, is_current=code == active)
        links.append(LanguageLink(code, str(name), url, code == active))
    return links


def _address_in(request: HttpRequest, code: str, *, is_current: bool) -> str:
    url = translate_url(request.path, code)
    if url != request.path or is_current:
        return url
    query = request.GET.copy()
    query["lang"] = code
    return f"{url}?{query.urlencode()}"


def _page_addresses(page: Page, active: str, path: str) -> dict[str, str]:
    addresses = {active: path}
    for other in page.get_translations().live().select_related("locale"):
        addresses[other.locale.language_code] = other.get_url() or home_url(other.locale.language_code)
    return addresses


@register.simple_tag
def home_url(language: str = "") -> str:
    """ "/" in Vietnamese, "/en/" in English."""
    code = language or (get_language() or settings.LANGUAGE_CODE)[:2]
    return "/" if code == settings.LANGUAGE_CODE else f"/{code}/"


@register.simple_tag
def art_url(name: str) -> str:
    """The address of a drawing of static/img/art/webp."""
    return static(f"img/art/webp/{name}.webp")
