from __future__ import annotations

import pytest

from community.audit.actors import Actor
from marketplace.orders.models import Order
from marketplace.payments.asking.starting import start_order_payments
from tests.cast import Cast
from tests.making import fill_basket, make_order, make_product, make_published_batch, make_zone


@pytest.fixture(autouse=True)
def _demo_bank(settings) -> None:
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "a secret that only this test run knows"


@pytest.fixture
def rice_order(cast: Cast, old) -> Order:
    """One bag of rice, its code shown with the account in use."""
    make_zone(cast.huong_que)
    goods = make_product(cast.huong_que)
    make_published_batch(goods.pack)
    order = make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de)
    start_order_payments(order=order, actor=Actor.buyer())
    return order
