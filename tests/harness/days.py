"""Days told by how far they lie from today, asked when a test runs: what is asked when its file is read is yesterday
by the time the suite comes to it, once a night (midnight in Viet Nam is 17:00 UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from community import clock


@dataclass(frozen=True, slots=True)
class InDays:
    """A day to be asked for by calling it. Its name in a test is the same in every process."""

    days: int

    def __call__(self) -> date:
        return clock.today() + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class InDaysIso:
    days: int

    def __call__(self) -> str:
        return InDays(self.days)().isoformat()


def in_days(days: int) -> InDays:
    """For the tables of parametrize: the day so many days after today (before it: negative)."""
    return InDays(days)


def in_days_iso(days: int) -> InDaysIso:
    """The same as a form sends it."""
    return InDaysIso(days)


def asked_now(facts: dict[str, Any]) -> dict[str, Any]:
    """``facts`` with every such day, or moment, asked now."""
    return {name: value() if callable(value) else value for name, value in facts.items()}
