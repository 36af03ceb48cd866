"""Amounts that are none, of another currency, on another account, or of half a year ago: at every door they are refused

or parked, and nothing is applied. One table of doors (doors.py) times one table of values.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from community import clock
from community.errors import DomainError
from marketplace.ledger.balances import balances
from marketplace.orders.models import Parcel
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.hearing.inbox import process_due_events, receive
from marketplace.payments.models import Capture, Dispute, InboxEvent, Payment, PaymentException, Refund
from marketplace.payments.purging import purge_old_payloads
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund
from marketplace.payments.refunds.sending_back import send_by_card
from marketplace.payments.states import RefundKind
from marketplace.payouts.checking import check_all_money
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.harness.crashing import rolled_back
from tests.marketplace.payments.doors import CARD_LATER, DOORS, POSTED, SECRET, TRANSFERS, Door
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, tables

pytestmark = pytest.mark.django_db
DONG = 185_000
BAD: dict[str, Any] = {
    "a text": str(DONG),
    "words": "185 nghìn",
    "a fraction": DONG + 0.5,
    "a float": float(DONG),
    "below zero": -DONG,
    "zero": 0,
    "10^15": 10**15,
    "true": True,
    "nothing": None,
}
# Their own way of writing whole sums: a list of SePay and a bank's file write texts, with or without ".0".
THEIR_WAY = {("SePay is asked", "a text"), ("SePay is asked", "a float"), ("a statement", "a text"),
             ("a statement", "a float")}  # fmt: skip


@pytest.fixture(autouse=True)
def _feeds(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.SEPAY_WEBHOOK_SECRETS = settings.PAYOS_CHECKSUM_KEYS = settings.CASSO_WEBHOOK_SECRETS = [SECRET]


def payment_for(door: str, fake: FakeStripe) -> Payment:
    """What the door's telling is about: a transfer that waits, a card that waits, or a paid card with a refund."""
    if door in TRANSFERS:
        return start_order_payments(order=make_order(make_cooperative(feed="sepay")), actor=SYSTEM)[0]
    payment = start_payment(order=make_order(make_cooperative()), parcel=None, provider="stripe", actor=SYSTEM)
    if door == "a card":
        return payment
    headers, body = signed_event(fake.pay(payment.provider_ref), event_id="evt_paid")
    receive(provider="stripe", headers=headers, body=body)
    payment.refresh_from_db()
    if door == "a refund":
        fake.refunds_wait = True
        wish = Wish(payment, 5_000, RefundKind.PARCEL, "x", parcel=Parcel.objects.get())
        send_by_card(refund=approve_refund(refund=ask_refund(wish=wish, actor=SYSTEM), actor=SYSTEM), actor=SYSTEM)
    return payment


def money() -> dict[str, Any]:
    """All that an amount could move: not the inbox, nor the questions that were asked of a person."""
    kept = {name: rows for name, rows in tables().items() if name not in ("inbox", "exceptions")}
    return kept | {
        "refunds": list(Refund.objects.order_by("pk").values()),
        "disputes": list(Dispute.objects.values()),
        "books": balances(),
    }


def tell(door: Door, name: str) -> str:
    """The code of the refusal, or ""."""
    try:
        DOORS[name](door)
    except DomainError as refusal:
        return str(refusal.code)
    return ""


def refused_or_parked(refusal: str, heard: int) -> bool:
    """Nobody was silent: an error to who told, an open question, or a message kept as none of our business."""
    open_questions = PaymentException.objects.filter(status="open").exists()
    fresh = InboxEvent.objects.filter(pk__gt=heard)
    return bool(refusal) or open_questions or not fresh.exclude(status__in=["ignored", "rejected"]).exists()


@pytest.mark.parametrize("name", DOORS)
def test_what_is_no_sum_of_dong_moves_nothing(name, stripe_fake, monkeypatch):
    payment = payment_for(name, stripe_fake)
    before, heard = money(), InboxEvent.objects.count()
    for value in BAD:
        if (name, value) in THEIR_WAY:
            continue
        with rolled_back():
            refusal = tell(Door(payment, BAD[value], stripe_fake, monkeypatch), name)
            assert money() == before, value
            assert refused_or_parked(refusal, heard), value
            process_due_events(now=clock.now() + timedelta(minutes=5))
            assert money() == before, value
    assert check_all_money() == []


