"""What a person saw counts like a feed's word, once: whoever tells the same transfer later tells nothing new."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from marketplace.ledger.balances import balances
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.arriving.capturing import record_capture
from marketplace.payments.arriving.confirming import CannotConfirm, Seen, confirm_received
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.facts import MoneyFact
from marketplace.payments.models import Capture, Payment, PaymentException, Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import CannotRefund, approve_refund, request_due_refunds
from marketplace.payments.refunds.twins import doubts, told_before
from marketplace.payments.states import ExceptionKind, ExceptionStatus, PaymentStatus
from marketplace.payments.suspense.settling import CannotSettle, undo
from marketplace.payments.suspense.telling_apart import same_transfer, two_transfers
from marketplace.payouts.confirming import confirm_proposal
from tests.harness.days import asked_now, in_days
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, outcome, tables, transfer
from tests.marketplace.payments.test_disputes import boss

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    return start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0]


@pytest.fixture
def lan(payment) -> Actor:
    return Actor.of(User.objects.create_user(phone="+84912000111", name="Lan"), payment.parcel.cooperative)


def seen(payment: Payment, **changes) -> Seen:
    told = {"amount_dong": payment.amount_dong, "reference": "FT 26.326-123", "day": clock.today()}
    return Seen(**(told | changes))


def test_a_member_confirms_under_her_name_and_the_order_goes_on(payment, lan):
    assert confirm_received(payment=payment, seen=seen(payment), actor=lan).outcome == "confirmed"
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CONFIRMED and payment.parcel.status == "new"
    entry = AuditEntry.objects.get(action="payment.received_by_hand")
    assert (entry.actor, entry.cooperative, entry.facts["amount_dong"]) == (
        lan.user,
        lan.cooperative,
        payment.amount_dong,
    )
    assert check_money() == []


def test_the_bank_telling_the_same_transfer_later_counts_nothing_twice(payment, lan):
    confirm_received(payment=payment, seen=seen(payment), actor=lan)
    assert outcome(transfer(payment, referenceCode="FT26326123")) == "duplicate"
    assert Capture.objects.count() == 1 and not PaymentException.objects.exists() and check_money() == []


def test_confirming_what_the_bank_told_counts_nothing_twice(payment, lan):
    transfer(payment, referenceCode="FT26326123")
    assert confirm_received(payment=payment, seen=seen(payment), actor=lan).outcome == "duplicate"
    assert confirm_received(payment=payment, seen=seen(payment), actor=lan).outcome == "duplicate"
    assert Capture.objects.count() == 1 and check_money() == []


def test_another_reference_is_a_surplus_that_a_person_counts_once(payment, lan):
    """Never by amount alone: the shop cannot know, and says so at the desk."""
    confirm_received(payment=payment, seen=seen(payment), actor=lan)
    assert outcome(transfer(payment, referenceCode="MBVCB.777")) == ExceptionKind.OVERPAID
    surplus = PaymentException.objects.get()
    assert told_before(surplus.capture).provider == "manual" and request_due_refunds() == 1
    same_transfer(capture=surplus.capture, actor=lan)
    payment.refresh_from_db()
    surplus.refresh_from_db()
    assert (payment.received_dong, surplus.status) == (payment.amount_dong, ExceptionStatus.RESOLVED)
    assert check_money() == [] and request_due_refunds() == 0
    before = tables()
    with pytest.raises(CannotSettle, match="decided"):
        same_transfer(capture=surplus.capture, actor=lan)
    assert tables() == before


@pytest.mark.parametrize("tellers", [("statement", "sepay"), ("sepay", "statement")], ids="then ".join)
def test_a_statement_and_a_feed_under_two_references_are_counted_once_by_a_person(tellers, lan):
    payment = start_order_payments(order=make_order(make_cooperative(feed="sepay")), actor=SYSTEM)[0]
    for teller in tellers:
        record_capture(fact=_told(payment, teller, f"{teller}-1"))
    surplus = PaymentException.objects.get()
    assert told_before(surplus.capture).provider == tellers[0] and request_due_refunds() == 1
    same_transfer(capture=surplus.capture, actor=lan)
    payment.refresh_from_db()
    assert payment.received_dong == payment.amount_dong and check_money() == []
    assert list(Refund.objects.values_list("status", flat=True)) == ["cancelled"] and request_due_refunds() == 0


def test_a_surplus_that_may_be_one_transfer_is_approved_only_when_somebody_said_there_were_two(payment, lan):
    confirm_received(payment=payment, seen=seen(payment), actor=lan)
    transfer(payment, referenceCode="MBVCB.777")
    assert request_due_refunds() == 1
    refund, before = Refund.objects.get(), tables()
    with pytest.raises(CannotRefund, match="told_twice"):
        approve_refund(refund=refund, actor=SYSTEM)
    assert tables() == before and Refund.objects.get().status == "requested"
    [(later, earlier)] = doubts(payment)
    assert (earlier.provider, later.provider) == ("manual", "simulated")
    two_transfers(capture=later, actor=lan)
    with pytest.raises(CannotSettle, match="decided"):
        same_transfer(capture=later, actor=lan)
    assert doubts(payment) == [] and approve_refund(refund=refund, actor=SYSTEM).status == "approved"
    payment.refresh_from_db()
    assert payment.received_dong == 2 * payment.amount_dong and check_money() == []


def test_one_person_takes_no_large_sum_off_a_payment(payment, lan, settings):
    confirm_received(payment=payment, seen=seen(payment), actor=lan)
    transfer(payment, referenceCode="MBVCB.777")
    settings.REFUND_TWO_PEOPLE_OVER = payment.amount_dong - 1
    later, before = PaymentException.objects.get().capture, (tables(), balances())
    proposal = same_transfer(capture=later, actor=lan).proposal
    with pytest.raises(CannotAgree, match="waits"):
        two_transfers(capture=later, actor=lan)
    assert (tables(), balances()) == before
    confirm_proposal(proposal=proposal, actor=boss())
    payment.refresh_from_db()
    assert payment.received_dong == payment.amount_dong and check_money() == []


def test_a_part_told_twice_is_not_given_back_twice_when_time_is_over(payment, lan):
    """60.000 of 185.000 ₫, under two references; the rest never comes."""
    confirm_received(payment=payment, seen=seen(payment, amount_dong=60_000), actor=lan)
    transfer(payment, transferAmount=60_000, referenceCode="MBVCB.777")
    expire_due(now=clock.now() + timedelta(days=1))
    assert request_due_refunds() == 1
    refund, [(later, _earlier)] = Refund.objects.get(), doubts(payment)
    with pytest.raises(CannotRefund, match="told_twice"):
        approve_refund(refund=refund, actor=SYSTEM)
    same_transfer(capture=later, actor=lan)
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.amount_dong, payment.received_dong) == (60_000, 60_000) and check_money() == []
    assert approve_refund(refund=refund, actor=SYSTEM).status == "approved" and check_money() == []


def test_who_said_two_by_mistake_takes_it_back_and_is_asked_again(payment, lan):
    confirm_received(payment=payment, seen=seen(payment), actor=lan)
    transfer(payment, referenceCode="MBVCB.777")
    decision = two_transfers(capture=PaymentException.objects.get().capture, actor=lan).decision
    undo(decision=decision, actor=lan, note="nhầm")
    [(later, _earlier)] = doubts(payment)
    same_transfer(capture=later, actor=lan)
    payment.refresh_from_db()
    assert payment.received_dong == payment.amount_dong and check_money() == []


def test_of_several_surpluses_only_the_one_told_twice_is_taken_off_the_question_and_its_refund(payment, lan):
    confirm_received(payment=payment, seen=seen(payment), actor=lan)
    transfer(payment, transferAmount=60_000)
    assert request_due_refunds() == 1
    transfer(payment, referenceCode="MBVCB.777")
    assert Refund.objects.get().amount_dong == payment.amount_dong + 60_000
    [(later, _earlier)] = doubts(payment)
    same_transfer(capture=later, actor=lan)
    assert (PaymentException.objects.get().amount_dong, Refund.objects.get().amount_dong) == (60_000, 60_000)
    assert PaymentException.objects.get().status == "open" and check_money() == []


def _told(payment, teller: str, number: str) -> MoneyFact:
    return MoneyFact(
        source=teller,
        account_key=payment.account.account_number,
        txn_id=number,
        amount_dong=payment.amount_dong,
        currency="VND",
        booked_at=clock.now(),
        livemode=True,
        memo=payment.memo_code,
        bank_reference=f"FT{number}",
    )


def test_two_transfers_that_the_bank_told_are_two(payment, lan):
    transfer(payment)
    transfer(payment)
    before = tables()
    with pytest.raises(CannotSettle, match="not_twice"):
        same_transfer(capture=PaymentException.objects.get().capture, actor=lan)
    assert tables() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_dong": 0}, "no_amount"),
        ({"amount_dong": -5}, "no_amount"),
        ({"amount_dong": 10**15}, "no_amount"),
        ({"amount_dong": 185_000.0}, "no_amount"),
        ({"amount_dong": "185000"}, "no_amount"),
        ({"reference": " .- "}, "no_reference"),
        ({"day": in_days(1)}, "no_day"),
        ({"day": in_days(-181)}, "no_day"),
    ],
    ids=str,
)
def test_what_no_bank_shows_is_refused_and_nothing_changes(payment, lan, changes, code):
    before = tables()
    with pytest.raises(CannotConfirm, match=code):
        confirm_received(payment=payment, seen=seen(payment, **asked_now(changes)), actor=lan)
    assert tables() == before


def test_a_cooperative_cannot_confirm_anothers_payment(payment):
    other = make_cooperative("HTX khác")
    stranger = Actor.of(User.objects.create_user(phone="+84912000222", name="Minh"), other)
    before = tables()
    with pytest.raises(CannotConfirm, match="not_yours"):
        confirm_received(payment=payment, seen=seen(payment), actor=stranger)
    payment.account.cooperative = None  # the operator's own account
    with pytest.raises(CannotConfirm, match="not_yours"):
        confirm_received(payment=payment, seen=seen(payment), actor=stranger)
    assert tables() == before
