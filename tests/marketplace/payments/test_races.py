"""The same message twice at once, two transfers at once, money against the clock. Real threads on the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.models import Parcel
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.hearing.inbox import process_event, receive
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException
from tests.marketplace.payments.stage import bank_post, make_cooperative, make_order, packs_left

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def _at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that start together; their results, exceptions among them."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number: int, job: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=30)
            results[number] = job()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def _payment(**order: Any) -> Payment:
    [payment] = start_order_payments(order=make_order(make_cooperative(), **order), actor=Actor.buyer())
    return payment


def test_without_the_guards_the_same_message_counts_twice():
    """The race is real: look, then add, then save, as one would write it first."""
    payment, both_looked = _payment(), threading.Barrier(2)

    def naive() -> None:
        known = Capture.objects.filter(txn_id="7").exists()
        mine = Payment.objects.get(pk=payment.pk)
        both_looked.wait(timeout=30)
        if not known:
            mine.received_dong += mine.amount_dong
            naive_total.append(mine.amount_dong)
            mine.save()

    naive_total: list[int] = []
    _at_once(naive, naive)
    assert sum(naive_total) == 2 * payment.amount_dong


@pytest.mark.parametrize("threads", [2, THREADS])
def test_the_same_message_at_once_is_one_payment_and_one_mail(threads):
    payment = _payment()
    headers, body = bank_post(payment)
    results = _at_once(*[lambda: receive(provider="simulated", headers=headers, body=body)] * threads)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sum(len(result.accepted) for result in results) == 1
    assert sum(len(result.duplicates) for result in results) == threads - 1
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong) == ("confirmed", payment.amount_dong)
    assert (InboxEvent.objects.count(), Capture.objects.count()) == (1, 1)
    assert OutboxMessage.objects.filter(kind="order_paid").count() == 1
    assert not PaymentException.objects.exists()


def test_one_row_is_processed_by_one_worker():
    payment = _payment()
    headers, body = bank_post(payment)
    receive(provider="simulated", headers=headers, body=body)
    InboxEvent.objects.update(status="received")
    row = InboxEvent.objects.get()
    results = _at_once(*[lambda: process_event(event_id=row.pk)] * 4)
    assert results == ["processed"] * 4
    payment.refresh_from_db()
    assert payment.received_dong == payment.amount_dong


def test_different_transfers_at_once_are_all_counted():
    payment = _payment()
    part = payment.amount_dong // 5
    posts = [bank_post(payment, transferAmount=part) for _ in range(5)]
    jobs = [lambda h=headers, b=body: receive(provider="simulated", headers=h, body=b) for headers, body in posts]
    assert not [result for result in _at_once(*jobs) if isinstance(result, Exception)]
    payment.refresh_from_db()
    assert (payment.received_dong, payment.status, Capture.objects.count()) == (5 * part, "confirmed", 5)
    assert Parcel.objects.get().status == "new"


@pytest.mark.parametrize("_round", range(4))
def test_money_against_the_clock_ends_paid_or_parked_never_paid_without_goods(_round):
    payment = _payment(minutes=1)
    seller, later = payment.parcel.cooperative, timezone.now() + timedelta(minutes=2)
    headers, body = bank_post(payment)
    results = _at_once(lambda: receive(provider="simulated", headers=headers, body=body), lambda: expire_due(now=later))
    assert not [result for result in results if isinstance(result, Exception)]
    payment.refresh_from_db()
    parcel = Parcel.objects.get()
    assert (payment.status, parcel.status, packs_left(seller)) == ("confirmed", "new", 8)


def test_two_presses_at_once_start_one_payment():
    order = make_order(make_cooperative())
    parcel = order.parcels.get()
    results = _at_once(
        *[lambda: start_payment(order=order, parcel=parcel, provider="vietqr", actor=Actor.buyer())] * THREADS
    )
    assert {result.pk for result in results} == {Payment.objects.get().pk}
