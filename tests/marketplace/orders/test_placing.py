"""Placing: one press one order, all or nothing, at prices the buyer saw; goods are held on real batches."""

from __future__ import annotations

import pytest

from community.audit.actors import Actor
from marketplace.basket.quoting import quote_basket
from marketplace.listings.writing import set_price, stop_selling
from marketplace.orders.models import Allocation, Order
from marketplace.orders.placing import BasketChanged, BuyerDetails, place_order
from marketplace.orders.reserving import SoldOut
from marketplace.orders.states import AllocationStatus
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.orders.stage import everything, open_booth, packs_left
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db


def place(basket, cast, *, total: int | None = None, form_token: str = "f" * 32, **said) -> Order:
    shown = quote_basket(basket, province=cast.can_tho).total_dong if total is None else total
    buyer = BuyerDetails(name="Minh", phone="+84905111222", commune=cast.tran_de, landmark="gần chợ", **said)
    return place_order(
        basket=basket,
        form_token=form_token,
        shown_total_dong=shown or 0,
        buyer=buyer,
        language="vi",
        actor=Actor.buyer(),
    )


def test_an_order_holds_its_packs_and_empties_the_basket(cast) -> None:
    goods, batch = open_booth(cast)
    basket = fill_basket((goods.pack, 3))
    order = place(basket, cast)
    assert packs_left(batch) == 7 and Batch.objects.get(pk=batch.pk).on_hand_base == 10_000
    assert not basket.lines.exists()
    [held] = Allocation.objects.filter(line__parcel__order=order)
    assert (held.status, held.packs, held.batch) == (AllocationStatus.HELD, 3, batch)
    assert order.total_dong == 3 * 80_000 + 30_000


def test_the_same_form_twice_is_one_order(cast) -> None:
    goods, batch = open_booth(cast)
    basket = fill_basket((goods.pack, 3))
    first = place(basket, cast)
    assert place(basket, cast, total=0) == first
    assert Order.objects.count() == 1 and packs_left(batch) == 7


def test_two_cooperatives_are_two_parcels(cast) -> None:
    goods, _batch = open_booth(cast)
    coffee = make_product(open_shop(cast.other_cooperative), name="Cà phê")
    make_published_batch(coffee.pack)
    order = place(fill_basket((goods.pack, 1), (coffee.pack, 2)), cast)
    codes = [parcel.code for parcel in order.parcels.order_by("pk")]
    assert codes == [f"{order.code}-1", f"{order.code}-2"]
    assert order.total_dong == sum(parcel.total_dong for parcel in order.parcels.all())


def test_packs_come_from_the_batch_that_expires_first_and_then_from_the_next(cast) -> None:
    goods, first = open_booth(cast, packs=2)
    later = make_published_batch(goods.pack, packs=5, lot_code="SAU-1")
    Batch.objects.filter(pk=later.pk).update(best_before_on="2099-01-01")
    place(fill_basket((goods.pack, 3)), cast)
    assert (packs_left(first), packs_left(later)) == (0, 4)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("price", "price_changed"),
        ("stopped", "troubles"),
        ("too_few", "troubles"),
        ("total", "total_changed"),
        ("no_delivery", "no_delivery"),
    ],
)
def test_what_changed_since_the_buyer_looked_is_refused_and_changes_nothing(cast, change, code) -> None:
    goods, batch = open_booth(cast)
    basket = fill_basket((goods.pack, 3))
    total = quote_basket(basket, province=cast.can_tho).total_dong
    if change == "price":
        set_price(pack=goods.pack, price_dong=90_000, actor=cast.lan_acts)
    elif change == "stopped":
        stop_selling(pack=goods.pack, actor=cast.lan_acts)
    elif change == "too_few":
        Batch.objects.filter(pk=batch.pk).update(available_base=2000)
    elif change == "total":
        total = 1
    else:
        cast.huong_que.shipping_zones.all().delete()
    before = everything()
    with pytest.raises(BasketChanged) as refused:
        place(basket, cast, total=total)
    assert refused.value.code == code
    assert everything() == before and basket.lines.count() == 1


def test_a_recalled_batch_is_not_sold(cast) -> None:
    goods, batch = open_booth(cast)
    basket = fill_basket((goods.pack, 1))
    total = quote_basket(basket, province=cast.can_tho).total_dong
    Batch.objects.filter(pk=batch.pk).update(status="recalled")
    with pytest.raises((BasketChanged, SoldOut)):
        place(basket, cast, total=total)
    assert not Order.objects.exists()


def test_later_changes_do_not_touch_an_order(cast) -> None:
    goods, _batch = open_booth(cast)
    order = make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de)
    set_price(pack=goods.pack, price_dong=1_000, actor=cast.lan_acts)
    goods.product.packs.update(name="khác")
    line = order.parcels.get().lines.get()
    assert (line.unit_price_dong, line.pack_name) == (80_000, "túi 1 kg")


def test_drinks_with_alcohol_are_sold_to_who_says_to_be_18_and_the_order_keeps_it(cast) -> None:
    goods, _batch = open_booth(cast, sale_mode="online_age_gated", abv_percent=12)
    order = place(fill_basket((goods.pack, 1)), cast, is_adult=True)
    assert order.adult_confirmed_at == order.placed_at


def test_without_that_word_nothing_is_ordered(cast) -> None:
    goods, _batch = open_booth(cast, sale_mode="online_age_gated", abv_percent=12)
    basket = fill_basket((goods.pack, 1))
    before = everything()
    with pytest.raises(BasketChanged) as refused:
        place(basket, cast)
    assert refused.value.code == "adults_only"
    assert everything() == before and basket.lines.count() == 1


def test_other_goods_ask_for_no_age_and_keep_none(cast) -> None:
    goods, _batch = open_booth(cast)
    assert place(fill_basket((goods.pack, 1)), cast, is_adult=True).adult_confirmed_at is None
