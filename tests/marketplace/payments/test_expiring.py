"""Time runs out: goods go back on sale once, and money that came is never thrown away with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import stripe
from django.core.management import call_command
from django.utils import timezone

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Allocation, Order, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.ending.expiring import close_sessions, expire_due, expire_goods
from marketplace.payments.models import Payment, PaymentException, Refund
from marketplace.payments.providers.stripe.provider import StripeProvider
from marketplace.payments.refunds.refunding import request_due_refunds
from marketplace.tasks import expire_unpaid, process_payment_inbox, request_refunds
from tests.fakes.stripe_http import FakeStripe
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, packs_left, tables, transfer

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)


@pytest.fixture
def seller():
    return make_cooperative()


@pytest.fixture
def payment(seller) -> Payment:
    [payment] = start_order_payments(order=make_order(seller), actor=Actor.buyer())
    return payment


def test_before_the_hold_ends_nothing_happens(payment):
    before = tables()
    assert expire_due(now=payment.expires_at - timedelta(seconds=1)).parcels == 0
    assert tables() == before


def test_when_the_hold_ends_the_goods_are_back_on_sale(payment, seller):
    assert packs_left(seller) == 8
    assert expire_due(now=timezone.now() + LATER).parcels == 1
    payment.refresh_from_db()
    assert (payment.status, Parcel.objects.get().status, Order.objects.get().status) == ("expired",) * 3
    assert packs_left(seller) == 10
    assert Allocation.objects.get().status == "released"
    assert OutboxMessage.objects.filter(kind="order_expired").count() == 1


def test_running_again_changes_nothing(payment, seller):
    expire_due(now=timezone.now() + LATER)
    before = tables()
    done = expire_due(now=timezone.now() + LATER)
    assert (done.parcels, done.payments, done.sessions) == (0, 0, 0)
    assert tables() == before


def test_a_paid_parcel_never_expires(payment, seller):
    transfer(payment)
    before = tables()
    expire_due(now=timezone.now() + LATER)
    assert tables() == before


def test_a_short_payment_keeps_the_goods_until_its_own_time(payment, seller):
    Order.objects.update(hold_expires_at=timezone.now() + timedelta(minutes=1))
    Payment.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    transfer(payment, transferAmount=1_000)
    assert expire_due(now=timezone.now() + timedelta(minutes=20)).parcels == 0
    assert expire_due(now=timezone.now() + timedelta(minutes=31)).parcels == 1
    exception = PaymentException.objects.get()
    assert (exception.kind, exception.amount_dong) == ("underpaid", 1_000)


def test_a_parcel_for_which_nobody_started_a_payment_expires_too(seller):
    make_order(seller, minutes=-1)
    call_command("expire_holds")
    assert Parcel.objects.get().status == "expired"


def test_one_parcel_may_expire_beside_a_paid_one():
    order = make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))
    first, _second = start_order_payments(order=order, actor=Actor.buyer())
    transfer(first)
    expire_due(now=timezone.now() + LATER)
    order.refresh_from_db()
    assert [parcel.status for parcel in order.parcels.order_by("pk")] == ["new", "expired"]
    assert order.status == "paid"


def test_a_broken_row_does_not_stop_the_others(seller, monkeypatch):
    broken, fine = make_order(seller, minutes=-1), make_order(seller, minutes=-1)
    real = expire_due.__globals__["expire_parcel"]

    def fail_for_one(*, parcel, actor):
        if parcel.order_id == broken.pk:
            raise RuntimeError("made up")
        return real(parcel=parcel, actor=actor)

    monkeypatch.setitem(expire_due.__globals__, "expire_parcel", fail_for_one)
    assert expire_due(now=timezone.now()).parcels == 1
    assert Parcel.objects.get(order=fine).status == "expired"
    assert Parcel.objects.get(order=broken).status == "awaiting_payment"


def test_a_cancelled_parcel_asks_for_no_more_money(payment):
    end_parcel(parcel=payment.parcel, to=ParcelStatus.CANCELLED, reason="", actor=SYSTEM)
    assert expire_due(now=timezone.now()).payments == 1
    payment.refresh_from_db()
    assert payment.status == "cancelled"


def test_what_was_paid_for_a_refused_parcel_is_owed_back_once(payment):
    transfer(payment)
    end_parcel(parcel=Parcel.objects.get(), to=ParcelStatus.REJECTED, reason="hết hàng", actor=SYSTEM)
    assert (request_due_refunds(), request_due_refunds()) == (1, 0)
    refund = Refund.objects.get()
    assert (refund.amount_dong, refund.status, refund.payment) == (185_000, "requested", payment)


def test_nothing_is_owed_back_for_an_unpaid_parcel(payment):
    end_parcel(parcel=payment.parcel, to=ParcelStatus.CANCELLED, reason="", actor=SYSTEM)
    assert request_due_refunds() == 0


def test_the_worker_runs_all_three_sweeps(payment):
    Order.objects.update(hold_expires_at=timezone.now())
    Payment.objects.update(expires_at=timezone.now())
    process_payment_inbox.call_local()
    expire_unpaid.call_local()
    request_refunds.call_local()
    assert Parcel.objects.get().status == "expired"


def test_goods_go_back_on_sale_without_asking_a_card_provider(monkeypatch):
    """A provider that does not answer for a minute holds up nobody's goods."""
    order = make_order(make_cooperative())
    Payment.objects.create(
        order=order, provider="stripe", status="pending", amount_dong=order.total_dong, expires_at=order.hold_expires_at
    )
    asked = []
    monkeypatch.setitem(expire_due.__globals__, "card_provider", asked.append)
    done = expire_goods(now=timezone.now() + LATER)
    assert (done.parcels, done.sessions, asked) == (1, 0, [])
    assert close_sessions(now=timezone.now() + LATER) == 0 and asked == ["stripe"], "closed by a task of its own"


def test_stripe_is_waited_for_ten_seconds_not_eighty(monkeypatch):
    asked = []
    monkeypatch.setattr(stripe, "new_default_http_client", lambda **more: asked.append(more) or FakeStripe())
    StripeProvider(secret_key="sk_test_0123456789abcdef", webhook_secrets=[])
    assert asked == [{"timeout": 10}]
