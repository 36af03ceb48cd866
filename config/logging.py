"""What the site writes to its log: one line a happening, to the console of whoever runs it."""

from __future__ import annotations

import logging
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


def logging_of(*, level: str, debug: bool) -> dict[str, Any]:
    """Django's ``LOGGING``; ``level`` is a name of the logging module ("INFO")."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "filters": {"gone_is_done": {"()": GoneIsDone}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "fontTools": {"level": "WARNING"},
            "wagtail": {"level": "WARNING"},  # its own log of changes is in the database
            "django_tasks": {"level": "WARNING", "filters": ["gone_is_done"]},
            "modelsearch.index": {"filters": ["gone_is_done"]},
            "huey": {"level": "INFO" if debug else "WARNING", "filters": ["gone_is_done"]},
        },
    }
