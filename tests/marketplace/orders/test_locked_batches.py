"""A lot that does not add up is not sold: the basket says why, the checkout refuses, nothing is reserved."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.basket.quoting import Trouble, quote_basket
from marketplace.orders.models import Order
from marketplace.orders.placing import BasketChanged
from tests.cast import Cast
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop
from traceability.batches.models import Batch, Posting

pytestmark = pytest.mark.django_db


def test_a_locked_batch_is_not_sold_and_the_basket_says_why(cast: Cast, site_ready: None) -> None:
    open_shop(cast.huong_que)
    pack = make_product(cast.huong_que).pack
    batch = make_published_batch(pack, packs=10)
    basket = fill_basket((pack, 2))
    assert not quote_basket(basket).troubles
    Batch.objects.filter(pk=batch.pk).update(locked_at=timezone.now())
    (line,) = quote_basket(basket).troubles
    assert line.trouble is Trouble.ON_CHECK
    moved = Posting.objects.count()
    with pytest.raises(BasketChanged) as refused:
        make_order(basket, commune=cast.tran_de)
    assert refused.value.code == "troubles"
    assert not Order.objects.exists() and Posting.objects.count() == moved


def test_goods_of_another_batch_are_sold_meanwhile(cast: Cast, site_ready: None) -> None:
    open_shop(cast.huong_que)
    pack = make_product(cast.huong_que).pack
    locked, sold = (make_published_batch(pack, packs=10, lot_code=code) for code in ("LOT-A", "LOT-B"))
    Batch.objects.filter(pk=locked.pk).update(locked_at=timezone.now())
    order = make_order(fill_basket((pack, 2)), commune=cast.tran_de)
    held = Posting.objects.filter(kind="reserve")
    assert order.pk and [row.batch_id for row in held] == [sold.pk]


def test_the_buyer_reads_it_in_plain_words(cast: Cast, client: Client, site_ready: None) -> None:
    open_shop(cast.huong_que)
    pack = make_product(cast.huong_que).pack
    batch = make_published_batch(pack, packs=10)
    client.post("/gio/them/", {"pack": pack.code, "quantity": "1"}, follow=True)
    Batch.objects.filter(pk=batch.pk).update(locked_at=timezone.now())
    page = client.get("/gio/").content.decode()
    assert "Người bán đang kiểm tra lại số liệu" in page
