"""Money leaves the books where it lies, also when the market's own account is told of in another way than before."""

from __future__ import annotations

import itertools

import pytest

from community import clock
from marketplace.ledger.balances import balances
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Order
from marketplace.orders.states import ParcelStatus
from marketplace.payments.arriving.capturing import record_capture
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.facts import MoneyFact
from marketplace.payments.models import Capture, Payment, Refund
from marketplace.payments.refunds.refunding import approve_refund, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.suspense.candidates import candidates
from marketplace.payments.suspense.settling import attach, send_back, undo
from marketplace.payouts.checking import check_all_money
from marketplace.receiving.models import ReceivingAccount
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order

pytestmark = pytest.mark.django_db
numbers = itertools.count(1)
TELLERS = ["sepay", "statement", "manual"]


@pytest.fixture
def own_account(settings) -> ReceivingAccount:
    settings.PAYMENTS_COLLECT, settings.PAYMENTS_COLLECT_BASIS = "platform", "Contract 12/2026 with a licensed partner"
    return in_use(feed="manual")


@pytest.fixture
def payment(own_account) -> Payment:
    [payment] = start_order_payments(order=make_order(make_cooperative(), make_cooperative("HTX Hai")), actor=SYSTEM)
    return payment


def in_use(feed: str) -> ReceivingAccount:
    """The market's own number, told of by ``feed`` from now on: a row of its own, as a change of account makes it."""
    ReceivingAccount.objects.filter(cooperative=None).update(active=False)
    return ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0011223344", holder="CHO NGUON", feed=feed
    )


def comes(teller: str, dong: int, memo: str) -> Capture:
    number = next(numbers)
    fact = MoneyFact(
        source=teller,
        account_key="0011223344",
        txn_id=f"txn-{number}",
        amount_dong=dong,
        currency="VND",
        booked_at=clock.now(),
        livemode=True,
        memo=memo,
        bank_reference=f"FT{number:06d}",
    )
    capture = record_capture(fact=fact).capture
    assert capture is not None
    return capture


def give_all_back(order: Order) -> None:
    for parcel in order.parcels.filter(status=ParcelStatus.NEW):
        end_parcel(parcel=parcel, to=ParcelStatus.REJECTED, reason="Hết hàng", actor=SYSTEM)
    request_due_refunds()
    for refund in Refund.objects.filter(status="requested").order_by("pk"):
        send_by_bank(
            refund=approve_refund(refund=refund, actor=SYSTEM),
            actor=SYSTEM,
            to_account="0123456789",
            bank_ref=f"FTBACK{refund.pk}",
        )


def nothing_left() -> None:
    assert {code: dong for code, dong in balances().items() if dong} == {}
    assert check_all_money() == []


@pytest.mark.parametrize("teller", TELLERS)
def test_whoever_told_of_the_money_it_lies_in_one_place(payment, teller):
    comes(teller, payment.amount_dong, payment.memo_code)
    assert balances("clearing:") == {"clearing:manual": payment.amount_dong}
    give_all_back(payment.order)
    nothing_left()


@pytest.mark.parametrize("surplus", [0, 7_000])
def test_money_that_came_before_and_after_a_change_of_feed_goes_back_from_where_it_lies(payment, surplus):
    comes("manual", 100_000, payment.memo_code)
    in_use(feed="sepay")
    comes("sepay", payment.amount_dong - 100_000 + surplus, payment.memo_code)
    assert balances("clearing:") == {"clearing:manual": 100_000, "clearing:sepay": 270_000 + surplus}
    give_all_back(payment.order)
    nothing_left()


def test_money_in_suspense_leaves_from_where_it_came(payment):
    first, second = comes("manual", 5_000, "tiền lạ"), comes("statement", payment.amount_dong, "quên mã")
    in_use(feed="sepay")
    decision = send_back(capture=first, reference="FT99999", actor=SYSTEM).decision
    undo(decision=decision, note="nhầm", actor=SYSTEM)
    send_back(capture=first, reference="FT99999", actor=SYSTEM)
    assert candidates(second) == [payment]
    attach(capture=second, payment=payment, amount_dong=payment.amount_dong, actor=SYSTEM)
    give_all_back(payment.order)
    nothing_left()
