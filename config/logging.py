"""What the site writes to its log: one line a happening, to the console of whoever runs it."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ObjectDoesNotExist


class GoneIsDone(logging.Filter):
    """Drops what the worker says when a job asks for a row that was deleted meanwhile (an old queue, a dropped draft):
    there is nothing left to do, and nobody has to look at it."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        return not isinstance(fault, ObjectDoesNotExist)


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
            "huey": {"level": "INFO" if debug else "WARNING", "filters": ["gone_is_done"]},
        },
    }
