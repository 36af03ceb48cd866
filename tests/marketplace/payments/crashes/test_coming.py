"""Crashes while an order is placed, paid, late, or given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community import clock
from marketplace.basket.models import BasketLine
from marketplace.orders.models import Order, Parcel
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.hearing.inbox import process_due_events, receive
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException
from tests.cast import Cast
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.harness.crashing import crashes, killed, process_dies, process_is_killed, survives
from tests.making import Goods
from tests.marketplace.payments.crashes.stage import Act, ask_card, free_packs, messages, pressing, sound, transfers
from tests.marketplace.payments.stage import bank_post
from traceability.batches.models import Posting

pytestmark = pytest.mark.django_db


def test_placing(press: Act) -> None:
    def prove() -> None:
        order = Order.objects.get()
        assert [one.amount_dong for one in transfers()] == [one.total_dong for one in order.parcels.order_by("pk")]
        assert free_packs() == [8, 8]
        assert Posting.objects.filter(kind="reserve").count() == 2
        assert not BasketLine.objects.exists()
        assert messages("order_placed") == 1
        sound()

    assert survives(act=press, again=press, prove=prove) == 1


def test_a_lost_half_is_seen_by_the_harness(order: Order) -> None:
    """It can fail: two writes that belong together, in two commits, and nobody who comes back for the second."""

    def act() -> None:
        Payment.objects.filter(order=order).update(received_dong=1)
        Payment.objects.filter(order=order).update(late=True)

    def prove() -> None:
        assert set(Payment.objects.values_list("received_dong", "late")) <= {(0, False), (1, True)}

    with pytest.raises(AssertionError) as lost:
        survives(act=act, again=lambda: None, prove=prove)
    assert "process_dies after commit 1 of 2" in str(lost.value.__notes__)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_really_killed(cast: Cast, goods: tuple[Goods, Goods]) -> None:
    """With SIGKILL, in the middle of a transaction and after it: its locks go with it, its money does not."""
    posts = {}
    for number, crash in enumerate(crashes(2, process_is_killed)):
        press = pressing(cast, goods, token=f"a press of its own: {number}", packs=1)
        if crash.at == 1:
            assert killed(press, crash)
        order = press()
        posts[order.pk] = headers, body = bank_post(order.payments.order_by("pk")[0])
        assert killed(lambda h=headers, b=body: receive(provider="simulated", headers=h, body=b), crash)
        receive(provider="simulated", headers=headers, body=body)
    process_due_events(now=clock.now() + timedelta(minutes=5))
    assert Order.objects.count() == Capture.objects.count() == InboxEvent.objects.count() == len(posts) == 4
    assert Parcel.objects.filter(status="new").count() == 4
    assert free_packs() == [6, 6]
    sound()


# --- money comes -----------------------------------------------------------------------------------------------------
def short(dong: int) -> dict[str, Any]:
    return {"transferAmount": dong}


COMING = {
    "exact": ({}, "confirmed", "new", []),
    "over": (short(500_000), "confirmed", "new", ["overpaid"]),
    "short": (short(1_000), "partially_received", "awaiting_payment", []),
    "nobody's": ({"content": "mat ong"}, "pending", "awaiting_payment", ["unmatched"]),
    "another account": ({"accountNumber": "9"}, "pending", "awaiting_payment", ["account_mismatch"]),
    "unreadable": (short(-5), "pending", "awaiting_payment", ["malformed"]),
}


@pytest.mark.parametrize("retry", ["the bank repeats", "the worker comes"])
@pytest.mark.parametrize(("told", "status", "parcel", "parked"), COMING.values(), ids=COMING)
def test_a_transfer_arrives(order: Order, told, status, parcel, parked, retry) -> None:
    payment = transfers()[0]
    headers, body = bank_post(payment, **told)

    def act() -> None:
        receive(provider="simulated", headers=headers, body=body)

    def again() -> None:
        if retry == "the bank repeats" or not InboxEvent.objects.exists():
            act()
        process_due_events(now=clock.now() + timedelta(minutes=5))

    def prove() -> None:
        now = transfers()[0]
        assert (now.status, Parcel.objects.get(pk=now.parcel_id).status) == (status, parcel)
        assert Capture.objects.count() == (0 if parked == ["malformed"] else 1)
        assert list(PaymentException.objects.values_list("kind", flat=True)) == parked
        assert InboxEvent.objects.count() == 1
        assert messages("parcel_paid") == (status == "confirmed")
        sound()

    assert survives(act=act, again=again, prove=prove) == 2


def test_late_money_and_the_clock(order: Order) -> None:
    """Part of the money, the end of the time, the rest of the money: in one act, crashed anywhere."""
    first, second = transfers()
    posts = [bank_post(first, transferAmount=first.amount_dong - 1_000)]
    late = [bank_post(first, transferAmount=1_000), bank_post(second)]
    end = clock.now() + timedelta(hours=3)

    def say(some: list[tuple[dict[str, str], bytes]]) -> None:
        for headers, body in some:
            receive(provider="simulated", headers=headers, body=body)

    def act() -> None:
        say(posts)
        expire_due(now=end)
        say(late)

    def again() -> None:
        act()
        process_due_events(now=end)

    def prove() -> None:
        assert [one.status for one in transfers()] == ["confirmed", "confirmed"]
        assert set(Parcel.objects.values_list("status", flat=True)) == {"new"}
        assert free_packs() == [8, 8]
        assert Capture.objects.count() == 3
        assert not PaymentException.objects.filter(status="open").exists()
        assert messages("parcel_paid") == 2
        sound()

    assert survives(act=act, again=again, prove=prove, troubles=(process_dies,)) >= 8


def test_the_end_of_the_time(order: Order) -> None:
    first, _second = transfers()
    headers, body = bank_post(first, transferAmount=1_000)
    receive(provider="simulated", headers=headers, body=body)

    def act() -> None:
        expire_due(now=clock.now() + timedelta(hours=3))

    def prove() -> None:
        assert {one.status for one in transfers()} == {"expired"}
        assert set(Parcel.objects.values_list("status", flat=True)) == {"expired"}
        assert Order.objects.get().status == "expired"
        assert free_packs() == [10, 10]
        assert Posting.objects.filter(kind="release").count() == 2
        assert PaymentException.objects.get().kind == "underpaid"
        assert messages("order_expired") == 1
        sound()

    survives(act=act, again=act, prove=prove)


# --- cards -----------------------------------------------------------------------------------------------------------
def test_a_card_is_asked_for_and_pays(order: Order, stripe, stripe_fake: FakeStripe) -> None:
    def act() -> None:
        payment = ask_card()
        session = stripe_fake.pay(payment.provider_ref)
        headers, body = signed_event(session)
        receive(provider="stripe", headers=headers, body=body)

    def again() -> None:
        paid = [one for one in stripe_fake.sessions.values() if one["payment_status"] == "paid"]
        if not paid:
            act()
            return
        headers, body = signed_event(paid[0])
        receive(provider="stripe", headers=headers, body=body)
        process_due_events(now=clock.now() + timedelta(minutes=5))

    def prove() -> None:
        assert len(stripe_fake.sessions) == 1
        assert Payment.objects.get(provider="stripe").status == "confirmed"
        assert set(Parcel.objects.values_list("status", flat=True)) == {"new"}
        assert Capture.objects.count() == 1
        assert not PaymentException.objects.exists()
        assert messages("order_paid") == 1
        sound()

    assert survives(act=stripe(act), again=again, prove=prove) >= 4


@pytest.mark.parametrize("paid", [False, True])
def test_a_card_session_is_closed(order: Order, stripe, stripe_fake: FakeStripe, paid: bool) -> None:
    payment = ask_card()
    if paid:
        stripe_fake.pay(payment.provider_ref)

    def act() -> None:
        expire_due(now=clock.now() + timedelta(hours=3))

    def prove() -> None:
        assert Payment.objects.get(provider="stripe").status == ("confirmed" if paid else "expired")
        assert stripe_fake.sessions[payment.provider_ref]["status"] == ("complete" if paid else "expired")
        assert set(Parcel.objects.values_list("status", flat=True)) == ({"new"} if paid else {"expired"})
        assert free_packs() == ([8, 8] if paid else [10, 10])
        sound()

    survives(act=stripe(act), again=act, prove=prove)
