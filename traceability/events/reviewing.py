"""Signs worth a second look. They are shown to the cooperative; nothing is ever refused for them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

TOGETHER = timedelta(minutes=10)
MANY_DAYS = 5


def filled_in_afterwards(entries: Iterable[tuple[datetime, date]]) -> int:
    """``entries``: (when it came in, the day it tells of). The largest number of different days that were written down
    within ten minutes, or 0 when it is fewer than five: a diary kept day by day does not look like that."""
    ordered: Sequence[tuple[datetime, date]] = sorted(entries)
    most = 0
    for first, (began, _day) in enumerate(ordered):
        days = {day for came, day in ordered[first:] if came - began <= TOGETHER}
        most = max(most, len(days))
    return most if most >= MANY_DAYS else 0
