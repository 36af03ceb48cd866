"""Delivery: first weight, begun steps, cold, limits; a commune before its province before everywhere else."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from community.places.models import AdminUnit
from marketplace.shipping.costing import Delivery, Load, NoWay, Refusal, Tariff, cost, delivery, fee
from marketplace.shipping.models import ShippingZone, ZonePlace
from tests.cast import Cast
from tests.making import make_zone

USUAL = Tariff(first_grams=2000, first_dong=18_000, step_grams=1000, step_dong=3_000)
LIGHT = Load(500)


@pytest.mark.parametrize(
    ("grams", "dong"),
    [(0, 18_000), (1, 18_000), (2000, 18_000), (2001, 21_000), (3000, 21_000), (3001, 24_000), (10_000, 42_000)],
)
def test_every_begun_step_is_paid(grams: int, dong: int) -> None:
    assert fee(USUAL, grams) == dong


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_heavier_parcel_never_costs_less(light: int, more: int) -> None:
    assert fee(USUAL, light) <= fee(USUAL, light + more)


def zone(**figures: object) -> ShippingZone:
    usual = {"first_grams": 2000, "first_dong": 18_000, "step_grams": 1000, "step_dong": 3_000}
    return ShippingZone(**usual | figures)


@pytest.mark.parametrize(
    ("figures", "load", "expected"),
    [
        ({}, Load(500), (18_000, 0, False)),
        ({"carries_chilled": True, "chilled_dong": 9_000}, Load(500), (18_000, 0, False)),
        ({"carries_chilled": True, "chilled_dong": 9_000}, Load(2001, needs_cold=True), (30_000, 9_000, False)),
        ({"carries_chilled": True}, Load(500, needs_cold=True), (18_000, 0, False)),
        ({"free_from_dong": 500_000}, Load(500, goods_dong=499_999), (18_000, 0, False)),
        ({"free_from_dong": 500_000}, Load(9000, goods_dong=500_000), (0, 0, True)),
        (
            {"free_from_dong": 1, "carries_chilled": True, "chilled_dong": 9_000},
            Load(9000, goods_dong=1, needs_cold=True),
            (0, 0, True),
        ),
        ({"most_grams": 3000}, Load(3000), (21_000, 0, False)),
    ],
)
def test_what_a_zone_takes_for_a_load(figures: dict[str, int], load: Load, expected: tuple[int, int, bool]) -> None:
    way = cost(zone(**figures), load)
    assert isinstance(way, Delivery) and (way.dong, way.chilled_dong, way.is_free) == expected


@pytest.mark.parametrize(
    ("figures", "load", "why"),
    [
        ({}, Load(500, needs_cold=True), Refusal.NOT_CHILLED),
        ({"free_from_dong": 1}, Load(500, goods_dong=9, needs_cold=True), Refusal.NOT_CHILLED),
        ({"most_grams": 3000}, Load(3001), Refusal.TOO_HEAVY),
        ({"most_grams": 3000, "free_from_dong": 1}, Load(3001, goods_dong=9), Refusal.TOO_HEAVY),
    ],
)
def test_why_a_load_cannot_go(figures: dict[str, int], load: Load, why: Refusal) -> None:
    way = cost(zone(**figures), load)
    assert isinstance(way, NoWay) and way.why == why


@pytest.mark.django_db
def test_a_commune_wins_over_its_province_and_both_over_everywhere_else(
    cast: Cast, places: dict[str, AdminUnit]
) -> None:
    make_zone(cast.huong_que, first_dong=40_000)
    make_zone(cast.huong_que, places["92"], first_dong=15_000)
    make_zone(cast.huong_que, places["31673"], first_dong=0, step_dong=0)
    fees = {"31673": 0, "31783": 15_000, "92": 15_000, "19429": 40_000, "44": 40_000}
    found = {code: delivery(cooperative=cast.huong_que, place=places[code], load=LIGHT) for code in fees}
    assert {code: way.dong for code, way in found.items() if isinstance(way, Delivery)} == fees


@pytest.mark.django_db
def test_nobody_delivers_where_no_zone_reaches(cast: Cast, places: dict[str, AdminUnit]) -> None:
    make_zone(cast.huong_que, places["31673"])
    for seller, code in ((cast.huong_que, "31783"), (cast.huong_que, "92"), (cast.other_cooperative, "44")):
        assert delivery(cooperative=seller, place=places[code], load=LIGHT) == NoWay(Refusal.NOT_THERE)


@pytest.mark.django_db
def test_the_database_refuses_two_zones_for_one_place_and_two_for_everywhere(
    cast: Cast, places: dict[str, AdminUnit]
) -> None:
    first = make_zone(cast.huong_que, places["92"])
    second = make_zone(cast.huong_que, places["44"])
    make_zone(cast.other_cooperative, places["92"])  # another seller's zones are its own
    with pytest.raises(IntegrityError), transaction.atomic():
        ZonePlace.objects.create(zone=second, cooperative=cast.huong_que, unit=places["92"])
    make_zone(cast.huong_que)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_zone(cast.huong_que)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShippingZone.objects.filter(pk=first.pk).update(chilled_dong=5)
