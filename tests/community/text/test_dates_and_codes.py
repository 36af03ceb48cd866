from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.text.codes import ALPHABET, new_code, tidy_code
from community.text.dates import InvalidDate, parse_date, show_date, show_datetime, show_weekday_date


def test_dates_are_day_first_and_unmistakable_in_english() -> None:
    assert show_date(date(2026, 11, 5)) == "05/11/2026"
    assert show_date(date(2026, 11, 5), "en") == "5 Nov 2026"
    assert show_weekday_date(date(2026, 11, 27)) == "thứ Sáu 27/11"
    assert show_weekday_date(date(2026, 11, 29)) == "Chủ nhật 29/11"
    assert show_weekday_date(date(2026, 11, 27), "en") == "Fri 27 Nov"
    assert show_weekday_date(date(2026, 11, 27), "km") == "សុក្រ 27/11"


def test_a_moment_counts_as_the_day_it_is_in_vietnam() -> None:
    late = datetime(2026, 11, 26, 20, 14, tzinfo=UTC)
    assert show_date(late) == "27/11/2026"
    assert show_datetime(late) == "03:14 27/11/2026"
    assert show_datetime(late, "en") == "27 Nov 2026, 03:14"
    assert show_datetime(late, "km") == "03:14 27/11/2026"


@pytest.mark.parametrize(
    "text", ["5/3/2026", "05/03/2026", "05-03-2026", "5.3.2026", "2026-03-05", "０５/０３/２０２６"]
)
def test_the_day_comes_first_whatever_the_sign(text: str) -> None:
    assert parse_date(text) == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["", "31/02/2026", "3/13/2026", "5/3/26", "5/3-2026", "hôm nay", "0/1/2026"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidDate):
        parse_date(text)


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_date_survives_being_shown_and_typed_again(day: date) -> None:
    assert parse_date(show_date(day)) == day


def test_codes_use_no_letters_that_people_confuse() -> None:
    assert not set("01IO") & set(ALPHABET) and len(ALPHABET) == 32
    codes = {new_code(8) for _ in range(500)}
    assert len(codes) == 500 and all(set(code) <= set(ALPHABET) for code in codes)


def test_codes_are_read_from_paper() -> None:
    assert tidy_code(" 7k3f-2q ") == "7K3F2Q"
