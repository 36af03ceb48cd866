"""The basket's sums are today's: prices, stock, delivery; whatever changed is told and nothing is dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from community.places.models import AdminUnit
from marketplace.basket.filling import accept_prices
from marketplace.basket.models import Basket
from marketplace.basket.quoting import Trouble, quote_basket
from marketplace.listings.writing import set_price, stop_selling
from tests.cast import Cast
from tests.making import PackPlan, fill_basket, make_product, make_published_batch, make_zone, open_shop
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db


def test_one_parcel_for_each_cooperative_with_its_own_delivery(cast: Cast, places: dict[str, AdminUnit]) -> None:
    rice = make_product(cast.huong_que, packs=(PackPlan(price_dong=195_000, weight_g=5000),)).pack
    coffee = make_product(cast.other_cooperative, name="Cà phê", packs=(PackPlan(price_dong=120_000),)).pack
    for pack in (rice, coffee):
        make_published_batch(pack)
    make_zone(cast.huong_que)
    make_zone(cast.other_cooperative, first_dong=30_000)
    quote = quote_basket(fill_basket((rice, 2), (coffee, 1)), province=places["25"])
    assert [parcel.cooperative for parcel in quote.parcels] == [cast.huong_que, cast.other_cooperative]
    # 10 kg: the first 2 kg at 25.000, eight more at 5.000
    assert [parcel.delivery.dong for parcel in quote.parcels if parcel.delivery] == [65_000, 30_000]
    assert (quote.goods_dong, quote.shipping_dong, quote.total_dong) == (510_000, 95_000, 605_000)
    assert not quote.troubles and not quote.price_changes


def test_without_a_province_there_is_no_total(cast: Cast) -> None:
    pack = make_product(open_shop(cast.huong_que)).pack
    quote = quote_basket(fill_basket((pack, 1)))
    assert quote.goods_dong == 80_000 and quote.shipping_dong is None and quote.total_dong is None


def test_one_cooperative_that_does_not_deliver_leaves_no_total(cast: Cast, places: dict[str, AdminUnit]) -> None:
    rice, coffee = make_product(cast.huong_que).pack, make_product(cast.other_cooperative, name="Cà phê").pack
    make_zone(cast.huong_que)
    assert quote_basket(fill_basket((rice, 1), (coffee, 1)), province=places["92"]).total_dong is None


def test_old_and_new_price_are_both_told_until_the_buyer_has_seen_them(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    basket = fill_basket((pack, 1))
    set_price(pack=pack, price_dong=90_000, actor=cast.lan_acts)
    (line,) = quote_basket(basket).price_changes
    assert (line.old_price_dong, line.price_dong) == (80_000, 90_000)
    accept_prices(basket)
    assert not quote_basket(basket).price_changes


def trouble_of(basket: Basket) -> Trouble | None:
    (line,) = quote_basket(basket).lines
    return line.trouble


def test_a_line_that_cannot_be_bought_stays_and_says_why(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    basket = fill_basket((pack, 5))
    assert trouble_of(basket) == Trouble.SOLD_OUT
    batch = make_published_batch(pack, packs=4)
    assert trouble_of(basket) == Trouble.TOO_FEW
    make_published_batch(pack, packs=1)
    assert trouble_of(basket) is None
    Batch.objects.filter(pk=batch.pk).update(status="recalled")
    assert trouble_of(basket) == Trouble.TOO_FEW
    stop_selling(pack=pack, actor=cast.lan_acts)
    assert trouble_of(basket) == Trouble.STOPPED
    assert basket.lines.count() == 1


def test_half_a_pack_in_each_of_two_batches_is_no_pack(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    for _ in range(2):
        batch = make_published_batch(pack, packs=1)
        Batch.objects.filter(pk=batch.pk).update(available_base=999)
    assert trouble_of(fill_basket((pack, 1))) == Trouble.SOLD_OUT


def test_an_expired_batch_counts_for_nothing(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    batch = make_published_batch(pack)
    Batch.objects.filter(pk=batch.pk).update(best_before_on=timezone.localdate() - timedelta(days=1))
    assert trouble_of(fill_basket((pack, 1))) == Trouble.SOLD_OUT


def test_a_larger_basket_asks_no_more_questions(
    cast: Cast, places: dict[str, AdminUnit], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    open_shop(cast.huong_que)
    packs = [make_product(cast.huong_que, name=f"Hàng {number}").pack for number in range(12)]
    small, large = fill_basket(*((pack, 1) for pack in packs[:2])), fill_basket(*((pack, 1) for pack in packs))
    with django_assert_num_queries(6):
        quote_basket(small, province=places["92"])
    with django_assert_num_queries(6):
        quote_basket(large, province=places["92"])
