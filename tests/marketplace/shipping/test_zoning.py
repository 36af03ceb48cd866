"""A seller's zones and places: saved whole or not at all, one place in one zone, changes for new orders only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from community.audit.models import AuditEntry
from community.places.models import AdminUnit
from marketplace.orders.models import Parcel
from marketplace.shipping.arranging import (
    CannotArrange,
    PointFacts,
    close_point,
    save_point,
    set_cold_goods,
    set_dispatch_days,
)
from marketplace.shipping.models import DispatchDays, PickUpPoint, ShippingZone, ZonePlace
from marketplace.shipping.zoning import (
    FAR,
    NEAR,
    SUGGESTIONS,
    CannotZone,
    begin_with,
    is_last_way,
    remove_zone,
    save_zone,
)
from tests.cast import Cast
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop

pytestmark = pytest.mark.django_db


def rows() -> list[Any]:
    zones = list(ShippingZone.objects.order_by("pk").values())
    return [*zones, *ZonePlace.objects.order_by("pk").values(), AuditEntry.objects.count()]


def test_the_usual_fees_are_taken_in_one_go_and_only_once(cast: Cast) -> None:
    begin_with(cooperative=cast.huong_que, suggestions=SUGGESTIONS["country"], actor=cast.lan_acts)
    told = [(zone.name, zone.is_everywhere, zone.places.count()) for zone in cast.huong_que.shipping_zones.all()]
    assert told == [("Trong tỉnh", False, 1), ("Cả nước", True, 0)]
    assert ZonePlace.objects.get().unit == cast.can_tho
    before = rows()
    with pytest.raises(CannotZone, match="not_the_first"):
        begin_with(cooperative=cast.huong_que, suggestions=SUGGESTIONS["country"], actor=cast.lan_acts)
    assert rows() == before


@pytest.mark.parametrize(
    ("figures", "codes", "why"),
    [
        (replace(FAR, first_grams=0), (), "bad_figures"),
        (replace(FAR, first_dong=-1), (), "bad_figures"),
        (replace(FAR, most_grams=0), (), "bad_figures"),
        (replace(FAR, free_from_dong=10**10), (), "bad_figures"),
        (replace(FAR, days_min=6), (), "days_backwards"),
        (replace(FAR, chilled_dong=5), (), "cold_fee_without_cold"),
        (FAR, (), "everywhere_taken"),
        (FAR, ("44", "92"), "place_taken"),
    ],
)
def test_a_refused_zone_changes_nothing(
    cast: Cast, places: dict[str, AdminUnit], figures: Any, codes: tuple[str, ...], why: str
) -> None:
    begin_with(cooperative=cast.huong_que, suggestions=SUGGESTIONS["country"], actor=cast.lan_acts)
    before = rows()
    units = [places[code] for code in codes]
    with pytest.raises(CannotZone, match=why):
        save_zone(cooperative=cast.huong_que, figures=figures, places=units, actor=cast.lan_acts)
    assert rows() == before


def test_a_zone_is_changed_in_place_and_keeps_its_english_name_with_its_name(
    cast: Cast, places: dict[str, AdminUnit]
) -> None:
    zone = save_zone(cooperative=cast.huong_que, figures=NEAR, places=[places["92"]], actor=cast.lan_acts)
    other = replace(NEAR, first_dong=0, name_en="")
    two = [places["92"], places["19429"]]
    kept = save_zone(cooperative=cast.huong_que, figures=other, places=two, zone=zone, actor=cast.lan_acts)
    assert (kept.pk, kept.first_dong, kept.name_en) == (zone.pk, 0, NEAR.name_en)
    assert {spot.unit.code for spot in kept.places.all()} == {"92", "19429"}
    renamed = save_zone(
        cooperative=cast.huong_que, figures=replace(other, name="Miền Tây"), places=[], zone=zone, actor=cast.lan_acts
    )
    assert renamed.name_en == "" and renamed.is_everywhere and not ZonePlace.objects.exists()


def test_the_last_way_is_known_and_a_place_to_collect_at_is_a_way(cast: Cast, places: dict[str, AdminUnit]) -> None:
    zone = save_zone(cooperative=cast.huong_que, figures=NEAR, places=[places["92"]], actor=cast.lan_acts)
    assert is_last_way(zone)
    point = save_point(cooperative=cast.huong_que, facts=store(cast), actor=cast.lan_acts)
    assert not is_last_way(zone)
    close_point(point=point, actor=cast.lan_acts)
    assert is_last_way(zone)
    remove_zone(zone=zone, actor=cast.lan_acts)
    assert not ShippingZone.objects.exists() and not ZonePlace.objects.exists()


def store(cast: Cast) -> PointFacts:
    return PointFacts("Kho HTX", cast.tran_de, "ấp 3", "7–17 giờ", "+842993822123")


def test_two_open_places_have_two_names(cast: Cast) -> None:
    point = save_point(cooperative=cast.huong_que, facts=store(cast), actor=cast.lan_acts)
    with pytest.raises(CannotArrange, match="name_taken"):
        save_point(cooperative=cast.huong_que, facts=store(cast), actor=cast.lan_acts)
    close_point(point=point, actor=cast.lan_acts)
    with pytest.raises(CannotArrange, match="gone"):
        close_point(point=point, actor=cast.lan_acts)
    save_point(cooperative=cast.huong_que, facts=store(cast), actor=cast.lan_acts)
    assert PickUpPoint.objects.filter(is_open=True).count() == 1


def test_dispatch_days_are_some_day_and_some_hour(cast: Cast) -> None:
    for days, hour, why in (((), 15, "no_weekday"), ((9,), 15, "no_weekday"), ((0,), 0, "bad_hour")):
        with pytest.raises(CannotArrange, match=why):
            set_dispatch_days(cooperative=cast.huong_que, weekdays=days, cut_off_hour=hour, actor=cast.lan_acts)
    assert not DispatchDays.objects.exists()
    for days in ((0, 2), (1,)):
        set_dispatch_days(cooperative=cast.huong_que, weekdays=days, cut_off_hour=15, actor=cast.lan_acts)
    assert DispatchDays.objects.get().weekdays == 0b10


def test_cold_goods_are_exactly_those_named_and_never_anothers(cast: Cast) -> None:
    fish, rice = (make_product(cast.huong_que, name=name).product for name in ("Cá thát lát", "Gạo"))
    coffee = make_product(cast.other_cooperative, name="Cà phê").product
    set_cold_goods(cooperative=cast.huong_que, products=[fish.pk, coffee.pk], actor=cast.lan_acts)
    set_cold_goods(cooperative=cast.huong_que, products=[fish.pk], actor=cast.lan_acts)
    for product, cold in ((fish, True), (rice, False), (coffee, False)):
        product.refresh_from_db()
        assert product.needs_cold is cold
    assert AuditEntry.objects.filter(action="product.cold_set").count() == 1


def test_a_changed_fee_never_touches_a_parcel_that_is_there(cast: Cast) -> None:
    pack = make_product(open_shop(cast.huong_que)).pack
    make_published_batch(pack)
    make_order(fill_basket((pack, 1)), commune=cast.tran_de)
    before = Parcel.objects.values().get()
    zone = cast.huong_que.shipping_zones.get()
    save_zone(cooperative=cast.huong_que, figures=FAR, places=[], zone=zone, actor=cast.lan_acts)
    remove_zone(zone=zone, actor=cast.lan_acts)
    assert Parcel.objects.values().get() == before
