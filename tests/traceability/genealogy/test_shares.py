"""Shares by weight: exact, adding up to one, in time that does not depend on the number of ways."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.genealogy.shares import (
    Given,
    Portion,
    Unweighable,
    origins_of,
    percentages,
    portions_of,
    shares_of,
)

F1, F2, F3, A1, A2, M, D1, D2, D3, B, P1, P2 = range(12)


@st.composite
def graphs(draw: st.DrawFn) -> list[Portion]:
    """Up to 9 lots; an edge always leads from a smaller number to a larger one, so there is no cycle."""
    pairs = [(parent, child) for child in range(9) for parent in range(child)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=18))
    weights = draw(st.lists(st.integers(1, 10**6), min_size=len(chosen), max_size=len(chosen)))
    return [Portion(parent, child, weight) for (parent, child), weight in zip(chosen, weights, strict=True)]


def by_ways(target: int, portions: list[Portion]) -> dict[int, Fraction]:
    """The oracle: walk every single way and multiply."""
    found: dict[int, Fraction] = defaultdict(Fraction)

    def walk(lot: int, share: Fraction) -> None:
        found[lot] += share
        mine = [portion for portion in portions if portion.child == lot]
        whole = sum(portion.weight for portion in mine)
        for portion in mine:
            walk(portion.parent, share * portion.weight / whole)

    walk(target, Fraction(1))
    return dict(found)


@given(graphs(), st.integers(0, 8))
@settings(max_examples=200, deadline=None)
def test_lot_by_lot_gives_what_way_by_way_gives(portions: list[Portion], target: int) -> None:
    assert shares_of(target, portions) == by_ways(target, portions)


@given(graphs(), st.integers(0, 8))
@settings(max_examples=200, deadline=None)
def test_origins_add_up_to_exactly_one(portions: list[Portion], target: int) -> None:
    assert sum(origins_of(target, portions).values()) == 1


@given(graphs(), st.integers(0, 8), st.dictionaries(st.integers(0, 8), st.integers(0, 10**6)))
@settings(max_examples=100, deadline=None)
def test_a_lots_own_harvest_is_an_origin_too(portions: list[Portion], target: int, own: dict[int, int]) -> None:
    assert sum(origins_of(target, portions, own).values()) == 1


@given(graphs(), st.integers(0, 8), st.integers(1, 10**6))
@settings(max_examples=100, deadline=None)
def test_a_lot_from_elsewhere_changes_no_share(portions: list[Portion], target: int, weight: int) -> None:
    stranger = [*portions, Portion(100, 101, weight), Portion(target, 102, weight)]
    assert shares_of(target, stranger) == shares_of(target, portions)


def test_story_g() -> None:
    """60 kg of F1 and 40 kg of F2 are mixed and dried; 12 kg of it and 8 kg of F3 are blended: 36, 24 and 40 %."""
    portions = [
        Portion(F1, A1, 60), Portion(F2, A2, 40), Portion(A1, M, 60_000), Portion(A2, M, 40_000),
        Portion(M, D1, 54_545), Portion(M, D2, 45_455), Portion(F3, D3, 8), Portion(D1, B, 12_000),
        Portion(D3, B, 8_000), Portion(B, P1, 10_000), Portion(B, P2, 10_000),
    ]  # fmt: skip
    for pack in (P1, P2):
        assert origins_of(pack, portions) == {F1: Fraction(36, 100), F2: Fraction(24, 100), F3: Fraction(40, 100)}
        assert percentages(origins_of(pack, portions)) == {F1: 36, F2: 24, F3: 40}


def test_two_hundred_generations_of_diamonds_are_not_walked_way_by_way() -> None:
    """2²⁰⁰ ways: this would never end if they were walked."""
    portions = [
        Portion(parent, child, weight)
        for top in range(0, 600, 3)
        for parent, child, weight in (
            (top, top + 1, 1),
            (top, top + 2, 2),
            (top + 1, top + 3, 1),
            (top + 2, top + 3, 2),
        )
    ]
    assert origins_of(600, portions) == {0: Fraction(1)}


def test_a_solera_of_sixty_generations_stays_exact() -> None:
    portions = [portion for lot in range(2, 62) for portion in (Portion(lot - 1, lot, 2), Portion(lot - 2, lot, 1))]
    origins = origins_of(61, portions)
    assert set(origins) == {0, 1} and sum(origins.values()) == 1


def test_a_ring_is_an_error_not_an_endless_walk() -> None:
    with pytest.raises(ValueError, match="cycle"):
        shares_of(1, [Portion(1, 2, 1), Portion(2, 1, 1)])


def test_the_same_unit_is_compared_as_it_is() -> None:
    counted = [Given(1, 9, 300, "piece"), Given(2, 9, 100, "piece")]
    assert origins_of(9, portions_of(counted)) == {1: Fraction(3, 4), 2: Fraction(1, 4)}


def test_grams_and_millilitres_meet_one_to_one_and_pieces_by_their_weight() -> None:
    honey_and_ginger = [Given(1, 9, 500, "ml"), Given(2, 9, 300, "g"), Given(3, 9, 4, "piece", Fraction(50))]
    assert origins_of(9, portions_of(honey_and_ginger)) == {
        1: Fraction(1, 2),
        2: Fraction(3, 10),
        3: Fraction(2, 10),
    }


def test_pieces_of_unknown_weight_in_a_mix_say_nothing_rather_than_something_false() -> None:
    with pytest.raises(Unweighable):
        portions_of([Given(1, 9, 500, "g"), Given(2, 9, 3, "piece")])


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40), st.sampled_from([100, 1000]))
@settings(deadline=None)
def test_rounded_percentages_still_add_up(weights: list[int], whole: int) -> None:
    shares = {place: Fraction(weight, sum(weights)) for place, weight in enumerate(weights)}
    shown = percentages(shares, whole=whole)
    assert sum(shown.values()) == whole
    assert all(abs(shown[lot] - shares[lot] * whole) < 1 for lot in shares)
