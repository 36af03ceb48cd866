from __future__ import annotations

import pytest

from community.text.counts import hide_one, hide_small, show_count


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "< 5"), (4, "< 5"), (5, "5"), (1200, "1200")])
def test_fewer_than_five_people_are_not_told(count: int, shown: str) -> None:
    assert show_count(hide_one(count)) == shown


def test_what_a_total_would_give_away_is_hidden_with_the_next_smallest() -> None:
    assert hide_small({"a": 3, "b": 20, "c": 9, "d": 0}) == {"a": None, "b": 20, "c": None, "d": 0}


def test_two_hidden_cells_hide_each_other() -> None:
    assert hide_small({"a": 3, "b": 2, "c": 9}) == {"a": None, "b": None, "c": 9}


def test_without_a_total_only_the_small_cell_is_hidden() -> None:
    assert hide_small({"a": 3, "b": 20}, has_total=False) == {"a": None, "b": 20}


def test_a_single_small_cell_stays_hidden() -> None:
    assert hide_small({"a": 3}) == {"a": None}
