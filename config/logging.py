"""What the site writes to its log: one line a happening, to the console of whoever runs it."""

from __future__ import annotations

import logging
import re
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError


class GoneIsDone(logging.Filter):
    """Drops what the worker says when there is nothing left to do and nobody has to look at it: the row was deleted
    meanwhile (an old queue, a dropped draft), or two workers put the same page into the search index at once and the
    other was first (modelsearch looks, then inserts)."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        is_indexed = isinstance(fault, IntegrityError) and "indexentry" in str(fault)
        return not (is_indexed or isinstance(fault, ObjectDoesNotExist))


CARD_NUMBER = re.compile(r"(?<![\d.])[2-6](?:[ -]?\d){12,18}(?!\d)")
CARD_FIELD = re.compile(
    r"""(?i)\b(card_?number|number|card|pan|cvc|cvv2?|security_?code)\b(["']?\s*[=:]\s*["']?)"""
    r"""(\d[\d -]{1,22}\d)"""
)
LEFT_OUT = "[left out]"


def without_cards(text: str) -> str:
    """The text without what may be a card's number or code: nothing here asks for them, so they are somebody's mistake,
    and must not stay in a log."""
    text = CARD_FIELD.sub(_of_field, text)
    return CARD_NUMBER.sub(lambda found: LEFT_OUT if _luhn(found[0]) else found[0], text)


def _of_field(found: re.Match[str]) -> str:
    """Fields with a plain name ("number") only when they are as long as a card's."""
    plain = found[1].lower() in ("number", "card", "pan")
    digits = sum(each.isdigit() for each in found[3])
    return found[0] if plain and not 12 <= digits <= 19 else f"{found[1]}{found[2]}{LEFT_OUT}"


def _luhn(text: str) -> bool:
    """The check of card numbers (ISO/IEC 7812): most other long numbers fail it."""
    digits = [int(each) for each in reversed(text) if each.isdigit()]
    doubled = [sum(divmod(2 * each, 10)) for each in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


class WithoutCards(logging.Formatter):
    """Formats the whole line, arguments and traceback included, and only then looks."""

    def format(self, record: logging.LogRecord) -> str:
        return without_cards(super().format(record))


def logging_of(*, level: str, debug: bool) -> dict[str, Any]:
    """Django's ``LOGGING``; ``level`` is a name of the logging module ("INFO")."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": WithoutCards, "format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "filters": {"gone_is_done": {"()": GoneIsDone}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "stripe": {"level": "WARNING"},  # one line a request says nothing that our rows do not
            "fontTools": {"level": "WARNING"},
            "wagtail": {"level": "WARNING"},  # its own log of changes is in the database
            "django_tasks": {"level": "WARNING", "filters": ["gone_is_done"]},
            "modelsearch.index": {"filters": ["gone_is_done"]},
            "huey": {"level": "INFO" if debug else "WARNING", "filters": ["gone_is_done"]},
        },
    }
