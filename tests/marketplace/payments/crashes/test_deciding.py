"""Crashes while people and clocks decide: payouts, disputes, money in suspense, a statement taken in, a bank asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from marketplace.ledger.accounts import SUSPENSE
from marketplace.ledger.balances import balance, balances
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.bank_files.taking_in import (
    apply_statement,
    choose_columns,
    confirm_statement,
    preview_key,
    read_statement,
    upload_statement,
)
from marketplace.payments.contested.disputing import settle_loss
from marketplace.payments.hearing.inbox import process_due_events, receive
from marketplace.payments.models import (
    Capture,
    Dispute,
    InboxEvent,
    Payment,
    PaymentException,
    Reconciliation,
    Statement,
    SuspenseDecision,
)
from marketplace.payments.states import LossBearer
from marketplace.payments.suspense.settling import attach, send_back, undo
from marketplace.payouts.checking import check_all_money
from marketplace.payouts.drafting import make_payouts
from marketplace.payouts.models import Payout, PayoutFile, PayoutItem
from marketplace.payouts.paying import approve_payout, confirm_payout, payout_failed, send_payouts
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.harness.crashing import process_dies, survives
from tests.marketplace.payments.crashes.stage import messages
from tests.marketplace.payments.doors import Door, sepay_list
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer
from tests.marketplace.payouts.stage import OCTOBER, sell

pytestmark = pytest.mark.django_db
SHARE = 177_000
COLUMNS = {"day": 0, "reference": 1, "debit": 2, "amount": 3, "memo": 4}


def sound() -> None:
    assert check_all_money() == []


@pytest.fixture
def people(db: None) -> list[Actor]:
    names = ("makes", "approves")
    return [Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True)) for name in names]


def waiting_transfer(feed: str = "sepay") -> Payment:
    return start_order_payments(order=make_order(make_cooperative(feed=feed)), actor=SYSTEM)[0]


# --- payouts ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("end", ["paid", "failed"])
def test_a_payout_from_its_draft_to_its_end(people: list[Actor], end: str) -> None:
    sell(make_cooperative(stock=50, feed="sepay"))
    maker, approver = people

    def desk() -> None:
        """Whoever comes carries on from where the payout stands."""
        if not Payout.objects.exists():
            make_payouts(period=OCTOBER, actor=maker)
        for payout in Payout.objects.filter(status="draft"):
            approve_payout(payout=payout, actor=approver)
        if approved := list(Payout.objects.filter(status="approved")):
            send_payouts(payouts=approved, actor=maker)
        for payout in Payout.objects.filter(status="sent"):
            if end == "paid":
                confirm_payout(payout=payout, actor=maker, bank_ref="FT26310001")
            else:
                payout_failed(payout=payout, actor=approver, why="sai số tài khoản")

    def prove() -> None:
        payout = Payout.objects.get()
        paid = end == "paid"
        assert (payout.status, payout.amount_dong) == (end, SHARE)
        assert PayoutFile.objects.count() == 1 and messages("payout_paid") == paid
        assert balances()["clearing:bank"] == (-SHARE if paid else 0)
        assert PayoutItem.objects.filter(released=True).exists() is not paid
        sound()

    assert survives(act=desk, again=desk, prove=prove, troubles=(process_dies,)) == 4


# --- disputes --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("stage", ["won", "lost"])
def test_a_dispute_to_its_end(people: list[Actor], stripe_fake: FakeStripe, stage: str) -> None:
    order = make_order(make_cooperative(), make_cooperative("HTX Hai"))
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=SYSTEM)
    headers, body = signed_event(stripe_fake.pay(payment.provider_ref), event_id="evt_paid")
    receive(provider="stripe", headers=headers, body=body)
    told = []
    for number, (state, word) in enumerate([("needs_response", "created"), (stage, "closed")]):
        thing = stripe_fake.dispute(payment.provider_ref, status=state)
        moment = int(time.time()) + number
        told.append(
            signed_event(thing, type_=f"charge.dispute.{word}", event_id=f"evt_{word}", at=moment, created=moment)
        )

    def bank() -> None:
        """The provider repeats what it told, the clock works off what waits, and a person settles a loss."""
        for headers, body in told:
            receive(provider="stripe", headers=headers, body=body)
        process_due_events(now=clock.now() + timedelta(minutes=5))
        for dispute in Dispute.objects.filter(status="lost", borne_by=""):
            settle_loss(dispute=dispute, borne_by=LossBearer.SELLERS, actor=people[0])

    def prove() -> None:
        dispute = Dispute.objects.get()
        assert (dispute.status, dispute.borne_by) == (stage, "sellers" if stage == "lost" else "")
        assert balances()["dispute"] == 0
        assert balances()["clearing:stripe"] == (0 if stage == "lost" else 370_000)
        assert PaymentException.objects.get().status == "resolved"
        assert messages("payment_disputed") == 2
        sound()

    assert survives(act=bank, again=bank, prove=prove, troubles=(process_dies,)) >= 4


# --- suspense --------------------------------------------------------------------------------------------------------
def test_money_in_suspense_attached_taken_off_and_sent_back(people: list[Actor]) -> None:
    payment = waiting_transfer(feed="simulated")
    transfer(payment, content="quên mã")
    capture, who = Capture.objects.get(), people[0]

    def desk() -> None:
        """Three presses: counted for a payment in part, taken off again, sent back whole."""
        while (made := SuspenseDecision.objects.count()) < 3:
            if made == 0:
                attach(capture=capture, payment=payment, amount_dong=50_000, actor=who)
            elif made == 1:
                undo(decision=SuspenseDecision.objects.get(), actor=who, note="của đơn khác")
            else:
                send_back(capture=capture, reference="FT99999", actor=who)

    def prove() -> None:
        acts = list(SuspenseDecision.objects.order_by("pk").values_list("act", "amount_dong"))
        assert acts == [("attach", 50_000), ("attach", -50_000), ("send_back", capture.amount_dong)]
        assert Payment.objects.get().received_dong == 0 and balance(SUSPENSE) == 0
        assert PaymentException.objects.get().status == "resolved"
        sound()

    assert survives(act=desk, again=desk, prove=prove, troubles=(process_dies,)) == 3


# --- statements and polling ------------------------------------------------------------------------------------------
def paid_once(payment: Payment) -> None:
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong) == ("confirmed", payment.amount_dong)
    assert Capture.objects.count() == InboxEvent.objects.count() == 1
    assert messages("order_paid") == 1 or messages("parcel_paid") == 1
    assert not PaymentException.objects.exists()
    sound()


def test_a_statement_is_taken_in(people: list[Actor], settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    payment, who = waiting_transfer(), people[0]
    assert payment.account is not None
    account = payment.account
    row = f"{clock.today():%d/%m/%Y};FT77777;;{payment.amount_dong};CT {payment.memo_code}"
    body = f"Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung\n{row}".encode()
    steps: dict[str, Callable[[Statement], Any]] = {
        "uploaded": lambda kept: choose_columns(statement=kept, fields=COLUMNS, actor=who),
        "reading": lambda kept: read_statement(statement=kept),
        "read": lambda kept: confirm_statement(statement=kept, looked_at=preview_key(kept), actor=who),
    }

    def desk() -> None:
        kept = Statement.objects.first() or upload_statement(account=account, name="s.csv", body=body, actor=who)
        while kept.status in steps:
            steps[kept.status](kept)
            kept.refresh_from_db()
        apply_statement(statement=kept)

    def again() -> None:
        desk()
        process_due_events(now=clock.now() + timedelta(minutes=5))

    def prove() -> None:
        assert Statement.objects.get().status == "confirmed"
        paid_once(payment)

    assert survives(act=desk, again=again, prove=prove, troubles=(process_dies,)) == 7


def test_a_bank_is_asked(stripe_fake: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = waiting_transfer()
    door = Door(payment, str(payment.amount_dong), stripe_fake, monkeypatch)

    def again() -> None:
        sepay_list(door)
        process_due_events(now=clock.now() + timedelta(minutes=5))

    def prove() -> None:
        assert not Reconciliation.objects.exclude(error="").exists() and Reconciliation.objects.count() >= 1
        paid_once(payment)

    assert survives(act=lambda: sepay_list(door), again=again, prove=prove) == 3
