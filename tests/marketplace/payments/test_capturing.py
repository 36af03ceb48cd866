"""Money that arrived has one row and one clear state: exact, short, over, late, twice, for nobody."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
import time_machine
from django.utils import timezone

from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from marketplace.orders.models import Allocation, Parcel
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException, Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import approve_refund, request_due_refunds
from tests.marketplace.payments.stage import (
    SYSTEM,
    make_cooperative,
    make_order,
    outcome,
    packs_left,
    tables,
    transfer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return make_cooperative()


@pytest.fixture
def payment(seller) -> Payment:
    [payment] = start_order_payments(order=make_order(seller), actor=Actor.buyer())
    return payment


def _kinds() -> list[str]:
    return list(PaymentException.objects.filter(status="open").order_by("pk").values_list("kind", flat=True))


def _messages() -> list[str]:
    """To the buyer; the seller's are the orders room's."""
    return list(OutboxMessage.objects.exclude(subject="").order_by("pk").values_list("kind", flat=True))


def _fresh(payment: Payment) -> Payment:
    return Payment.objects.select_related("parcel", "order").get(pk=payment.pk)


def test_an_exact_transfer_pays_the_parcel(payment, seller):
    assert outcome(transfer(payment)) == "confirmed"
    now = _fresh(payment)
    assert (now.status, now.received_dong, now.late, now.remaining_dong) == ("confirmed", 185_000, False, 0)
    assert (now.parcel.status, now.order.status) == ("new", "paid")
    assert set(Allocation.objects.values_list("status", flat=True)) == {"committed"}
    assert packs_left(seller) == 8
    assert _messages() == ["order_paid"]
    assert _kinds() == []
    assert AuditEntry.objects.filter(action="payment.confirmed", cooperative=seller).count() == 1


def test_a_short_transfer_waits_for_the_rest_and_holds_the_goods_longer_once(payment, seller):
    Payment.objects.update(expires_at=timezone.now() + timedelta(minutes=5))
    assert outcome(transfer(payment, transferAmount=100_000)) == "partially_received"
    now = _fresh(payment)
    assert (now.status, now.received_dong, now.remaining_dong) == ("partially_received", 100_000, 85_000)
    assert now.parcel.status == "awaiting_payment"
    assert timedelta(minutes=29) < now.expires_at - timezone.now() <= timedelta(minutes=30)
    first_end = now.expires_at
    transfer(payment, transferAmount=5_000)
    assert _fresh(payment).expires_at == first_end
    assert outcome(transfer(payment, transferAmount=80_000)) == "confirmed"
    assert _fresh(payment).parcel.status == "new"
    assert Capture.objects.count() == 3
    assert _messages() == ["payment_short", "order_paid"]
    assert _kinds() == []


def test_too_much_pays_the_parcel_and_the_surplus_waits_for_a_person(payment):
    assert outcome(transfer(payment, transferAmount=200_000)) == "overpaid"
    now = _fresh(payment)
    assert (now.status, now.parcel.status, now.received_dong) == ("confirmed", "new", 200_000)
    [exception] = PaymentException.objects.all()
    assert (exception.kind, exception.amount_dong, exception.status) == ("overpaid", 15_000, "open")
    assert _messages() == ["payment_over", "order_paid"]


def test_paid_twice_by_two_transfers_the_second_is_surplus(payment):
    transfer(payment)
    assert outcome(transfer(payment)) == "overpaid"
    assert _fresh(payment).received_dong == 370_000
    assert PaymentException.objects.get().amount_dong == 185_000
    assert _messages() == ["order_paid", "payment_over"]


@pytest.mark.parametrize("parts", sorted(set(permutations([185_000, 60_000, 60_000]))), ids=str)
def test_what_is_too_much_is_one_question_in_whatever_order_it_came(payment, parts):
    for dong in parts:
        transfer(payment, transferAmount=dong)
    question = PaymentException.objects.get()
    assert (question.kind, question.amount_dong, sum(question.facts["parts"].values())) == (
        "overpaid",
        120_000,
        120_000,
    )
    assert request_due_refunds() == 1 and Refund.objects.get().amount_dong == 120_000
    assert check_money() == []


def test_what_comes_after_a_surplus_was_promised_is_the_next_question(payment):
    transfer(payment, transferAmount=200_000)
    request_due_refunds()
    approve_refund(refund=Refund.objects.get(), actor=SYSTEM)
    transfer(payment, transferAmount=60_000)
    assert list(PaymentException.objects.order_by("pk").values_list("amount_dong", flat=True)) == [15_000, 60_000]
    assert request_due_refunds() == 1 and check_money() == []


def test_late_money_takes_the_goods_again_when_there_are_any(payment, seller):
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        expire_due(now=timezone.now())
        assert (_fresh(payment).status, _fresh(payment).parcel.status, packs_left(seller)) == ("expired", "expired", 10)
        assert outcome(transfer(payment)) == "late"
    now = _fresh(payment)
    assert (now.status, now.late, now.parcel.status, now.order.status) == ("confirmed", True, "new", "paid")
    assert packs_left(seller) == 8
    assert _kinds() == []


def test_late_money_for_goods_that_are_gone_waits_to_be_given_back(payment, seller):
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        expire_due(now=timezone.now())
        make_order(seller, packs=9)
        assert outcome(transfer(payment)) == "paid_but_unavailable"
    now = _fresh(payment)
    assert (now.status, now.late, now.parcel.status, now.order.status) == ("confirmed", True, "expired", "expired")
    [exception] = PaymentException.objects.all()
    assert (exception.kind, exception.amount_dong, exception.parcel) == ("paid_but_unavailable", 185_000, now.parcel)
    assert packs_left(seller) == 1
    assert _messages() == ["order_expired", "payment_too_late"]


def test_money_after_the_time_that_nobody_expired_yet_is_in_time(payment):
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert outcome(transfer(payment)) == "confirmed"
    assert _fresh(payment).late is False


def test_money_for_a_cancelled_parcel_waits_to_be_given_back(payment):
    Parcel.objects.update(status="cancelled", ended_at=timezone.now())
    assert outcome(transfer(payment)) == "paid_after_end"
    assert _fresh(payment).parcel.status == "cancelled"
    assert _kinds() == ["paid_after_end"]


def test_part_of_the_money_when_the_time_is_over_is_parked_and_the_rest_settles_it(payment):
    transfer(payment, transferAmount=100_000)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        expire_due(now=timezone.now())
        assert _fresh(payment).status == "expired"
        assert _kinds() == ["underpaid"]
        assert outcome(transfer(payment, transferAmount=1_000)) == "underpaid"
        assert outcome(transfer(payment, transferAmount=84_000)) == "late"
    assert _fresh(payment).parcel.status == "new"
    assert _kinds() == []


@pytest.mark.parametrize("memo", ["chuyen tien mua mat ong", "", "OCDKQ2P62S", "OCDKQ7P62S"])
def test_a_memo_without_a_known_code_never_matches_by_amount(payment, memo):
    assert outcome(transfer(payment, content=memo)) == "unmatched"
    assert _fresh(payment).status == "pending"
    assert Capture.objects.get().payment is None
    assert PaymentException.objects.get().amount_dong == 185_000
    assert _messages() == []


def test_the_right_code_on_another_account_is_not_applied(payment):
    make_cooperative("HTX Khác")
    assert outcome(transfer(payment, accountNumber="999999999")) == "account_mismatch"
    now = _fresh(payment)
    assert (now.status, now.received_dong, now.parcel.status) == ("pending", 0, "awaiting_payment")
    exception = PaymentException.objects.get()
    assert (exception.kind, exception.payment) == ("account_mismatch", payment)


def test_two_codes_in_one_transfer_are_for_a_person(seller):
    payments = start_order_payments(order=make_order(seller), actor=Actor.buyer())
    payments += start_order_payments(order=make_order(seller), actor=Actor.buyer())
    memo = " ".join(payment.memo_code for payment in payments)
    assert outcome(transfer(payments[0], content=memo)) == "ambiguous"
    assert set(Payment.objects.values_list("status", flat=True)) == {"pending"}


def test_an_outgoing_transfer_with_the_code_is_ignored(payment):
    before = tables()
    assert outcome(transfer(payment, transferType="out")) == "outgoing"
    assert tables() | {"inbox": []} == before


def test_the_same_transfer_told_under_another_number_counts_once(payment):
    transfer(payment, referenceCode="FT1")
    assert outcome(transfer(payment, referenceCode="FT1")) == "duplicate"
    assert _fresh(payment).received_dong == 185_000
    assert Capture.objects.count() == 1


@pytest.mark.parametrize("amount", [0, -5, "185000", 185_000.0, 185_000.5, True, None, 10**15, float("nan"), [185_000]])
def test_an_amount_that_is_no_positive_whole_number_is_parked_and_never_applied(payment, amount):
    receipt = transfer(payment, transferAmount=amount)
    row = InboxEvent.objects.get()
    assert (row.status, outcome(receipt)) == ("rejected", "unusable transferAmount")
    now = _fresh(payment)
    assert (now.status, now.received_dong, now.parcel.status) == ("pending", 0, "awaiting_payment")
    assert not Capture.objects.exists()
    assert _kinds() == ["malformed"]


@pytest.mark.parametrize(
    "change",
    [
        {"transferType": "sideways"},
        {"transferType": None},
        {"transactionDate": "yesterday"},
        {"transactionDate": None},
        {"accountNumber": 123},
        {"accountNumber": ""},
        {"id": None},
        {"id": "7"},
        {"id": -1},
        {"id": 10**20},
    ],
)
def test_a_signed_message_with_a_missing_part_is_parked(payment, change):
    transfer(payment, **change)
    assert InboxEvent.objects.get().status == "rejected"
    assert not Capture.objects.exists()
    assert _kinds() == ["malformed"]


def test_letters_no_database_can_hold_do_no_harm(payment):
    memo = f"{payment.memo_code}\x00\ud800 ơi"
    assert outcome(transfer(payment, content=memo.replace("\ud800", ""), referenceCode="A\x00B")) == "confirmed"


def test_play_money_cannot_pay_for_a_real_account():
    [payment] = start_order_payments(order=make_order(make_cooperative(feed="sepay")), actor=Actor.buyer())
    assert outcome(transfer(payment)) == "mode_mismatch"
    assert _fresh(payment).status == "pending"


def test_an_order_of_two_parcels_is_paid_in_two_transfers_and_told_once():
    order = make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))
    first, second = start_order_payments(order=order, actor=Actor.buyer())
    transfer(first)
    order.refresh_from_db()
    assert order.status == "pending_payment"
    assert [parcel.status for parcel in order.parcels.order_by("pk")] == ["new", "awaiting_payment"]
    assert _messages() == []
    transfer(second)
    order.refresh_from_db()
    assert order.status == "paid"
    assert _messages() == ["order_paid"]


def test_a_buyer_without_mail_is_told_by_text_message(seller):
    [payment] = start_order_payments(order=make_order(seller, buyer_email=""), actor=Actor.buyer())
    transfer(payment)
    message = OutboxMessage.objects.get(kind="order_paid")
    assert (message.channel, message.to) == ("sms", "+84905111222")
    assert payment.order.token in message.text


def test_money_after_half_a_year_still_finds_its_payment(payment):
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        expire_due(now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=179)):
        assert outcome(transfer(payment)) in {"late", "paid_but_unavailable"}
    assert _fresh(payment).status == "confirmed"
