"""Two who tell the same thing at once: two uploads, a statement and a feed, a bank twice, a provider and a bank's line.

Real threads on the real database; each race is first shown without its guard (look, then write), then with it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from marketplace.ledger.balances import balances
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.bank_files.later import work_on
from marketplace.payments.bank_files.taking_in import (
    CannotTakeIn,
    choose_columns,
    confirm_statement,
    preview_key,
    read_statement,
    upload_statement,
)
from marketplace.payments.facts import PayoutFact
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Capture, Dispute, OwnMove, Payment, PaymentException, ProviderPayout, Statement
from marketplace.payments.parking import SYSTEM
from marketplace.payments.states import DisputeStatus, OwnMoveKind, StatementStatus
from marketplace.payments.treasury.moving import CannotMove, MoveSlip, approve_move, write_down
from marketplace.payments.treasury.provider_payouts import hear_of_payout
from marketplace.receiving.models import ReceivingAccount
from tests.concurrency.at_once import at_once
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.marketplace.payments.stage import bank_post, make_cooperative, make_order, transfer
from tests.marketplace.payments.test_races_of_staff import look_then_write, person, sound

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = {"day": 0, "reference": 1, "debit": 2, "amount": 3, "memo": 4}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def payment() -> Payment:
    return start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0]


def body_of(payment: Payment) -> bytes:
    row = f"{clock.today():%d/%m/%Y};FT55555;;{payment.amount_dong};CT {payment.memo_code}"
    return f"Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung\n{row}".encode()


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(one).__name__ if isinstance(one, Exception) else "done" for one in results)


# --- two uploads of one file ------------------------------------------------------------------------------------------
def test_without_its_guard_the_second_upload_of_a_file_breaks(payment: Payment) -> None:
    who, digest = person("hoa"), hashlib.sha256(body_of(payment)).hexdigest()
    told = {"account": payment.account, "sha256": digest, "name": "s.csv", "uploaded_by": who.user}
    naive = look_then_write(
        looks=lambda: not Statement.objects.filter(sha256=digest).exists(),
        writes=lambda: Statement.objects.create(**told, status=StatementStatus.READING),
    )
    assert any(isinstance(one, IntegrityError) for one in at_once([naive, naive]))


def test_of_two_uploads_of_one_file_at_once_the_second_reads_who_was_first(payment: Payment) -> None:
    assert payment.account is not None
    account, body, people = payment.account, body_of(payment), [person("hoa"), person("lan")]

    def upload(who: Actor) -> Statement:
        return upload_statement(account=account, name="s.csv", body=body, actor=who)

    results = at_once([lambda: upload(people[0]), lambda: upload(people[1])])
    assert kinds(results) == ["CannotTakeIn", "done"] and Statement.objects.count() == 1
    [late] = [one for one in results if isinstance(one, CannotTakeIn)]
    assert late.code == "known" and late.facts["by"] == Statement.objects.get().uploaded_by.name


def test_two_workers_take_one_statement_in_once(payment: Payment) -> None:
    statement = looked_at(payment)
    confirm_statement(statement=statement, looked_at=preview_key(statement), actor=person("lan"))
    at_once([lambda: work_on(Statement.objects.select_related("account").get(pk=statement.pk))] * 2)
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong, Capture.objects.count()) == ("confirmed", payment.amount_dong, 1)
    assert Statement.objects.get().status == StatementStatus.CONFIRMED
    sound()


def looked_at(payment: Payment) -> Statement:
    assert payment.account is not None
    who = person("hoa")
    statement = upload_statement(account=payment.account, name="s.csv", body=body_of(payment), actor=who)
    read_statement(statement=statement)
    choose_columns(statement=statement, fields=COLUMNS, actor=who)
    return read_statement(statement=statement)


# --- a statement and a feed -------------------------------------------------------------------------------------------
def test_without_its_guard_a_transfer_told_by_two_is_written_down_twice(payment: Payment) -> None:
    sources = iter(("statement", "sepay"))

    def writes() -> None:
        source = next(sources)
        told = {"provider": source, "txn_id": source, "amount_dong": payment.amount_dong, "account_key": "1"}
        Capture.objects.create(**told, booked_at=clock.now(), booked_on=clock.today())

    naive = look_then_write(
        looks=lambda: not Capture.objects.filter(amount_dong=payment.amount_dong).exists(), writes=writes
    )
    at_once([naive, naive])
    assert Capture.objects.count() == 2


def test_a_statement_and_a_feed_that_tell_one_transfer_at_once_count_it_once(payment: Payment) -> None:
    statement = looked_at(payment)
    confirm_statement(statement=statement, looked_at=preview_key(statement), actor=person("lan"))
    headers, body = bank_post(payment, referenceCode="FT 55555")
    at_once([lambda: work_on(statement), lambda: receive(provider="simulated", headers=headers, body=body)])
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong) == ("confirmed", payment.amount_dong)
    assert Capture.objects.count() == 1 and not PaymentException.objects.exists()
    sound()


# --- a dispute lost, told twice ---------------------------------------------------------------------------------------
@pytest.fixture
def contested(stripe_fake: FakeStripe) -> Dispute:
    order = make_order(make_cooperative())
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=Actor.buyer())
    hear(stripe_fake.pay(payment.provider_ref), "checkout.session.completed", "evt_paid")
    hear(stripe_fake.dispute(payment.provider_ref), "charge.dispute.created", "evt_open")
    return Dispute.objects.get()


def hear(thing: dict[str, Any], kind: str, number: str) -> None:
    headers, body = signed_event(thing, type_=kind, event_id=number)
    receive(provider="stripe", headers=headers, body=body)


def said_lost() -> int:
    return AuditEntry.objects.filter(action="dispute.lost").count()


def test_without_its_guard_a_dispute_is_lost_twice(contested: Dispute) -> None:
    def writes() -> None:
        Dispute.objects.filter(pk=contested.pk).update(status=DisputeStatus.LOST, closed_at=clock.now())
        record(actor=SYSTEM, action="dispute.lost", subject=contested, amount_dong=1)

    naive = look_then_write(looks=lambda: Dispute.objects.get().status == DisputeStatus.OPEN, writes=writes)
    at_once([naive, naive])
    assert said_lost() == 2


def test_a_dispute_told_as_lost_twice_at_once_is_lost_once(contested: Dispute, stripe_fake: FakeStripe) -> None:
    thing = stripe_fake.dispute(contested.payment.provider_ref, status="lost")
    at_once([lambda number=number: hear(dict(thing), "charge.dispute.closed", number) for number in ("evt_1", "evt_2")])
    contested.refresh_from_db()
    assert contested.status == DisputeStatus.LOST and said_lost() == 1
    assert (balances()["dispute"], balances()["clearing:stripe"]) == (185_000, 0)
    sound()


# --- the operator's own money -----------------------------------------------------------------------------------------
def test_a_payout_and_the_banks_line_told_at_once_are_one_move(stripe_fake: FakeStripe) -> None:
    market = ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0071000123456", holder="CHO NGUON", feed="simulated"
    )
    fact = PayoutFact("stripe", "po_1", 300_000, "VND", "sent", False, clock.now(), words="CHO NGUON")
    told = {"accountNumber": market.account_number, "transferAmount": 300_000, "content": "STRIPE CHO NGUON"}
    at_once([lambda: hear_of_payout(fact), lambda: transfer(**told), lambda: hear_of_payout(fact)])
    hear_of_payout(fact)  # on PostgreSQL neither may have seen the other: the clock tells the payout again
    assert (balances()["clearing:transit"], balances()["suspense"]) == (0, 0)
    assert ProviderPayout.objects.get().capture == Capture.objects.get()
    sound()


def test_two_who_approve_one_move_at_once_book_it_once(settings: Any) -> None:
    settings.REFUND_TWO_PEOPLE_OVER = 1
    slip = MoveSlip(OwnMoveKind.BANK_CHARGE, 5_000, "clearing:bank", "", "FT1234", clock.today(), livemode=False)
    move, people = write_down(slip=slip, actor=person("hoa")), [person("lan"), person("mai")]
    results = at_once([lambda who=who: approve_move(move=move, actor=who) for who in people])
    assert sorted(getattr(one, "code", "done") for one in results) == ["done", "moved"]
    assert all(isinstance(one, (OwnMove, CannotMove)) for one in results) and balances()["bank_charge"] == 5_000
    sound()
