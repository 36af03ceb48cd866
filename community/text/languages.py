"""Words that know which language they are in, so that a page of another language can say so to a screen reader."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class Spoken(str):
    """A text of the data (a title, a story) with the language it was written in: "vi", "en" …"""

    language: str

    def __new__(cls, words: str, language: str) -> Spoken:
        spoken = super().__new__(cls, words)
        spoken.language = language
        return spoken

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.language


def in_language(vietnamese: str, english: str, khmer: str = "") -> Spoken:
    """The words for the reader's language; Vietnamese where none were written in it."""
    written = {"en": english, "km": khmer}
    language = (get_language() or "vi")[:2]
    if words := written.get(language):
        return Spoken(words, language)
    return Spoken(vietnamese, "vi")


def language_name(code: str) -> Spoken:
    """ "km" → "ភាសាខ្មែរ": a language as its own speakers call it."""
    return Spoken(dict(settings.LANGUAGES).get(code, code), code)


def foreign_language(words: object) -> str:
    """The language of ``words`` where it is not the page's, else "". Words that know no language are the page's."""
    written = getattr(words, "language", "")
    return "" if written == (get_language() or settings.LANGUAGE_CODE)[:2] else str(written)
