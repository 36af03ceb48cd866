"""The market collects: one transfer for the whole order, its parcels are paid together, and each goes back alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from community.audit.actors import Actor
from marketplace.ledger.balances import balances
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.collecting import market_collects
from marketplace.payments.asking.starting import CannotPay, start_order_payments, start_payment
from marketplace.payments.checks import check_collecting_has_a_basis
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.ending.lowering import ask_for_what_waits, lower_due
from marketplace.payments.models import Capture, Payment, PaymentException, Refund
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import approve_refund, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.suspense.settling import attach
from marketplace.payments.vietqr import decode_vietqr
from marketplace.receiving.models import ReceivingAccount
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, packs_left, tables, transfer

pytestmark = pytest.mark.django_db
BUYER = Actor.buyer()
LATER = timedelta(hours=2)


@pytest.fixture
def own_account(settings) -> ReceivingAccount:
    settings.PAYMENTS_COLLECT, settings.PAYMENTS_COLLECT_BASIS = "platform", "Contract 12/2026 with a licensed partner"
    return ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0011223344", holder="CHO NGUON", feed="simulated"
    )


@pytest.fixture
def order(own_account) -> Order:
    return make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))


@pytest.fixture
def payment(order) -> Payment:
    [payment] = start_order_payments(order=order, actor=BUYER)
    return payment


def statuses(order: Order) -> list[str]:
    return list(order.parcels.order_by("pk").values_list("status", flat=True))


def balance_of(prefix: str) -> int:
    return sum(dong for code, dong in balances().items() if code.startswith(prefix))


def sound() -> None:
    assert check_money() == []


def test_one_code_asks_for_the_whole_order(order, payment, own_account):
    code = decode_vietqr(vietqr_payload(payment))
    assert (payment.parcel, payment.account, payment.amount_dong) == (None, own_account, 370_000)
    assert (code.account, code.amount_dong, code.purpose) == ("0011223344", 370_000, payment.memo_code)
    assert start_order_payments(order=order, actor=BUYER) == [payment]
    parcel = order.parcels.first()
    assert start_payment(order=order, parcel=parcel, provider="vietqr", actor=BUYER) == payment


def test_parcels_are_paid_together_and_the_books_owe_each_its_share(order, payment):
    transfer(payment)
    assert statuses(order) == ["new", "new"]
    for parcel in order.parcels.all():
        assert balance_of(f"payable:{parcel.cooperative_id}") == -(185_000 - parcel.commission_dong)
    assert balance_of("clearing:") == 370_000 and balance_of("escrow:") == 0 and balance_of("held:") == 0
    sound()


def test_too_little_keeps_all_goods_and_the_same_code_asks_for_the_rest(order, payment):
    transfer(payment, transferAmount=300_000)
    payment.refresh_from_db()
    assert payment.status == "partially_received" and statuses(order) == ["awaiting_payment"] * 2
    assert decode_vietqr(vietqr_payload(payment)).amount_dong == 70_000
    transfer(payment, transferAmount=70_000)
    assert statuses(order) == ["new", "new"]
    sound()


def test_too_much_goes_back(order, payment):
    transfer(payment, transferAmount=400_000)
    request_due_refunds()
    refund = Refund.objects.get()
    assert (refund.kind, refund.amount_dong, refund.parcel) == ("surplus", 30_000, None)
    assert statuses(order) == ["new", "new"]
    sound()


def test_when_time_is_over_all_goods_are_back_and_late_money_tries_again(order, payment):
    assert expire_due(now=timezone.now() + LATER).parcels == 2
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, order.status, statuses(order)) == ("expired", "expired", ["expired"] * 2)
    before = tables()
    expire_due(now=timezone.now() + LATER)
    assert tables() == before
    transfer(payment)
    payment.refresh_from_db()
    assert (payment.status, payment.late, statuses(order)) == ("confirmed", True, ["new", "new"])
    sound()


def test_late_money_pays_what_can_be_had_and_the_rest_goes_back(order, payment):
    expire_due(now=timezone.now() + LATER)
    first = order.parcels.order_by("pk").first().cooperative
    make_order(first, packs=10)
    assert packs_left(first) == 0
    transfer(payment)
    assert statuses(order) == ["expired", "new"]
    exception = PaymentException.objects.get()
    assert (exception.kind, exception.amount_dong) == ("paid_but_unavailable", 185_000)
    request_due_refunds()
    assert Refund.objects.get().amount_dong == 185_000
    sound()


def test_part_of_the_money_and_no_time_left_goes_back(order, payment):
    transfer(payment, transferAmount=100_000)
    expire_due(now=timezone.now() + LATER)
    expire_due(now=timezone.now() + LATER)
    exception = PaymentException.objects.get()
    assert (exception.kind, exception.amount_dong, exception.parcel) == ("underpaid", 100_000, None)
    request_due_refunds()
    assert Refund.objects.get().amount_dong == 100_000
    sound()


def test_one_parcel_is_given_back_alone(order, payment):
    transfer(payment)
    parcel = order.parcels.order_by("pk").first()
    end_parcel(parcel=parcel, to=ParcelStatus.REJECTED, reason="Hết hàng", actor=SYSTEM)
    request_due_refunds()
    refund = Refund.objects.get()
    assert (refund.parcel, refund.amount_dong, refund.payment) == (parcel, 185_000, payment)
    approve_refund(refund=refund, actor=SYSTEM)
    send_by_bank(refund=refund, actor=SYSTEM, to_account="0123456789", bank_ref="FT26326001")
    assert statuses(order) == ["rejected", "new"]
    assert balance_of(f"payable:{parcel.cooperative_id}") == 0 and balance_of("clearing:") == 185_000
    sound()


def test_a_parcel_cancelled_before_the_money_makes_a_new_code_and_the_old_one_still_counts(order, payment):
    parcel = order.parcels.order_by("pk").first()
    end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="buyer", actor=BUYER)
    ask_for_what_waits(order=order, actor=BUYER)
    new = Payment.objects.live().get()
    assert (new.amount_dong, new.memo_code != payment.memo_code) == (185_000, True)
    transfer(payment)  # the old code was in the buyer's app already
    assert statuses(order) == ["cancelled", "new"]
    request_due_refunds()
    assert Refund.objects.get().amount_dong == 185_000
    assert not Payment.objects.live().exists()
    sound()


@pytest.mark.parametrize(("came", "over", "states"), [(100_000, 0, "awaiting_payment"), (200_000, 15_000, "new")])
def test_a_parcel_cancelled_after_part_of_the_money_lowers_what_is_asked(order, payment, came, over, states):
    transfer(payment, transferAmount=came)
    parcel = order.parcels.order_by("pk").first()
    end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="buyer", actor=BUYER)
    ask_for_what_waits(order=order, actor=BUYER)
    ask_for_what_waits(order=order, actor=BUYER)
    payment.refresh_from_db()
    assert (payment.amount_dong, statuses(order)) == (185_000, ["cancelled", states])
    assert sum(PaymentException.objects.filter(kind="overpaid").values_list("amount_dong", flat=True)) == over
    sound()


def test_a_part_that_staff_counted_is_complete_when_less_is_asked(order, payment, own_account):
    transfer(payment, transferAmount=200_000, content="tien mat ong")
    attach(capture=Capture.objects.get(), payment=payment, amount_dong=200_000, actor=SYSTEM)
    parcel = order.parcels.order_by("pk").first()
    end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="buyer", actor=BUYER)
    ask_for_what_waits(order=order, actor=BUYER)
    payment.refresh_from_db()
    assert (payment.status, statuses(order)) == ("confirmed", ["cancelled", "new"])
    assert PaymentException.objects.get(kind="overpaid").amount_dong == 15_000
    sound()


@pytest.mark.parametrize("came", [0, 100_000])
def test_a_code_that_a_crash_left_asking_too_much_is_lowered_by_the_clock(order, payment, came):
    if came:
        transfer(payment, transferAmount=came)
    assert lower_due() == 0
    end_parcel(parcel=order.parcels.first(), to=ParcelStatus.CANCELLED, reason="buyer", actor=BUYER)
    assert lower_due() == 1
    assert Payment.objects.live().get().amount_dong == 185_000
    assert lower_due() == 0
    sound()


def test_when_everything_is_cancelled_the_code_ends_and_money_for_it_goes_back(order, payment):
    for parcel in order.parcels.all():
        end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="buyer", actor=BUYER)
    ask_for_what_waits(order=order, actor=BUYER)
    expire_due(now=timezone.now())
    payment.refresh_from_db()
    assert payment.status == "cancelled"
    transfer(payment)
    request_due_refunds()
    assert sum(Refund.objects.values_list("amount_dong", flat=True)) == 370_000
    sound()


def test_what_was_asked_before_decides_not_a_changed_setting(order, payment, settings):
    settings.PAYMENTS_COLLECT = "vendor"
    assert start_order_payments(order=order, actor=BUYER) == [payment]
    other = make_order(make_cooperative("HTX Ba"))
    [direct] = start_order_payments(order=other, actor=BUYER)
    settings.PAYMENTS_COLLECT = "platform"
    assert direct.parcel is not None and start_order_payments(order=other, actor=BUYER) == [direct]


def test_without_an_account_of_its_own_the_market_asks_for_nothing(order, own_account):
    ReceivingAccount.objects.filter(pk=own_account.pk).update(active=False)
    assert start_order_payments(order=order, actor=BUYER) == []
    with pytest.raises(CannotPay, match="no_account"):
        start_payment(order=order, parcel=None, provider="vietqr", actor=BUYER)
    assert not Payment.objects.exists()


def test_collecting_without_a_basis_is_refused_at_the_start_and_does_not_happen(own_account, settings):
    assert check_collecting_has_a_basis() == []
    settings.PAYMENTS_COLLECT_BASIS = ""
    assert [error.id for error in check_collecting_has_a_basis()] == ["payments.E006"]
    assert not market_collects()
    [payment] = start_order_payments(order=make_order(make_cooperative()), actor=BUYER)
    assert payment.parcel == Parcel.objects.get()


def test_by_card_instead_and_back_again_calls_the_other_way_off(order, payment, stripe_fake):
    card = start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    payment.refresh_from_db()
    assert (payment.status, card.status) == ("cancelled", "pending")
    [again] = start_order_payments(order=order, actor=BUYER)
    card.refresh_from_db()
    assert (card.status, again.memo_code != payment.memo_code) == ("cancelled", True)
    expire_due(now=timezone.now())
    assert stripe_fake.sessions[card.provider_ref]["status"] == "expired"
    transfer(payment)  # paid with the first code all the same
    assert statuses(order) == ["new", "new"]
    sound()
