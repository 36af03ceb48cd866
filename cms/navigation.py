"""The frame around every public page: the operator's data and the menu, read once and kept for a minute.

A page of the shop must not pay for its frame: warm it costs no query, cold it costs four at most (site, settings,
menu, restrictions). An editor's change to a page forgets it at once (`wagtail_hooks.py`); changed settings, and other
processes, follow within the minute.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.cache import cache
from wagtail.models import Page, Site

from cms.page_languages import path_here
from cms.site_settings import SiteSettings
from community.text.languages import LANGUAGES as LANGUAGES

KEPT_SECONDS = 60
BORROWS = ("km",)
"""Languages whose pages are few: what is not there is shown in Vietnamese, under their own addresses."""


@dataclass(frozen=True, slots=True)
class Link:
    """``language`` of the title where it is not the frame's, else ""."""

    title: str
    url: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    registration: str = ""
    help_name: str = ""
    help_phone: str = ""
    licence: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What base.html shows around a page, in one language."""

    operator: Operator = field(default_factory=Operator)
    menu: tuple[Link, ...] = ()


def frame_in(language: str) -> Frame:
    """The frame in one of `LANGUAGES`, from the cache or freshly read."""
    key = _key(language)
    kept = cache.get(key)
    if isinstance(kept, Frame):
        return kept
    fresh = _read_frame(language)
    cache.set(key, fresh, KEPT_SECONDS)
    return fresh


def forget_frames() -> None:
    """After an editor changed the menu or the operator's data."""
    cache.delete_many([_key(language) for language in LANGUAGES])


def _key(language: str) -> str:
    return f"cms.frame.{language}"


def _read_frame(language: str) -> Frame:
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        return Frame()
    settings = SiteSettings.objects.filter(site=site).first() or SiteSettings(site=site)
    return Frame(_operator(settings, language), _menu(language))


def _operator(settings: SiteSettings, language: str) -> Operator:
    english = language == "en"
    return Operator(
        name=(settings.operator_name_en if english else "") or settings.operator_name,
        address=settings.address,
        phone=settings.phone,
        email=settings.email,
        registration=settings.registration,
        help_name=settings.help_name,
        help_phone=settings.help_phone,
        licence=settings.licence,
        links=tuple(_footer_links(settings, language)),
    )


def _footer_links(settings: SiteSettings, language: str) -> list[Link]:
    links = []
    for block in settings.footer_links:
        value = block.value
        page = value.get("page")
        url = path_here(page.localized, language) if page is not None else value.get("address")
        title = value.get("title_en") if language == "en" else ""
        if url:
            links.append(Link(title or value["title"], url, "" if title or language == "vi" else "vi"))
    return links


def _menu(language: str) -> tuple[Link, ...]:
    pages = Page.objects.live().public().in_menu().select_related("locale").order_by("path")
    own = list(pages.filter(locale__language_code=language))
    if language in BORROWS:
        translated = {page.translation_key for page in own}
        lent = pages.filter(locale__language_code="vi").exclude(translation_key__in=translated)
        own += [page for page in lent if page.depth > 2]
    return tuple(
        Link(page.title, url, "" if page.locale.language_code == language else page.locale.language_code)
        for page in own
        if (url := path_here(page, language))
    )
