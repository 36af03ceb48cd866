"""Months of harvest: runs over the new year, words, and this month."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from marketplace.listings.seasons import season_of, stretches

NOVEMBER = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("months", "runs"),
    [
        ((), []),
        ((5,), [(5, 5)]),
        ((1, 2, 3), [(1, 3)]),
        ((11, 12, 1, 5), [(5, 5), (11, 1)]),
        (range(1, 13), [(1, 12)]),
        ((1, 3, 12), [(3, 3), (12, 1)]),
        ((0, 13, 7), [(7, 7)]),
    ],
)
def test_runs_of_months_go_over_the_new_year(months: list[int], runs: list[tuple[int, int]]) -> None:
    assert stretches(months) == runs


@pytest.mark.parametrize(
    ("language", "months", "words"),
    [
        ("vi", (11, 12, 1, 5), "tháng 5, tháng 11 đến tháng 1"),
        ("en", (11, 12, 1, 5), "May, November to January"),
        ("vi", range(1, 13), "Quanh năm"),
    ],
)
def test_a_season_is_said_in_words(language: str, months: list[int], words: str) -> None:
    with override(language):
        season = season_of(months, today=NOVEMBER)
        assert season is not None and season.words == words and season.is_now
    assert [month.number for month in season.months if month.is_now] == [11]
    assert {month.number for month in season.months if month.in_season} == set(months)


def test_no_named_month_is_no_season_and_another_month_is_not_now() -> None:
    assert season_of([], today=NOVEMBER) is None
    season = season_of([3], today=NOVEMBER)
    assert season is not None and not season.is_now
