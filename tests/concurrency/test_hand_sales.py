"""The last jar: sold at the market and in the shop at the same moment."""

from __future__ import annotations

import secrets
from uuid import uuid4

import pytest
from django.utils import timezone

from community.audit.actors import Actor
from marketplace.basket.models import Basket
from marketplace.basket.quoting import quote_basket
from marketplace.hand_sales.models import HandSale
from marketplace.hand_sales.writing_down import SoldLine, Told, undo_sale, write_down_sale
from marketplace.orders.models import Order
from marketplace.orders.placing import BuyerDetails, place_order
from tests.concurrency.at_once import at_once
from tests.making import fill_basket, make_product, make_published_batch, open_shop
from traceability.batches.models import Batch, PostingKind
from traceability.batches.posting import Movement, post_recorded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def last_jar(cast) -> Batch:
    return make_published_batch(make_product(open_shop(cast.huong_que)).pack, packs=1)


def at_the_market(cast, batch: Batch, key=None):
    key = key or uuid4()
    told = Told(where="market", day=timezone.localdate(), paid="cash")
    lines = [SoldLine(batch.pk, 1, 80_000)]
    return lambda: write_down_sale(cooperative=cast.huong_que, lines=lines, told=told, key=key, actor=cast.lan_acts)


def in_the_shop(cast, batch: Batch):
    basket = fill_basket((batch.pack, 1))
    total = quote_basket(basket, province=cast.tran_de.parent).total_dong
    buyer = BuyerDetails(name="Minh", phone="+84905111222", commune=cast.tran_de, landmark="gần chợ")
    return lambda: place_order(
        basket=Basket.objects.get(pk=basket.pk),
        form_token=secrets.token_urlsafe(24),
        shown_total_dong=total or 0,
        buyer=buyer,
        language="vi",
        actor=Actor.buyer(),
    )


def test_without_the_guard_the_last_jar_is_sold_twice(last_jar) -> None:
    """Written down as what happened, without asking: the lack stands in the shortfall."""
    take = Movement(PostingKind.SELL, 1000, from_reserve=False)
    at_once([lambda: post_recorded(batch_id=last_jar.pk, movement=take)] * 2)
    assert Batch.objects.get(pk=last_jar.pk).shortfall_base == 1000


def test_the_last_jar_is_sold_once_at_the_market_or_in_the_shop(cast, last_jar) -> None:
    at_once([at_the_market(cast, last_jar), in_the_shop(cast, last_jar)] * 3)
    assert HandSale.objects.count() + Order.objects.count() == 1
    jar = Batch.objects.get(pk=last_jar.pk)
    assert (jar.available_base, jar.shortfall_base) == (0, 0)
    assert jar.on_hand_base == (1000 if Order.objects.exists() else 0)


def test_one_form_sent_twice_at_once_is_one_sale(cast) -> None:
    batch = make_published_batch(make_product(open_shop(cast.huong_que)).pack, packs=9)
    results = at_once([at_the_market(cast, batch, key=uuid4())] * 4)  # one key for all four
    assert len({sale.pk for sale in results}) == 1, results
    assert Batch.objects.get(pk=batch.pk).available_base == 8000


def test_taking_back_twice_at_once_gives_back_once(cast, last_jar) -> None:
    sale = at_the_market(cast, last_jar)()
    at_once([lambda: undo_sale(sale=HandSale.objects.get(pk=sale.pk), actor=cast.lan_acts)] * 3)
    assert Batch.objects.get(pk=last_jar.pk).available_base == 1000
