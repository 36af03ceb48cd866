"""Delivery: first weight, begun steps, the zone that names a province before the one for everywhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.places.models import AdminUnit
from marketplace.shipping.costing import Tariff, delivery, fee
from tests.cast import Cast
from tests.making import make_zone

TARIFF = Tariff(first_grams=2000, first_dong=25_000, step_grams=500, step_dong=4_000)


@pytest.mark.parametrize(
    ("grams", "dong"),
    [(0, 25_000), (1, 25_000), (2000, 25_000), (2001, 29_000), (2500, 29_000), (2501, 33_000), (10_000, 89_000)],
)
def test_the_first_weight_then_every_begun_step(grams: int, dong: int) -> None:
    assert fee(TARIFF, grams) == dong


@given(st.integers(0, 200_000), st.integers(0, 5000))
def test_more_weight_never_costs_less_and_is_always_whole_dong(grams: int, more: int) -> None:
    assert isinstance(fee(TARIFF, grams), int)
    assert fee(TARIFF, grams + more) >= fee(TARIFF, grams)


@pytest.mark.django_db
def test_the_zone_that_names_the_province_wins_over_everywhere_else(cast: Cast, places: dict[str, AdminUnit]) -> None:
    make_zone(cast.huong_que, position=0, first_dong=40_000)
    make_zone(cast.huong_que, places["92"], position=1, first_dong=15_000)
    near = delivery(cooperative=cast.huong_que, province=places["92"], grams=500)
    far = delivery(cooperative=cast.huong_que, province=places["44"], grams=500)
    assert near is not None and near.dong == 15_000
    assert far is not None and far.dong == 40_000


@pytest.mark.django_db
def test_of_two_zones_that_name_a_province_the_first_by_position_wins(cast: Cast, places: dict[str, AdminUnit]) -> None:
    make_zone(cast.huong_que, places["92"], position=2, first_dong=30_000)
    make_zone(cast.huong_que, places["92"], position=1, first_dong=18_000)
    way = delivery(cooperative=cast.huong_que, province=places["92"], grams=1)
    assert way is not None and way.dong == 18_000


@pytest.mark.django_db
def test_nobody_delivers_where_no_zone_reaches(cast: Cast, places: dict[str, AdminUnit]) -> None:
    make_zone(cast.huong_que, places["92"])
    assert delivery(cooperative=cast.huong_que, province=places["44"], grams=1) is None
    assert delivery(cooperative=cast.other_cooperative, province=places["44"], grams=1) is None
