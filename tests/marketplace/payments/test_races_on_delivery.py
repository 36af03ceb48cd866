"""Money against a refusal, a cancelling or a parcel that comes back: one is first, and the books say which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.audit.actors import Actor
from marketplace.orders.changes.asking import ask_buyer, take_what_is_there
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.on_delivery import CannotPayOnDelivery, pay_on_delivery
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.ending.lowering import ask_for_what_goes
from marketplace.payments.ending.taking_back import CannotTakeBack, take_back
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Payment, Refund
from marketplace.payments.refunds.of_changes import request_due_changes
from marketplace.payments.refunds.refunding import request_due_refunds
from marketplace.payouts.checking import check_all_money
from tests.marketplace.payments.on_delivery import on_its_way, payment_of, seller, sent
from tests.marketplace.payments.stage import SYSTEM, bank_post, make_order, packs_left
from tests.marketplace.payments.test_races import _at_once

pytestmark = pytest.mark.django_db(transaction=True)
TOTAL = 185_000


def money(payment: Payment) -> Callable[[], Any]:
    headers, body = bank_post(payment)
    return lambda: receive(provider="simulated", headers=headers, body=body)


def faults(results: list[Any]) -> list[Any]:
    expected = (CannotTakeBack, ParcelMoved, CannotPayOnDelivery)
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, expected)]


def test_without_the_guard_a_paid_parcel_would_come_back_and_the_database_refuses_it() -> None:
    """The race is real: look, then write, as one would do it first."""
    parcel = sent(on_its_way())
    looked = Parcel.objects.get(pk=parcel.pk)
    money(payment_of(parcel))()
    assert looked.owes_on_delivery  # what the naive hand still believes
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.filter(pk=looked.pk).update(status=ParcelStatus.RETURNED)


@pytest.mark.parametrize("_round", range(3))
def test_money_against_a_parcel_that_comes_back(_round) -> None:
    parcel = sent(on_its_way())
    back = lambda: take_back(parcel=parcel, to_stock=True, reason="x", actor=SYSTEM)  # noqa: E731
    results = _at_once(money(payment_of(parcel)), back)
    assert not faults(results)
    parcel.refresh_from_db()
    request_due_refunds()
    if parcel.status == ParcelStatus.RETURNED:
        assert parcel.paid_at is None and packs_left(parcel.cooperative) == 10
        assert Refund.objects.get().amount_dong == TOTAL
    else:
        assert parcel.paid_at is not None and packs_left(parcel.cooperative) == 8
        assert isinstance(results[1], CannotTakeBack) and not Refund.objects.exists()
    assert check_all_money() == []


@pytest.mark.parametrize("to", [ParcelStatus.REJECTED, ParcelStatus.CANCELLED])
def test_money_against_a_refusal_ends_given_back_either_way(to) -> None:
    parcel = on_its_way()
    end = lambda: end_parcel(parcel=parcel, to=to, reason="x", actor=SYSTEM)  # noqa: E731
    assert not faults(_at_once(money(payment_of(parcel)), end))
    parcel.refresh_from_db()
    expire_due(now=timezone.now())
    request_due_refunds()
    assert (parcel.status, packs_left(parcel.cooperative)) == (to, 10)
    assert Refund.objects.get().amount_dong == TOTAL and check_all_money() == []


def test_two_orders_of_one_telephone_at_once_are_not_both_the_last(settings) -> None:
    settings.ON_DELIVERY_PER_PHONE = 1
    cooperative, parcels = seller(), []
    for _number in range(3):
        order = make_order(cooperative, buyer_email="")
        start_order_payments(order=order, actor=SYSTEM)
        parcels.append(order.parcels.get())
    jobs = [lambda one=one: pay_on_delivery(parcel=one, actor=Actor.buyer()) for one in parcels]
    assert not faults(_at_once(*jobs))
    assert Parcel.objects.filter(on_delivery=True).count() == 1


def test_the_hold_running_out_against_the_choice_ends_in_one_of_the_two() -> None:
    order = make_order(seller(), minutes=1, buyer_email="")
    start_order_payments(order=order, actor=SYSTEM)
    parcel = order.parcels.get()
    later = timezone.now() + timedelta(minutes=2)
    jobs = (lambda: pay_on_delivery(parcel=parcel, actor=Actor.buyer()), lambda: expire_due(now=later))
    assert not faults(_at_once(*jobs))
    parcel.refresh_from_db()
    left = packs_left(parcel.cooperative)
    assert (parcel.status, parcel.on_delivery, left) in [("new", True, 8), ("expired", False, 10)]


@pytest.mark.parametrize("_round", range(3))
def test_money_against_the_yes_to_fewer_packs_leaves_exactly_the_difference_to_give_back(_round) -> None:
    """Whichever is first: 185.000 ₫ came for 105.000 ₫ worth of goods."""
    parcel = on_its_way()
    ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 1}, actor=SYSTEM)

    def take() -> None:
        take_what_is_there(parcel=Parcel.objects.get(pk=parcel.pk), actor=Actor.buyer())
        ask_for_what_goes(parcel=parcel, actor=Actor.buyer())

    assert not faults(_at_once(money(payment_of(parcel)), take))
    request_due_changes()
    request_due_refunds()
    parcel.refresh_from_db()
    assert parcel.paid_at is not None and parcel.total_dong in (TOTAL, TOTAL - 80_000)
    assert Refund.objects.get().amount_dong == 80_000 and check_all_money() == []


@pytest.mark.parametrize("_round", range(2))
def test_two_yes_at_once_make_it_smaller_once(_round) -> None:
    parcel = on_its_way()
    ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 1}, actor=SYSTEM)
    take = lambda: take_what_is_there(parcel=Parcel.objects.get(pk=parcel.pk), actor=Actor.buyer())  # noqa: E731
    done = _at_once(take, take)
    assert sorted(type(one).__name__ for one in done) == ["Parcel", "QuestionOver"]
    ask_for_what_goes(parcel=parcel, actor=SYSTEM)
    parcel.refresh_from_db()
    assert (parcel.total_dong, payment_of(parcel).amount_dong) == (TOTAL - 80_000,) * 2 and check_all_money() == []
