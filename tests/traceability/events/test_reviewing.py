"""A diary written in one go is pointed out; one kept day by day is not, however long it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from traceability.events.reviewing import filled_in_afterwards

EVENING = datetime(2026, 11, 20, 19, 0)


def test_five_days_written_within_ten_minutes_are_pointed_out() -> None:
    entries = [(EVENING + timedelta(minutes=2 * n), date(2026, 11, 1 + n)) for n in range(5)]
    assert filled_in_afterwards(entries) == 5
    assert filled_in_afterwards(reversed(entries)) == 5


def test_four_days_or_five_of_the_same_day_are_not() -> None:
    four = [(EVENING, date(2026, 11, 1 + n)) for n in range(4)]
    assert filled_in_afterwards(four) == 0
    assert filled_in_afterwards([(EVENING, date(2026, 11, 1))] * 9) == 0


def test_a_diary_kept_day_by_day_is_not_pointed_out() -> None:
    assert filled_in_afterwards([(EVENING + timedelta(days=n), date(2026, 11, 20)) for n in range(30)]) == 0


def test_the_window_is_ten_minutes_wherever_it_begins() -> None:
    slow = [(EVENING + timedelta(minutes=3 * n), date(2026, 11, 1 + n)) for n in range(5)]
    assert filled_in_afterwards(slow) == 0
    assert filled_in_afterwards([(EVENING - timedelta(hours=9), date(2026, 10, 1)), *slow]) == 0
