"""When a parcel leaves and comes: the days of dispatch, the hour, holidays of the country and of the booth."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from community.text.dates import VIETNAM
from marketplace.shipping.calendar import is_public_holiday
from marketplace.shipping.promising import DispatchRule, Promise, promise
from marketplace.shipping.words import promise_words, show_days

WORKDAYS = DispatchRule(0b001_1111, 15)
TUESDAYS = DispatchRule(0b000_0010, 15)


def at(day: str, hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=VIETNAM)


def told(rule: DispatchRule, paid_at: datetime, days: tuple[int, int] = (2, 4)) -> tuple[str, str, str] | None:
    found = promise(rule, paid_at=paid_at, days_min=days[0], days_max=days[1])
    return (
        (found.leaves_on.isoformat(), found.arrives_from.isoformat(), found.arrives_until.isoformat())
        if found
        else None
    )


@pytest.mark.parametrize(
    ("rule", "paid_at", "expected"),
    [
        # Monday morning: still today; at three o'clock: tomorrow; Friday evening: Monday.
        (WORKDAYS, at("2026-11-23", 9), ("2026-11-23", "2026-11-25", "2026-11-27")),
        (WORKDAYS, at("2026-11-23", 14, 59), ("2026-11-23", "2026-11-25", "2026-11-27")),
        (WORKDAYS, at("2026-11-23", 15), ("2026-11-24", "2026-11-26", "2026-11-28")),
        (WORKDAYS, at("2026-11-27", 20), ("2026-11-30", "2026-12-02", "2026-12-04")),
        (TUESDAYS, at("2026-11-22", 10), ("2026-11-24", "2026-11-26", "2026-11-28")),
        (TUESDAYS, at("2026-11-24", 16), ("2026-12-01", "2026-12-03", "2026-12-05")),
        # Tết 2027 is from 5 to 9 February: nothing leaves, and the days on the way do not count.
        (WORKDAYS, at("2027-02-04", 16), ("2027-02-10", "2027-02-12", "2027-02-14")),
        (WORKDAYS, at("2027-02-04", 9), ("2027-02-04", "2027-02-11", "2027-02-13")),
        (WORKDAYS, at("2026-12-31", 18), ("2027-01-04", "2027-01-06", "2027-01-08")),
        # The booth's own holiday, both days included.
        (DispatchRule(127, 24, (date(2026, 11, 23), date(2026, 11, 30))), at("2026-11-23", 9),
         ("2026-12-01", "2026-12-03", "2026-12-05")),
        (DispatchRule(0, 15), at("2026-11-23", 9), None),
    ],
)  # fmt: skip
def test_what_is_promised(rule: DispatchRule, paid_at: datetime, expected: tuple[str, str, str] | None) -> None:
    assert told(rule, paid_at) == expected


def test_the_day_is_that_of_viet_nam() -> None:
    """18:30 UTC on Monday is Tuesday, half past one."""
    found = promise(TUESDAYS, paid_at=datetime.fromisoformat("2026-11-23T18:30:00+00:00"), days_min=0, days_max=0)
    assert found == Promise(date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 24))


@given(
    st.integers(1, 127), st.integers(1, 24), st.integers(0, 24 * 900), st.integers(0, 10), st.integers(0, 10),
    st.one_of(st.none(), st.tuples(st.integers(0, 900), st.integers(0, 89))),
)  # fmt: skip
def test_a_promise_is_kept_by_its_own_rule(
    mask: int, hour: int, hours: int, least: int, more: int, rest: tuple[int, int] | None
) -> None:
    start = date(2026, 1, 1)
    paid_at = at("2026-01-01", 0) + timedelta(hours=hours)
    rests = (start + timedelta(days=rest[0]), start + timedelta(days=sum(rest))) if rest else None
    rule = DispatchRule(mask, hour, rests)
    found = promise(rule, paid_at=paid_at, days_min=least, days_max=least + more)
    assert found is not None
    assert rule.sends_on(found.leaves_on) and not is_public_holiday(found.leaves_on)
    assert found.leaves_on >= paid_at.date() and (found.leaves_on > paid_at.date() or paid_at.hour < hour)
    assert found.arrives_from >= found.leaves_on + timedelta(days=least)
    assert found.arrives_until >= found.arrives_from
    later = promise(rule, paid_at=paid_at + timedelta(hours=1), days_min=least, days_max=least + more)
    assert later is not None and later.leaves_on >= found.leaves_on


@pytest.mark.parametrize(
    ("language", "first", "last", "words"),
    [
        ("vi", date(2026, 11, 26), date(2026, 11, 28), "26–28/11"),
        ("en", date(2026, 11, 26), date(2026, 11, 28), "26–28 Nov"),
        ("vi", date(2026, 11, 28), date(2026, 12, 2), "28/11–02/12"),
        ("en", date(2026, 11, 28), date(2026, 12, 2), "28 Nov – 2 Dec"),
        ("vi", date(2026, 11, 26), date(2026, 11, 26), "thứ Năm 26/11"),
    ],
)
def test_days_are_said_short(language: str, first: date, last: date, words: str) -> None:
    with override(language):
        assert show_days(first, last) == words


def test_a_promise_in_words() -> None:
    days = Promise(date(2026, 11, 24), date(2026, 11, 26), date(2026, 11, 28))
    with override("vi"):
        assert promise_words(days) == "Gửi thứ Ba 24/11, đến khoảng 26–28/11"
        assert promise_words(days, collected=True) == "Đến lấy được từ thứ Ba 24/11"
