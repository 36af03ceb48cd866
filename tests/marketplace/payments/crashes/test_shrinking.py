"""Crashes while a parcel becomes smaller: the question, the buyer's yes, the refund."""

from __future__ import annotations

import pytest

from marketplace.orders.changes.asking import ask_buyer, take_what_is_there
from marketplace.orders.changes.models import Shortage
from marketplace.orders.models import Order, Parcel
from marketplace.payments.models import Refund
from marketplace.payments.refunds.of_changes import request_due_changes
from tests.harness.crashing import survives
from tests.marketplace.payments.crashes.stage import BUYER, WORKER, pay_all, sound

pytestmark = pytest.mark.django_db


def test_one_of_two_packs_is_missing(order: Order) -> None:
    pay_all()

    def act() -> None:
        parcel = Parcel.objects.order_by("pk")[0]
        if not Shortage.objects.exists():
            ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 1}, actor=WORKER)
        if Shortage.objects.get().status == "open":
            take_what_is_there(parcel=parcel, actor=BUYER)
        request_due_changes()

    def once() -> None:
        assert Refund.objects.get().amount_dong == Parcel.objects.order_by("pk")[0].back_dong > 0
        sound()

    assert survives(act=act, again=act, prove=once) >= 3
