"""The last use of a discount code goes to one order, and one telephone uses it once, however many press at once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from marketplace.basket.filling import set_voucher
from marketplace.basket.models import Basket
from marketplace.basket.quoting import quote_basket
from marketplace.orders.models import Order
from marketplace.orders.placing import BasketChanged, BuyerDetails, place_order
from marketplace.vouchers.models import Voucher, VoucherUse
from marketplace.vouchers.writing import VoucherTerms, write_voucher
from tests.cast import Cast
from tests.concurrency.at_once import at_once
from tests.making import Goods, fill_basket, make_product, make_published_batch, open_shop
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 4


@pytest.fixture
def goods(cast: Cast, site_ready: None) -> Goods:
    open_shop(cast.huong_que)
    goods = make_product(cast.huong_que)
    make_published_batch(goods.pack, packs=50)
    return goods


def voucher(cast: Cast, *, most_uses: int, per_phone: int = 1) -> Voucher:
    today = clock.today()
    terms = VoucherTerms(today, today + timedelta(days=1), most_uses, percent=10, per_phone=per_phone)
    return write_voucher(cooperative=cast.huong_que, code="TET27", terms=terms, actor=cast.lan_acts)


def presses(cast: Cast, goods: Goods, phones: list[str]) -> list[Callable[[], Order]]:
    def basket() -> Basket:
        made = fill_basket((goods.pack, 1))
        set_voucher(basket=made, code="TET27")
        return made

    baskets = [basket() for _phone in phones]
    total = quote_basket(baskets[0], province=cast.can_tho, commune=cast.tran_de).total_dong or 0

    def press(own: Basket, phone: str) -> Callable[[], Order]:
        buyer = BuyerDetails(name="Minh", phone=phone, commune=cast.tran_de, landmark="x")
        form = secrets.token_urlsafe(16)
        facts: dict[str, Any] = {"basket": own, "form_token": form, "shown_total_dong": total, "buyer": buyer}
        return lambda: place_order(**facts, language="vi", actor=Actor.buyer())

    return [press(own, phone) for own, phone in zip(baskets, phones, strict=True)]


def test_without_the_guard_the_last_use_is_given_twice(cast: Cast, goods: Goods) -> None:
    """The race is real: look, then write, as one would do it first."""
    made = voucher(cast, most_uses=1)
    looked = threading.Barrier(2)

    def naive() -> bool:
        has_one_left = Voucher.objects.get(pk=made.pk).uses < made.most_uses
        looked.wait(timeout=20)
        if has_one_left:
            with transaction.atomic():
                Voucher.objects.filter(pk=made.pk).update(uses=1)
        return has_one_left

    assert at_once([naive] * 2) == [True, True]


def test_the_last_use_goes_to_one_order_and_the_others_lose_nothing(cast: Cast, goods: Goods) -> None:
    made = voucher(cast, most_uses=1)
    answers = at_once(presses(cast, goods, [f"+8490511122{number}" for number in range(BUYERS)]))
    orders = [answer for answer in answers if isinstance(answer, Order)]
    refused = [answer for answer in answers if isinstance(answer, BasketChanged)]
    assert len(orders) == 1 and len(refused) == BUYERS - 1, answers
    assert {one.code for one in refused} <= {"voucher_used_up", "total_changed"}
    made.refresh_from_db()
    assert made.uses == VoucherUse.objects.count() == Order.objects.count() == 1
    assert Batch.objects.get().packs_available == 49


def test_one_telephone_uses_it_once_in_many_tabs(cast: Cast, goods: Goods) -> None:
    made = voucher(cast, most_uses=9)
    answers = at_once(presses(cast, goods, ["+84905111222"] * BUYERS))
    assert sorted(type(answer).__name__ for answer in answers) == ["BasketChanged"] * (BUYERS - 1) + ["Order"], answers
    made.refresh_from_db()
    assert made.uses == VoucherUse.objects.count() == 1
