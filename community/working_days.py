"""Working days as offices here have them: Monday to Friday, without the days off that the operator names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5
FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))
"""New Year, Reunification, Labour and National Day (Labour Code 45/2019, article 112). Tết and the Kings' day follow
the moon: their dates, and days moved by decision, are named each year in the setting DAYS_OFF."""


def is_working_day(day: date, off: Collection[date] = ()) -> bool:
    return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED and day not in off


def after_working_days(day: date, count: int, off: Collection[date] = ()) -> date:
    """The ``count``-th working day after ``day``; the day itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, off)
    return day
