"""A database older than the books gets them: every fact once, in the order of time, and the same as if booked then."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from community.audit.actors import Actor
from marketplace.ledger.balances import balances
from marketplace.ledger.models import LedgerEntry, LedgerTransaction
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Payment
from marketplace.payments.proving.checking import check_money
from marketplace.payments.proving.rebooking import rebook
from marketplace.payments.refunds.refunding import (
    Wish,
    approve_refund,
    ask_refund,
    call_off_refund,
    request_due_refunds,
)
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.states import RefundKind
from tests.harness.guards import lifted
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer

HOA = Actor.system("hoa")


def _refund(payment: Payment, dong: int, reason: str, end: str) -> None:
    wish = Wish(payment, dong, RefundKind.PARCEL, reason, parcel=payment.parcel)
    refund = approve_refund(refund=ask_refund(wish=wish, actor=SYSTEM), actor=HOA)
    if end == "sent":
        send_by_bank(refund=refund, actor=SYSTEM, to_account="0123456789", bank_ref=f"FT{refund.pk:04d}")
    if end == "called_off":
        call_off_refund(refund=refund, actor=HOA, note="no")


@pytest.fixture
def history(db) -> None:
    """Paid, overpaid and unknown money; refunds in pieces that round, one of them called off in between."""
    coop = make_cooperative(stock=50)
    for surplus in (0, 7_777):
        order = make_order(coop)
        order.parcels.update(commission_bps=333, commission_dong=5_328)
        payment = start_order_payments(order=order, actor=SYSTEM)[0]
        transfer(payment, transferAmount=payment.amount_dong + surplus)
        payment.refresh_from_db()
        for dong, reason, end in [(33_333, "a", "called_off"), (11_111, "b", "sent"), (22_223, "c", "promised")]:
            _refund(payment, dong, reason, end)
    transfer(None, accountNumber=payment.account.account_number, transferAmount=4_321)
    request_due_refunds()


def test_books_lost_and_rebooked_are_the_same_books(history):
    before = _written()
    assert before and check_money() == []
    _lose_the_books()
    assert check_money() != []
    call_command("rebook")
    assert _written() == before
    assert check_money() == []


def test_rebooking_again_books_nothing(history):
    before = _written()
    assert rebook().total() == 0
    assert _written() == before


def _written() -> set[tuple[str, str, int]]:
    rows = LedgerEntry.objects.values_list("transaction__key", "account__code", "amount_dong")
    return {(key, code, dong) for key, code, dong in rows} | {("", "", sum(balances().values()))}


def _lose_the_books() -> None:
    with lifted(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {LedgerEntry._meta.db_table}")
        cursor.execute(f"DELETE FROM {LedgerTransaction._meta.db_table}")
