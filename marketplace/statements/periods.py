"""Months and weeks as statements know them: in Viet Nam's time, with names for addresses ("2026-10", "2026-W43")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from community.errors import DomainError
from community.text.dates import midnight

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)
_WEEK = re.compile(r"(20[0-9]{2})-W([0-9]{2})", re.ASCII)
WEEK = timedelta(days=7)


class BadPeriod(DomainError):
    """``unknown``: neither a month nor a week."""


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` up to, not with, ``after``."""

    first: date
    after: date

    @property
    def is_week(self) -> bool:
        return self.after - self.first == WEEK

    @property
    def name(self) -> str:
        """ "2026-10" or "2026-W43", as the address has it."""
        if self.is_week:
            year, week, _day = self.first.isocalendar()
            return f"{year}-W{week:02d}"
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        return midnight(self.after)

    @property
    def before(self) -> Period:
        return week_of(self.first - WEEK) if self.is_week else month_of(self.first - timedelta(days=1))

    @property
    def next(self) -> Period:
        return week_of(self.after) if self.is_week else month_of(self.after)


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1))


def week_of(day: date) -> Period:
    """From its Monday."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + WEEK)


def period_named(name: str) -> Period:
    """Raises :class:`BadPeriod`."""
    if found := _MONTH.fullmatch(name):
        return month_of(date(int(found[1]), int(found[2]), 1))
    if found := _WEEK.fullmatch(name):
        try:
            return week_of(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            raise BadPeriod("unknown") from None
    raise BadPeriod("unknown")
