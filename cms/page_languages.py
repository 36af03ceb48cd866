"""The same page in other languages: where it stands, which of those addresses search engines shall know.

A page of Wagtail that nobody has translated still has an address under the other language: there it is shown as it
was written, in a frame of that language (`cms/pages/home.py` finds it). Search engines are told of real translations
only, and of one address for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import translate_url
from wagtail.models import Page

DEFAULT = settings.LANGUAGE_CODE


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """``url`` is where the reader goes on, with all that was asked for; ``indexed`` the address that search engines
    know, "" where this language has no page of its own."""

    code: str
    name: str
    url: str
    current: bool
    indexed: str


def home_path(code: str) -> str:
    """ "/" in Vietnamese, "/en/" in English, "/km/" in Khmer."""
    return "/" if code == DEFAULT else f"/{code}/"


def path_here(page: Page, language: str) -> str:
    """Where a reader of ``language`` is shown ``page``: its own address, or that of the Vietnamese words lent to it."""
    url = page.get_url() or ""
    lent = url and language != DEFAULT and page.locale.language_code == DEFAULT
    return home_path(language) + url.removeprefix("/") if lent else url


def links_of(request: HttpRequest, page: Page | None, active: str) -> list[LanguageLink]:
    """One link for each language of the site, in its order."""
    if page is not None:
        return [_link(request, where, active) for where in _of_page(page)]
    found = []
    for code, _name in settings.LANGUAGES:
        path = translate_url(request.path, code)
        own = path != request.path or code == active  # printed codes have one address: the language rides along
        found.append(_link(request, _Where(code, path, own), active, by_query=not own))
    return found


def canonical_path(request: HttpRequest, page: Page | None) -> str:
    """The one address of what is shown: a page of Wagtail's own, else this one; of a list only the page's number."""
    path = (page.get_url() if page is not None else None) or request.path
    return path + _page_number(request.GET)


@dataclass(frozen=True, slots=True)
class _Where:
    """``own``: this language has the page at that path; else only the frame around it is in that language."""

    code: str
    path: str
    own: bool


def _link(request: HttpRequest, at: _Where, active: str, *, by_query: bool = False) -> LanguageLink:
    query = request.GET.copy()
    query.pop("lang", None)
    if by_query:
        query["lang"] = at.code
    told = f"?{query.urlencode()}" if query else ""
    indexed = at.path + _page_number(request.GET) if at.own else ""
    name = str(dict(settings.LANGUAGES)[at.code])
    return LanguageLink(at.code, name, at.path + told, at.code == active, indexed)


def _page_number(query: QueryDict) -> str:
    number = query.get("page", "")
    return f"?{urlencode({'page': number})}" if number.isdecimal() and number not in ("", "0", "1") else ""


def _of_page(page: Page) -> list[_Where]:
    """Where each language shows this page: its translation, else the Vietnamese words, else that home page."""
    pages = {one.locale.language_code: one for one in page.get_translations().live().select_related("locale")}
    pages[page.locale.language_code] = page
    own = {code: url for code, one in pages.items() if (url := one.get_url())}
    words = own.get(DEFAULT, "").removeprefix("/")
    return [_Where(code, own.get(code) or home_path(code) + words, code in own) for code, _name in settings.LANGUAGES]
