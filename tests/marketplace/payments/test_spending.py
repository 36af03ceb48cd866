"""Money buys once: what went back buys nothing, each parcel has one payer, and what is over is never forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from marketplace.ledger.balances import balances
from marketplace.orders.models import Order
from marketplace.payments.checking import check_money
from marketplace.payments.expiring import expire_due
from marketplace.payments.models import Payment, PaymentException, Refund
from marketplace.payments.refunding import approve_refund, request_due_refunds
from marketplace.payments.sending_back import send_by_bank
from marketplace.payments.starting import start_order_payments
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
        send_by_bank(refund=refund, actor=person("nam"), bank_ref="FT9999")
    now = come(part, 85_000)
    assert (now.status, now.parcel.status) == ("expired", "expired")
    request_due_refunds()
    assert list(Refund.objects.order_by("pk").values_list("amount_dong", flat=True)) == [100_000, 85_000]
    assert fits()


def test_after_a_part_went_back_the_whole_sum_is_needed_and_pays_without_a_surplus(part):
    refund = approve_refund(refund=Refund.objects.get(), actor=person("hoa"))
    send_by_bank(refund=refund, actor=person("nam"), bank_ref="FT9999")
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
