"""How a parcel goes is said before it is paid, copied onto it, and promised again when the money comes later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from community import clock
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from community.places.models import AdminUnit
from community.text.dates import VIETNAM
from marketplace.basket.quoting import quote_basket
from marketplace.orders.collecting import hand_over_parcel
from marketplace.orders.delivering import promise_of
from marketplace.orders.fulfilling import accept_parcel, pack_parcel, reserved_picks
from marketplace.orders.models import Order, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.placing import BasketChanged, BuyerDetails, place_order
from marketplace.orders.settling import mark_parcel_paid
from marketplace.orders.states import ParcelStatus
from marketplace.shipping.arranging import PointFacts, save_point, set_dispatch_days
from marketplace.shipping.costing import Refusal
from marketplace.shipping.models import PickUpPoint
from tests.cast import Cast
from tests.making import PackPlan, fill_basket, make_order, make_product, make_published_batch, make_zone
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def at(day: str, hour: int) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=VIETNAM)


@pytest.fixture
def rice(cast: Cast) -> Pack:
    pack = make_product(cast.huong_que, packs=(PackPlan(price_dong=195_000, weight_g=5000),)).pack
    make_published_batch(pack)
    return pack


@pytest.fixture
def store(cast: Cast) -> PickUpPoint:
    facts = PointFacts("Kho HTX", cast.tran_de, "ấp 3", "7–17 giờ", "+842993822123")
    return save_point(cooperative=cast.huong_que, facts=facts, actor=cast.lan_acts)


def order_of(pack: Pack, shown: int, commune: AdminUnit, **details: Any) -> Order:
    buyer = BuyerDetails(**{"name": "Minh", "phone": "+84905111222", "commune": commune, "landmark": "chợ"} | details)
    return place_order(
        basket=fill_basket((pack, 1)),
        form_token="t" * 24,
        shown_total_dong=shown,
        buyer=buyer,
        language="vi",
        actor=Actor.buyer(),
    )


def test_the_fee_of_the_commune_is_charged_and_another_total_is_not(
    cast: Cast, places: dict[str, AdminUnit], rice: Pack
) -> None:
    make_zone(cast.huong_que)
    make_zone(cast.huong_que, places["31783"], first_dong=7_000, step_dong=0)
    by_province = quote_basket(fill_basket((rice, 1)), province=cast.can_tho).total_dong
    assert by_province == 195_000 + 25_000 + 3 * 5_000
    with pytest.raises(BasketChanged) as fault:
        order_of(rice, by_province, places["31783"])
    assert fault.value.code == "total_changed" and fault.value.facts == {"shown": by_province, "now": 202_000}
    assert not Order.objects.exists()
    assert order_of(rice, 202_000, places["31783"]).shipping_dong == 7_000


@pytest.mark.parametrize(
    ("figures", "why"), [({}, Refusal.NOT_CHILLED), ({"carries_chilled": True, "most_grams": 4000}, Refusal.TOO_HEAVY)]
)
def test_what_cannot_go_is_told_and_not_ordered(cast: Cast, rice: Pack, figures: dict[str, Any], why: Refusal) -> None:
    make_zone(cast.huong_que, **figures)
    Product.objects.update(needs_cold=True)
    (parcel,) = quote_basket(fill_basket((rice, 1)), province=cast.can_tho).no_ways
    assert parcel.no_way is not None and parcel.no_way.why == why
    assert [line.pack for line in parcel.cold_lines] == [rice]
    with pytest.raises(BasketChanged, match="no_delivery"):
        order_of(rice, 235_000, cast.tran_de)
    assert not Order.objects.exists()


def test_a_cold_parcel_beside_a_dry_one_breaks_only_itself(cast: Cast, rice: Pack) -> None:
    coffee = make_product(cast.other_cooperative, name="Cà phê").pack
    make_published_batch(coffee)
    for seller in (cast.huong_que, cast.other_cooperative):
        make_zone(seller)
    Product.objects.filter(pk=rice.product_id).update(needs_cold=True)
    quote = quote_basket(fill_basket((rice, 1), (coffee, 1)), province=cast.can_tho)
    assert [bool(parcel.no_way) for parcel in quote.parcels] == [True, False]
    assert quote.parcels[1].delivery is not None and quote.total_dong is None


def test_days_are_promised_when_ordered_and_again_when_paid(cast: Cast, rice: Pack) -> None:
    make_zone(cast.huong_que)
    set_dispatch_days(cooperative=cast.huong_que, weekdays=[1, 3], cut_off_hour=15, actor=cast.lan_acts)
    with clock.at(at("2026-11-24", 14)):  # a Tuesday, before three
        make_order(fill_basket((rice, 1)), commune=cast.tran_de)
    parcel = Parcel.objects.get()
    promised = promise_of(parcel)
    assert promised is not None and promised.leaves_on == date(2026, 11, 24)
    # The seller changes its days: what was ordered keeps the rule it was told.
    set_dispatch_days(cooperative=cast.huong_que, weekdays=[0], cut_off_hour=9, actor=cast.lan_acts)
    with clock.at(at("2026-11-24", 16)):
        parcel = mark_parcel_paid(parcel=parcel, actor=SYSTEM)
    assert (parcel.leaves_on, parcel.arrives_from, parcel.arrives_until) == (
        date(2026, 11, 26), date(2026, 11, 28), date(2026, 11, 30),
    )  # fmt: skip


def test_without_days_of_dispatch_nothing_is_promised(cast: Cast, rice: Pack) -> None:
    make_zone(cast.huong_que)
    make_order(fill_basket((rice, 1)), commune=cast.tran_de)
    parcel = mark_parcel_paid(parcel=Parcel.objects.get(), actor=SYSTEM)
    assert promise_of(parcel) is None and (parcel.days_min, parcel.days_max) == (2, 4)


def test_a_collected_parcel_costs_no_delivery_and_keeps_where_and_when(
    cast: Cast, rice: Pack, store: PickUpPoint
) -> None:
    order = order_of(rice, 195_000, cast.tran_de, pick_ups={cast.huong_que.code: store.code})
    parcel = order.parcels.get()
    assert (order.shipping_dong, parcel.shipping_dong, parcel.total_dong) == (0, 0, 195_000)
    told = (parcel.pick_up_at, parcel.pick_up_hours, parcel.pick_up_phone)
    assert told == (store.place_text, "7–17 giờ", "+842993822123")
    PickUpPoint.objects.update(hours="không bao giờ", is_open=False)
    parcel.refresh_from_db()
    assert parcel.pick_up_hours == "7–17 giờ"


def test_a_closed_or_foreign_place_is_no_place(cast: Cast, rice: Pack, store: PickUpPoint) -> None:
    PickUpPoint.objects.update(is_open=False)
    for code in (store.code, "XXXXXX"):
        with pytest.raises(BasketChanged, match="no_delivery"):
            order_of(rice, 195_000, cast.tran_de, pick_ups={cast.huong_que.code: code})
    assert not Order.objects.exists()


def packed(cast: Cast, rice: Pack, **details: Any) -> Parcel:
    order = order_of(rice, 195_000, cast.tran_de, **details)
    parcel = mark_parcel_paid(parcel=order.parcels.get(), actor=SYSTEM)
    parcel = accept_parcel(parcel=parcel, actor=cast.lan_acts)
    return pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)


def test_the_buyer_hears_that_it_is_ready_and_one_press_hands_it_over(
    cast: Cast, rice: Pack, store: PickUpPoint
) -> None:
    parcel = packed(cast, rice, pick_ups={cast.huong_que.code: store.code})
    (message,) = OutboxMessage.objects.filter(kind="parcel_ready")
    assert store.place_text in message.text and "7–17 giờ" in message.text
    parcel = hand_over_parcel(parcel=parcel, actor=cast.lan_acts)
    assert parcel.status == ParcelStatus.DELIVERED and parcel.shipped_at == parcel.delivered_at
    assert not OutboxMessage.objects.filter(kind="parcel_shipped").exists()
    with pytest.raises(ParcelMoved):
        hand_over_parcel(parcel=parcel, actor=cast.lan_acts)


def test_what_is_sent_is_not_handed_over(cast: Cast, rice: Pack) -> None:
    make_zone(cast.huong_que, first_dong=0, step_dong=0)
    parcel = packed(cast, rice)
    with pytest.raises(ParcelMoved):
        hand_over_parcel(parcel=parcel, actor=cast.lan_acts)
    parcel.refresh_from_db()
    assert parcel.status == ParcelStatus.PACKED and not OutboxMessage.objects.filter(kind="parcel_ready").exists()