@pytest.mark.parametrize("name", [name for name in DOORS if name not in CARD_LATER])
def test_a_whole_sum_at_the_same_door_does_move(name, stripe_fake, monkeypatch):
    """The table can fail: each door is open."""
    payment = payment_for(name, stripe_fake)
    before = money()
    assert tell(Door(payment, DONG, stripe_fake, monkeypatch), name) == ""
    assert money() != before and check_all_money() == []


@pytest.mark.parametrize(("name", "dong"), [("a refund", 5_000), ("a dispute", DONG)])
def test_the_right_sum_of_a_refund_or_a_dispute_does_move(name, dong, stripe_fake, monkeypatch):
    payment = payment_for(name, stripe_fake)
    before = money()
    assert tell(Door(payment, dong, stripe_fake, monkeypatch), name) == ""
    assert money() != before and check_all_money() == []


@pytest.mark.parametrize("name", ["payOS posts", "a card", "a refund", "a dispute"])
def test_another_currency_moves_nothing(name, stripe_fake, monkeypatch):
    payment = payment_for(name, stripe_fake)
    dong = 5_000 if name == "a refund" else DONG
    before, heard = money(), InboxEvent.objects.count()
    refusal = tell(Door(payment, dong, stripe_fake, monkeypatch, currency="USD"), name)
    assert money() == before and check_all_money() == []
    assert refusal == "ambiguous" or (InboxEvent.objects.count() > heard and PaymentException.objects.count() == 1)


@pytest.mark.parametrize(("name", "dong"), [("a refund", 4_999), ("a refund", 500_000), ("a dispute", DONG + 1)])
def test_a_refund_or_a_dispute_of_another_amount_is_a_question(name, dong, stripe_fake, monkeypatch):
    payment = payment_for(name, stripe_fake)
    before = money()
    tell(Door(payment, dong, stripe_fake, monkeypatch), name)
    assert money() == before and PaymentException.objects.get().status == "open"


@pytest.mark.parametrize("name", [name for name in TRANSFERS if name != "a person"])
def test_money_on_another_account_lies_in_suspense(name, stripe_fake, monkeypatch):
    """It came, but not where the code asked for it: written down, for nobody."""
    payment = payment_for(name, stripe_fake)
    stranger = make_cooperative("HTX khác", feed="sepay").receiving_accounts.get()
    before = {name: rows for name, rows in tables().items() if name in ("payments", "parcels", "batches")}
    tell(Door(payment, DONG, stripe_fake, monkeypatch, account=stranger.account_number), name)
    now = tables()
    assert {name: now[name] for name in before} == before
    assert Capture.objects.get().payment is None and balances()["suspense"] == -DONG
    assert PaymentException.objects.get().kind == "account_mismatch" and check_all_money() == []


@pytest.mark.parametrize("name", [*TRANSFERS, "a card"])
def test_what_is_told_again_after_half_a_year_moves_nothing(name, stripe_fake, monkeypatch):
    """Also signed anew by its sender, and after the words of the first telling were purged."""
    payment = payment_for(name, stripe_fake)
    door = Door(payment, DONG, stripe_fake, monkeypatch)
    assert tell(door, name) == "" and Capture.objects.count() == 1
    with clock.at(clock.now() + timedelta(days=181)):
        purge_old_payloads(now=clock.now())
        before = money()
        tell(door, name)
        process_due_events(now=clock.now() + timedelta(minutes=5))
        assert money() == before and check_all_money() == [] and not PaymentException.objects.exists()


@pytest.mark.parametrize("name", [name for name in POSTED if name != "payOS posts"])
def test_an_old_delivery_itself_is_refused_by_its_moment(name, stripe_fake, monkeypatch):
    """Word for word, with the signature of then; payOS signs no moment, and is known by its number."""
    payment = payment_for(name, stripe_fake)
    posted: list[dict[str, Any]] = []
    monkeypatch.setattr("tests.marketplace.payments.doors.receive", lambda **told: posted.append(told))
    DOORS[name](Door(payment, DONG, stripe_fake, monkeypatch))
    before = tables()
    with clock.at(clock.now() + timedelta(days=181)), pytest.raises(DomainError, match="clock_drift"):
        receive(**posted[0])
    assert tables() == before
