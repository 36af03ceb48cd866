"""Two tabs, two taps: one basket never becomes two orders, and no tap is lost."""

from __future__ import annotations

import secrets

import pytest

from community.audit.actors import Actor
from marketplace.basket.filling import add_to_basket
from marketplace.basket.models import Basket, BasketLine
from marketplace.basket.quoting import quote_basket
from marketplace.orders.models import Order
from marketplace.orders.placing import BasketChanged, BuyerDetails, place_order
from tests.cast import Cast
from tests.concurrency.at_once import at_once
from tests.making import fill_basket, make_product, make_published_batch, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_tabs_make_one_order_of_one_basket(cast: Cast, site_ready: None) -> None:
    open_shop(cast.huong_que)
    goods = make_product(cast.huong_que)
    make_published_batch(goods.pack, packs=50)
    basket = fill_basket((goods.pack, 2))
    total = quote_basket(basket, province=cast.can_tho).total_dong
    buyer = BuyerDetails(name="Minh", phone="+84905111222", commune=cast.tran_de, landmark="gần chợ")

    def order() -> Order:
        return place_order(
            basket=basket,
            form_token=secrets.token_urlsafe(16),
            shown_total_dong=total,
            buyer=buyer,
            language="vi",
            actor=Actor.buyer(),
        )

    answers = at_once([order] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["BasketChanged", "Order"]
    assert next(each for each in answers if isinstance(each, BasketChanged)).code == "empty"
    assert Order.objects.count() == 1


def test_tapping_add_twice_at_once_adds_twice(cast: Cast, site_ready: None) -> None:
    goods = make_product(cast.huong_que)
    basket = Basket.objects.create()
    answers = at_once([lambda: add_to_basket(basket=basket, pack=goods.pack, quantity=1)] * 4)
    assert all(isinstance(answer, BasketLine) for answer in answers)
    assert BasketLine.objects.get().quantity == 4
