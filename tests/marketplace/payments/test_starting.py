"""Asking for money: one transfer per parcel to its cooperative's own account, once, and another method any time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.audit.actors import Actor
from marketplace.orders.models import Order, Parcel
from marketplace.payments.asking.memo_codes import is_memo_code
from marketplace.payments.asking.starting import CannotPay, start_order_payments, start_payment
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.models import Payment
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.payments.vietqr import decode_vietqr
from marketplace.receiving.models import ReceivingAccount
from tests.marketplace.payments.stage import make_cooperative, make_order, packs_left, transfer

BUYER = Actor.buyer()
pytestmark = pytest.mark.django_db


def _start(order: Order, parcel: Parcel | None = None, provider: str = "vietqr") -> Payment:
    return start_payment(order=order, parcel=parcel or order.parcels.first(), provider=provider, actor=BUYER)


def test_every_parcel_is_paid_to_its_own_cooperative():
    first, second = make_cooperative("HTX Một"), make_cooperative("HTX Hai")
    payments = start_order_payments(order=make_order(first, second), actor=BUYER)
    assert [payment.account.cooperative for payment in payments] == [first, second]
    assert len({payment.memo_code for payment in payments}) == 2
    for payment in payments:
        code = decode_vietqr(vietqr_payload(payment))
        assert (code.account, code.amount_dong, code.purpose) == (
            payment.account.account_number,
            payment.parcel.total_dong,
            payment.memo_code,
        )
        assert is_memo_code(payment.memo_code)


def test_starting_again_gives_the_payment_that_lives():
    order = make_order(make_cooperative())
    assert _start(order).pk == _start(order).pk
    assert Payment.objects.count() == 1


def test_a_parcel_that_does_not_wait_for_money_cannot_be_paid():
    order = make_order(make_cooperative())
    Parcel.objects.update(status="cancelled")
    with pytest.raises(CannotPay) as refusal:
        _start(order)
    assert refusal.value.code == "nothing_to_pay"
    assert not Payment.objects.exists()


def test_after_the_hold_nothing_can_be_started():
    order = make_order(make_cooperative(), minutes=-1)
    with pytest.raises(CannotPay, match="nothing_to_pay"):
        _start(order)


def test_changing_the_way_of_paying_again_and_again_keeps_the_goods_no_longer_than_the_cap(settings):
    seller = make_cooperative(stock=2)
    order = make_order(seller)
    ends, now = order.hold_expires_at + timedelta(minutes=settings.HOLD_MORE_MINUTES), timezone.now()
    refused = ""
    while packs_left(seller) == 0:
        now += timedelta(minutes=20)
        with time_machine.travel(now):
            for provider in ("simulated", "vietqr"):
                try:
                    _start(order, provider=provider)
                except CannotPay as refusal:
                    refused = refusal.code
            expire_due(now=now)
        assert now <= ends + timedelta(minutes=30)
    assert refused == "nothing_to_pay" and max(Payment.objects.values_list("expires_at", flat=True)) <= ends


def test_a_card_page_that_would_end_too_late_is_refused_and_nothing_changes(settings):
    order = make_order(make_cooperative())
    code = _start(order)
    settings.HOLD_MORE_MINUTES = -45
    with pytest.raises(CannotPay, match="too_late_for_card"):
        _start(order, provider="simulated")
    code.refresh_from_db()
    assert code.is_live and Payment.objects.count() == 1


def test_a_parcel_of_another_order_cannot_be_paid():
    seller = make_cooperative()
    order, other = make_order(seller), make_order(seller)
    with pytest.raises(Parcel.DoesNotExist):
        _start(order, other.parcels.get())
    assert not Payment.objects.exists()


def test_a_cooperative_without_an_account_gets_no_transfer_and_others_still_do():
    bare, rich = make_cooperative("HTX Chưa có"), make_cooperative("HTX Có")
    ReceivingAccount.objects.filter(cooperative=bare).update(active=False)
    order = make_order(bare, rich)
    with pytest.raises(CannotPay, match="no_account"):
        _start(order, order.parcels.get(cooperative=bare))
    [payment] = start_order_payments(order=order, actor=BUYER)
    assert payment.parcel.cooperative == rich


def test_a_simulated_account_is_no_account_outside_demo(settings):
    order = make_order(make_cooperative())
    settings.DEMO = False
    with pytest.raises(CannotPay, match="no_account"):
        _start(order)


@pytest.mark.parametrize("provider", ["stripe", "cash", ""])
def test_a_provider_that_is_not_configured_is_refused(provider):
    order = make_order(make_cooperative())
    with pytest.raises(CannotPay, match="provider_off"):
        _start(order, provider=provider)
    assert not Payment.objects.exists()


def test_simulated_money_is_marked_on_the_row():
    assert _start(make_order(make_cooperative())).livemode is False
    assert _start(make_order(make_cooperative(feed="sepay"))).livemode is True
    assert Payment.objects.filter(livemode=True).count() == 1


def test_the_database_refuses_a_second_live_payment_a_zero_amount_and_an_unpaid_confirmation():
    payment = _start(make_order(make_cooperative()))
    for change in (
        {"status": "confirmed"},
        {"amount_dong": 0},
        {"received_dong": -1},
        {"status": "paid"},
        {"memo_code": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**change)
    twin = {field: getattr(payment, field) for field in ("order", "parcel", "provider", "account", "amount_dong")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(**twin, memo_code="OCOTHER222", expires_at=timezone.now())


def test_after_a_short_transfer_the_same_code_asks_for_the_rest():
    payment = _start(make_order(make_cooperative()))
    transfer(payment, transferAmount=100_000)
    payment.refresh_from_db()
    code = decode_vietqr(vietqr_payload(payment))
    assert (code.amount_dong, code.purpose) == (payment.amount_dong - 100_000, payment.memo_code)
    assert _start(payment.order).pk == payment.pk


def test_a_payment_lives_as_long_as_the_goods_are_held():
    order = make_order(make_cooperative())
    assert abs(_start(order).expires_at - order.hold_expires_at) < timedelta(seconds=1)
