"""When goods are harvested or made: the twelve months of a year, and the same in words. Pure but for the language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

MONTHS: tuple[Promise, ...] = (
    pgettext_lazy("month", "January"),
    pgettext_lazy("month", "February"),
    pgettext_lazy("month", "March"),
    pgettext_lazy("month", "April"),
    pgettext_lazy("month", "May"),
    pgettext_lazy("month", "June"),
    pgettext_lazy("month", "July"),
    pgettext_lazy("month", "August"),
    pgettext_lazy("month", "September"),
    pgettext_lazy("month", "October"),
    pgettext_lazy("month", "November"),
    pgettext_lazy("month", "December"),
)
YEAR = range(1, 13)


@dataclass(frozen=True, slots=True)
class Month:
    """``number``: 1 is January; ``is_now``: today lies in it."""

    number: int
    in_season: bool
    is_now: bool

    @property
    def name(self) -> str:
        return str(MONTHS[self.number - 1])


@dataclass(frozen=True, slots=True)
class Season:
    """``words``: "November to February"; ``is_now``: goods come in this month."""

    months: tuple[Month, ...]
    words: str
    is_now: bool


def season_of(season_months: Collection[int], *, today: date) -> Season | None:
    """None where the seller named no months."""
    named = set(season_months) & set(YEAR)
    if not named:
        return None
    months = tuple(Month(number, number in named, number == today.month) for number in YEAR)
    return Season(months, _words(named), today.month in named)


def stretches(months: Collection[int]) -> list[tuple[int, int]]:
    """First and last month of each run, over the new year too: {11, 12, 1, 5} → [(5, 5), (11, 1)]."""
    named = set(months) & set(YEAR)
    if len(named) == len(YEAR):
        return [(1, 12)]
    starts = sorted(month for month in named if _before(month) not in named)
    return [(first, _last(first, named)) for first in starts]


def _last(first: int, named: set[int]) -> int:
    month = first
    while _after(month) in named:
        month = _after(month)
    return month


def _before(month: int) -> int:
    return 12 if month == 1 else month - 1


def _after(month: int) -> int:
    return 1 if month == 12 else month + 1


def _words(named: set[int]) -> str:
    if len(named) == len(YEAR):
        return gettext("All year round")
    told = []
    for first, last in stretches(named):
        words = {"first": MONTHS[first - 1], "last": MONTHS[last - 1]}
        told.append(str(MONTHS[first - 1]) if first == last else gettext("%(first)s to %(last)s") % words)
    return ", ".join(told)
