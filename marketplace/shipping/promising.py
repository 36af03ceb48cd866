"""When a parcel leaves and when it comes: pure sums on dates. Nothing here asks the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from community.cooperatives.models import Cooperative
from community.text.dates import VIETNAM
from marketplace.shipping.calendar import is_public_holiday
from marketplace.shipping.models import DispatchDays

FARTHEST = 200
"""Days looked ahead: the longest holiday of a booth is 90."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DispatchRule:
    """``weekdays``: bit 0 is Monday. What is paid before ``cut_off_hour`` (Viet Nam) leaves on the same day.

    ``rests``: first and last day of the booth's holiday.
    """

    weekdays: int
    cut_off_hour: int
    rests: tuple[date, date] | None = None

    def sends_on(self, day: date) -> bool:
        rests = self.rests is not None and self.rests[0] <= day <= self.rests[1]
        return bool(self.weekdays >> day.weekday() & 1) and not rests and not is_public_holiday(day)


@dataclass(frozen=True, slots=True)
class Promise:
    """All three are days in Viet Nam. A pick-up is ready on ``leaves_on``, and the others are the same day."""

    leaves_on: date
    arrives_from: date
    arrives_until: date


def rule_of(cooperative: Cooperative) -> DispatchRule | None:
    """None for a seller who never said on which days parcels leave: then nothing is promised."""
    days: DispatchDays | None = getattr(cooperative, "dispatch_days", None)
    if days is None:
        return None
    first, last = cooperative.holiday_from, cooperative.holiday_until
    return DispatchRule(days.weekdays, days.cut_off_hour, (first, last) if first and last else None)


def promise(rule: DispatchRule, *, paid_at: datetime, days_min: int, days_max: int) -> Promise | None:
    """What is paid at ``paid_at`` (aware) leaves on the first day of dispatch from then on.

    None when there is no such day within half a year.
    """
    local = paid_at.astimezone(VIETNAM)
    first = local.date() if local.hour < rule.cut_off_hour else local.date() + DAY
    leaves_on = next((day for day in (first + DAY * n for n in range(FARTHEST)) if rule.sends_on(day)), None)
    if leaves_on is None:
        return None
    return Promise(leaves_on, arrival(leaves_on, days_min), arrival(leaves_on, days_max))


def arrival(leaves_on: date, days: int) -> date:
    """So many days later; public holidays do not count, nothing is carried on them."""
    day = leaves_on
    while days > 0:
        day += DAY
        days -= not is_public_holiday(day)
    return day
