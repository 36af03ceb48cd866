"""What time it is. The demo's history is told through ``at``, by the same verbs and in its own time; the site itself
never sets the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """Aware, in UTC or as told."""
    return _told.get() or timezone.now()


def today() -> date:
    """The date in Viet Nam."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is ``moment`` (aware)."""
    if timezone.is_naive(moment):
        raise ValueError("tell the time with its zone")
    before = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(before)
