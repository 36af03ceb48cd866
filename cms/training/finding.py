"""Which lessons there are, in the reader's language where it has them and in Vietnamese where not."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404
from django.utils.translation import get_language

from cms.pages.guides import GuidePage


def lessons() -> list[GuidePage]:
    """One page per lesson, in the order of the Vietnamese ones. One query."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    wanted = {language, settings.LANGUAGE_CODE}
    pages = GuidePage.objects.live().public().exclude(lesson="").filter(locale__language_code__in=wanted)
    found: dict[str, GuidePage] = {}
    places: dict[str, str] = {}
    for page in pages.select_related("locale").order_by("path"):
        code = page.locale.language_code
        if code == settings.LANGUAGE_CODE:
            places[page.lesson] = page.path
        if code == language or page.lesson not in found:
            found[page.lesson] = page
    return sorted(found.values(), key=lambda page: str(places.get(page.lesson, page.path)))


def lesson_or_404(key: str) -> GuidePage:
    for page in lessons():
        if page.lesson == key:
            return page
    raise Http404


def acts_of(pages: list[GuidePage]) -> dict[str, str]:
    """Lesson → the act that shows it is done alone; lessons without one are attested."""
    return {page.lesson: page.act for page in pages if page.act}
