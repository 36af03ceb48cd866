"""Money buys once: what went back buys nothing, each parcel has one payer, and what is over is never forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from marketplace.ledger.balances import balances
from marketplace.orders.models import Order
from marketplace.payments.arriving.capturing import record_capture
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.facts import MoneyFact
from marketplace.payments.models import Payment, PaymentException, Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import approve_refund, payment_of, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.states import PaymentStatus, ProviderCode, SourceCode
from marketplace.payments.suspense.deciding import CannotDecide, try_goods_again
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer

pytestmark = pytest.mark.django_db


def person(name: str) -> Actor:
    return Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True))


def fits() -> bool:
    """All rules hold; without migrations there are no triggers, which is another test's concern."""
    return [misfit for misfit in check_money() if misfit.rule != "I12"] == []


def left_in(prefix: str) -> dict[str, int]:
    return {code: dong for code, dong in balances(prefix).items() if dong}


@pytest.fixture
def part():
    """100.000 of 185.000 ₫ came, the time is over, and the part is asked back; the clock stands five hours later."""
    payment = start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0]
    transfer(payment, transferAmount=100_000)
    later = clock.now() + timedelta(hours=5)
    with clock.at(later):
        expire_due(now=later)
        request_due_refunds()
        yield payment


def come(payment: Payment, dong: int) -> Payment:
    transfer(payment, transferAmount=dong, at=int(clock.now().timestamp()))
    return Payment.objects.select_related("parcel").get(pk=payment.pk)


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "promised"])
def test_a_part_that_goes_back_buys_nothing_and_the_rest_goes_back_too(part, sent):
    refund = approve_refund(refund=Refund.objects.get(), actor=person("hoa"))
    if sent:
        send_by_bank(refund=refund, actor=person("nam"), to_account="0123456789", bank_ref="FT9999")
    now = come(part, 85_000)
    assert (now.status, now.parcel.status) == ("expired", "expired")
    request_due_refunds()
    assert list(Refund.objects.order_by("pk").values_list("amount_dong", flat=True)) == [100_000, 85_000]
    assert fits()


def test_after_a_part_went_back_the_whole_sum_is_needed_and_pays_without_a_surplus(part):
    refund = approve_refund(refund=Refund.objects.get(), actor=person("hoa"))
    send_by_bank(refund=refund, actor=person("nam"), to_account="0123456789", bank_ref="FT9999")
    now = come(part, 190_000)
    assert (now.status, now.parcel.status) == ("confirmed", "new")
    assert PaymentException.objects.get(status="open").amount_dong == 5_000
    assert left_in("escrow:") == {}
    assert fits()


def test_a_wish_to_give_back_is_called_off_when_the_rest_comes(part):
    now = come(part, 85_000)
    assert (now.status, now.parcel.status) == ("confirmed", "new")
    assert Refund.objects.get().status == "cancelled"
    assert not PaymentException.objects.filter(status="open").exists()
    assert fits()


# --- one card for the parcels of two sellers, told late ---
@pytest.fixture
def sellers():
    return make_cooperative(stock=2, feed="sepay"), make_cooperative("HTX B", stock=2, feed="sepay")


@pytest.fixture
def late_card(sellers):
    """A card page for both parcels whose time is over; the clock stands five hours later."""
    order = make_order(*sellers)
    payment = Payment.objects.create(
        order=order,
        provider=ProviderCode.STRIPE,
        status=PaymentStatus.PENDING,
        amount_dong=order.total_dong,
        provider_ref="cs_1",
        expires_at=clock.now() + timedelta(minutes=31),
    )
    later = clock.now() + timedelta(hours=5)

    def run_out() -> None:
        Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.EXPIRED)
        expire_due(now=later)

    return payment, later, run_out


def pay(payment: Payment) -> None:
    """All that was asked, by card or by transfer."""
    account = payment.account.account_number if payment.account else ""
    fact = MoneyFact(
        source=SourceCode.SEPAY if account else SourceCode.STRIPE,
        account_key=account,
        txn_id=f"txn-{payment.pk}",
        amount_dong=payment.amount_dong,
        currency="VND",
        memo=payment.memo_code or "",
        booked_at=clock.now(),
        bank_reference=f"FT{payment.pk}" if account else "",
        payment_uuid=None if account else payment.uuid,
        provider_ref=payment.provider_ref,
        livemode=True,
    )
    record_capture(fact=fact)


def statuses(payment: Payment) -> list[str]:
    return list(payment.order.parcels.order_by("pk").values_list("status", flat=True))


def test_trying_again_pays_the_one_parcel_and_leaves_the_refunded_one_alone(late_card, sellers):
    payment, later, run_out = late_card
    with clock.at(later):
        run_out()
        others = [make_order(one) for one in sellers]
        pay(payment)
        assert statuses(payment) == ["expired", "expired"]
        request_due_refunds()
        approve_refund(refund=Refund.objects.order_by("pk")[1], actor=person("hoa"))
        Order.objects.filter(pk__in=[one.pk for one in others]).update(hold_expires_at=later - timedelta(minutes=1))
        expire_due(now=later)
        first, second = PaymentException.objects.filter(kind="paid_but_unavailable").order_by("pk")
        try_goods_again(exception=first, actor=person("nam"))
        first.refresh_from_db()
        second.refresh_from_db()
    assert statuses(payment) == ["new", "expired"]
    assert (first.status, second.status) == ("resolved", "open")
    assert list(Refund.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled", "approved"]
    with pytest.raises(CannotDecide, match="promised"):
        try_goods_again(exception=second, actor=person("nam2"))
    assert statuses(payment) == ["new", "expired"]
    assert fits()


def test_what_a_late_card_has_left_over_goes_back(late_card):
    payment, later, run_out = late_card
    own = start_order_payments(order=payment.order, actor=SYSTEM)[1]
    pay(own)
    with clock.at(later):
        run_out()
        assert statuses(payment) == ["expired", "new"]
        pay(payment)
        assert statuses(payment) == ["new", "new"]
        assert PaymentException.objects.get().amount_dong == 185_000
        request_due_refunds()
    refund = Refund.objects.get()
    assert (refund.payment, refund.kind, refund.amount_dong) == (payment, "surplus", 185_000)
    assert left_in("escrow:") == {}
    assert fits()


def test_a_parcel_goes_back_out_of_the_payment_that_bought_it(late_card, sellers):
    payment, later, run_out = late_card
    own = start_order_payments(order=payment.order, actor=SYSTEM)[0]
    with clock.at(later):
        run_out()
        other = make_order(sellers[0])
        pay(payment)  # buys the second parcel only
        Order.objects.filter(pk=other.pk).update(hold_expires_at=later - timedelta(minutes=1))
        expire_due(now=later)
        pay(own)
    assert statuses(payment) == ["new", "new"]
    assert [payment_of(parcel) for parcel in payment.order.parcels.order_by("pk")] == [own, payment]
