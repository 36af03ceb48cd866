"""Money in suspense: attached whole or in parts, sent back, not ours, undone; never decided twice by two people."""

from __future__ import annotations

import pytest

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from marketplace.ledger.accounts import SUSPENSE
from marketplace.ledger.balances import balance
from marketplace.orders.models import Parcel
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Capture, Payment, PaymentException, Refund, SuspenseDecision
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import approve_refund, request_due_refunds
from marketplace.payments.states import ExceptionKind, ExceptionStatus, PaymentStatus
from marketplace.payments.suspense.settling import (
    CannotSettle,
    attach,
    left_in_suspense,
    mark_not_ours,
    send_back,
    undo,
)
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, outcome, tables, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db) -> Actor:
    return Actor.of(User.objects.create_user(email="ketoan@example.vn", password="x", name="Kế toán Thu"))


def asked(*, cooperative=None, **order) -> Payment:
    return start_order_payments(order=make_order(cooperative or make_cooperative(), **order), actor=SYSTEM)[0]


def lost(payment: Payment, **changes) -> Capture:
    """The buyer forgot the code."""
    transfer(payment, **({"content": "mua mat ong"} | changes))
    return Capture.objects.latest("pk")


def everything() -> dict:
    return tables() | {"decisions": list(SuspenseDecision.objects.values_list("pk", "amount_dong", "undoes"))}


def test_money_without_a_code_is_attached_and_buys_its_goods(staff):
    payment = asked()
    capture = lost(payment)
    assert left_in_suspense(capture) == payment.amount_dong and balance(SUSPENSE) == -payment.amount_dong
    settled = attach(capture=capture, payment=payment, amount_dong=payment.amount_dong, actor=staff)
    payment.refresh_from_db()
    assert (settled.outcome, payment.status) == ("confirmed", PaymentStatus.CONFIRMED)
    assert Parcel.objects.get().paid_at is not None and balance(SUSPENSE) == 0
    closed = PaymentException.objects.get()
    assert (closed.status, closed.closed_by) == (ExceptionStatus.RESOLVED, staff.user)
    assert AuditEntry.objects.filter(action="suspense.decided", actor=staff.user).count() == 1
    assert check_money() == []


def test_two_orders_in_one_transfer_are_shared_out_by_hand(staff):
    cooperative = make_cooperative(stock=10)
    first, second = asked(cooperative=cooperative), asked(cooperative=cooperative, packs=1)
    receipt = transfer(
        first,
        content=f"{first.memo_code} {second.memo_code}",
        transferAmount=first.amount_dong + second.amount_dong,
    )
    assert outcome(receipt) == ExceptionKind.AMBIGUOUS
    capture = Capture.objects.get()
    attach(capture=capture, payment=first, amount_dong=first.amount_dong, actor=staff)
    assert PaymentException.objects.get().status == ExceptionStatus.OPEN, "part of it still waits"
    before = everything()
    with pytest.raises(CannotSettle) as refused:
        attach(capture=capture, payment=second, amount_dong=second.amount_dong + 1, actor=staff)
    assert (refused.value.code, refused.value.facts) == ("more_than_left", {"left_dong": second.amount_dong})
    assert everything() == before
    attach(capture=capture, payment=second, amount_dong=second.amount_dong, actor=staff)
    assert set(Payment.objects.values_list("status", flat=True)) == {PaymentStatus.CONFIRMED}
    assert PaymentException.objects.get().status == ExceptionStatus.RESOLVED and check_money() == []


def test_who_comes_second_reads_who_decided(staff):
    payment = asked()
    capture = lost(payment)
    attach(capture=capture, payment=payment, amount_dong=payment.amount_dong, actor=staff)
    other = Actor.of(User.objects.create_user(email="b@example.vn", password="x", name="Bình"))
    before = everything()
    for verb in (
        lambda: attach(capture=capture, payment=payment, amount_dong=payment.amount_dong, actor=other),
        lambda: send_back(capture=capture, reference="FT123456", actor=other),
        lambda: mark_not_ours(capture=capture, note="tiền điện", actor=other),
    ):
        with pytest.raises(CannotSettle) as refused:
            verb()
        assert (refused.value.code, refused.value.facts["by"]) == ("decided", "Kế toán Thu")
    assert everything() == before


