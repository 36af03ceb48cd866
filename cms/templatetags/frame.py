"""Tags of the page frame: the same page in the other languages, the home page's address. `{% load frame %}`."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from cms.page_languages import LanguageLink, canonical_path, home_path, links_of, path_here

register = template.Library()


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """This page in each language. A Wagtail page links to its own translation, or to where it is shown untranslated;
    what has one address for all languages (printed codes, the journey of a lot) to itself with ``?lang=``."""
    request = context.get("request")
    if request is None:
        return []
    return links_of(request, _page(context), (get_language() or settings.LANGUAGE_CODE)[:2])


@register.simple_tag(takes_context=True)
def canonical_url(context: Context) -> str:
    request = context.get("request")
    return "" if request is None else settings.SITE_URL.rstrip("/") + canonical_path(request, _page(context))


@register.simple_tag(takes_context=True)
def page_language(context: Context) -> str:
    """The language of a Wagtail page's words where the frame around it speaks another, else ""."""
    page = _page(context)
    written = page.locale.language_code if page is not None else ""
    return "" if written == (get_language() or settings.LANGUAGE_CODE)[:2] else written


def _page(context: Context) -> Page | None:
    page = context.get("page")  # of a list, `page` is a page of rows
    return page if isinstance(page, Page) and page.pk else None


@register.simple_tag
def home_url(language: str = "") -> str:
    """ "/" in Vietnamese, "/en/" in English."""
    return home_path(language or (get_language() or settings.LANGUAGE_CODE)[:2])


@register.filter
def address_here(page: Page) -> str:
    """Where this reader is shown a page, in whichever language its words are."""
    return path_here(page, (get_language() or settings.LANGUAGE_CODE)[:2])


@register.filter
def written_in(page: Page) -> SafeString | str:
    """` lang="vi"` for what shows a page's words in a frame of another language, else nothing."""
    code = page.locale.language_code
    return "" if code == (get_language() or settings.LANGUAGE_CODE)[:2] else format_html(' lang="{}"', code)


@register.simple_tag
def art_url(name: str) -> str:
    """The address of a drawing, 192 px wide: a third of the bytes of the one that pictures are composed from."""
    return static(f"img/art/small/{name}.webp")