@pytest.mark.parametrize(
    ("verb", "told"),
    [(send_back, {"reference": "FT 999.888"}), (mark_not_ours, {"note": "bán bò của hợp tác xã"})],
    ids=["sent back", "not ours"],
)
def test_what_is_not_an_orders_leaves_the_books_and_can_come_back(staff, verb, told):
    capture = lost(asked())
    decision = verb(capture=capture, actor=staff, **told).decision
    assert left_in_suspense(capture) == 0 and balance(SUSPENSE) == 0
    assert PaymentException.objects.get().status == ExceptionStatus.RESOLVED and check_money() == []
    undo(decision=decision, note="nhầm dòng", actor=staff)
    assert left_in_suspense(capture) == capture.amount_dong == -balance(SUSPENSE)
    assert PaymentException.objects.get().status == ExceptionStatus.OPEN and check_money() == []
    with pytest.raises(CannotSettle, match="undone"):
        undo(decision=decision, note="lần nữa", actor=staff)


@pytest.mark.parametrize("dong", [0, -1, 185_000.0, "185000", True])
def test_only_whole_positive_dong_are_attached(staff, dong):
    payment = asked()
    capture = lost(payment)
    before = everything()
    with pytest.raises(CannotSettle, match="not_positive"):
        attach(capture=capture, payment=payment, amount_dong=dong, actor=staff)
    assert everything() == before


def test_money_on_a_strangers_account_pays_nobodys_goods(staff):
    payment, elsewhere = asked(), asked()
    capture = lost(elsewhere, content=payment.memo_code, transferAmount=payment.amount_dong)
    assert PaymentException.objects.get().kind == ExceptionKind.ACCOUNT_MISMATCH
    before = everything()
    with pytest.raises(CannotSettle, match="other_account"):
        attach(capture=capture, payment=payment, amount_dong=payment.amount_dong, actor=staff)
    assert everything() == before
    send_back(capture=capture, reference="FT12345", actor=staff)
    assert check_money() == []


def test_a_part_that_was_attached_wrongly_is_taken_off_again(staff):
    payment = asked()
    capture = lost(payment, transferAmount=50_000)
    decision = attach(capture=capture, payment=payment, amount_dong=50_000, actor=staff).decision
    undo(decision=decision, note="của đơn khác", actor=staff)
    payment.refresh_from_db()
    assert payment.received_dong == 0 and left_in_suspense(capture) == 50_000 and check_money() == []
    transfer(payment)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CONFIRMED and check_money() == []


def test_what_has_bought_goods_is_not_undone(staff):
    payment = asked()
    capture = lost(payment)
    decision = attach(capture=capture, payment=payment, amount_dong=payment.amount_dong, actor=staff).decision
    before = everything()
    with pytest.raises(CannotSettle, match="spent"):
        undo(decision=decision, note="nhầm", actor=staff)
    assert everything() == before


def test_a_surplus_by_mistake_is_undone_until_it_was_promised(staff):
    payment = asked()
    transfer(payment)
    capture = lost(payment)
    decision = attach(capture=capture, payment=payment, amount_dong=payment.amount_dong, actor=staff).decision
    assert decision.payment == payment and request_due_refunds() == 1
    undo(decision=decision, note="nhầm", actor=staff)
    assert Refund.objects.get().status == "cancelled" and check_money() == []
    assert left_in_suspense(capture) == capture.amount_dong == -balance(SUSPENSE)
    again = attach(capture=capture, payment=payment, amount_dong=payment.amount_dong, actor=staff).decision
    request_due_refunds()
    approve_refund(refund=Refund.objects.get(status="requested"), actor=staff)
    before = everything()
    with pytest.raises(CannotSettle, match="promised"):
        undo(decision=again, note="nhầm", actor=staff)
    assert everything() == before and check_money() == []
