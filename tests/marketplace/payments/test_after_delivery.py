"""After delivery: reminded, asked about, paid or back again; nothing is booked without money."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from community.accounts.models import User
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.completing import complete_delivered
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import OrderStatus, ParcelStatus
from marketplace.payments.asking.on_delivery import REFUSED_COUNTS_FOR
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.ending.reminding import remind_due
from marketplace.payments.ending.taking_back import CannotTakeBack, take_back
from marketplace.payments.forgetting import CannotErase, erase_buyer
from marketplace.payments.models import PaymentException, Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import request_due_refunds
from marketplace.payments.states import ExceptionKind, PaymentStatus
from marketplace.payouts.checking import check_all_money
from tests.marketplace.payments.on_delivery import booked, on_its_way, payment_of, sent
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, outcome, packs_left, tables, transfer
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db
TOTAL = 185_000
START = "2026-11-02T02:00:00+00:00"


@pytest.fixture(autouse=True)
def _books_fit():
    yield
    assert check_all_money() == []


def test_only_what_is_paid_is_ever_complete() -> None:
    with time_machine.travel(START, tick=False) as clock:
        parcel = sent(on_its_way())
        clock.shift(timedelta(days=30))
        assert complete_delivered(now=timezone.now(), held=Parcel.objects.none()) == 0
        transfer(payment_of(parcel))
        assert complete_delivered(now=timezone.now(), held=Parcel.objects.none()) == 1


def test_the_buyer_is_reminded_twice_then_people_are_asked_each_once() -> None:
    def told(kind: str) -> int:
        return OutboxMessage.objects.filter(kind=kind).count()

    with time_machine.travel(START, tick=False) as clock:
        parcel = sent(on_its_way())
        remind_due(now=timezone.now())
        assert told("on_delivery_due") == 0
        for days, reminders, questions in ((1, 1, 0), (3, 2, 0), (5, 2, 1), (9, 2, 1)):
            clock.shift(timedelta(days=days))
            for _again in range(2):
                remind_due(now=timezone.now())
            assert (told("on_delivery_due"), told("on_delivery_overdue"), days) == (reminders, questions, days)
            assert PaymentException.objects.filter(kind=ExceptionKind.OWED_ON_DELIVERY).count() == questions
        transfer(payment_of(parcel))
        assert PaymentException.objects.get().status == "resolved"
        assert remind_due(now=timezone.now()) == 0


@pytest.mark.parametrize(("to_stock", "left", "allocation"), [(True, 10, "returned"), (False, 8, "sold")])
def test_what_comes_back_is_on_sale_again_or_lost_and_nothing_is_booked(to_stock, left, allocation) -> None:
    parcel = sent(on_its_way(), delivered=False)
    batch = Batch.objects.get()
    take_back(parcel=parcel, to_stock=to_stock, reason="Khách không nhận hàng", actor=SYSTEM)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.end_reason) == (ParcelStatus.RETURNED, "Khách không nhận hàng")
    assert packs_left(parcel.cooperative) == left and booked() == []
    assert parcel.lines.get().allocations.get().status == allocation
    assert payment_of(parcel).status == PaymentStatus.CANCELLED
    assert Order.objects.get().status == OrderStatus.CANCELLED
    assert batch.events.filter(stage="returned").exists() is to_stock


def test_what_came_back_counts_for_its_telephone_and_is_not_forgotten_meanwhile(client, site_ready) -> None:
    parcel = sent(on_its_way())
    take_back(parcel=parcel, to_stock=True, reason="không nhận", actor=SYSTEM)
    parcel.refresh_from_db()
    staff = User.objects.create_superuser(email="boss@example.vn", password="x" * 12, name="Sếp")
    client.force_login(staff)
    erase = reverse("order_erase", args=[parcel.order_id])
    before = tables()
    with pytest.raises(CannotErase, match="came_back") as refused:
        erase_buyer(order=parcel.order, reason="thư", actor=SYSTEM)
    assert refused.value.facts["until"] == parcel.ended_at + REFUSED_COUNTS_FOR and tables() == before
    said = client.post(erase, {"reason": "thư"}, follow=True).content.decode()
    assert f"{timezone.localtime(refused.value.facts['until']):%d/%m/%Y}" in said
    assert Order.objects.get().buyer_phone == parcel.order.buyer_phone
    with time_machine.travel(refused.value.facts["until"] + timedelta(minutes=1), tick=False):
        assert erase_buyer(order=parcel.order, reason="thư", actor=SYSTEM).buyer_phone == ""


def test_money_after_it_came_back_is_given_back() -> None:
    parcel = sent(on_its_way())
    take_back(parcel=parcel, to_stock=True, reason="x", actor=SYSTEM)
    assert outcome(transfer(payment_of(parcel))) == ExceptionKind.PAID_AFTER_END
    request_due_refunds()
    assert Refund.objects.get().amount_dong == TOTAL
    parcel.refresh_from_db()
    assert (parcel.status, parcel.paid_at) == (ParcelStatus.RETURNED, None)


def test_a_part_that_came_goes_back_with_the_parcel() -> None:
    parcel = sent(on_its_way())
    transfer(payment_of(parcel), transferAmount=50_000)
    take_back(parcel=parcel, to_stock=False, reason="x", actor=SYSTEM)
    request_due_refunds()
    assert Refund.objects.get().amount_dong == 50_000


def test_what_is_paid_does_not_come_back_this_way_and_another_seller_cannot_say_so() -> None:
    parcel = sent(on_its_way())
    stranger = Actor(user=None, cooperative=make_cooperative())
    with pytest.raises(CannotTakeBack, match="not_yours"):
        take_back(parcel=parcel, to_stock=True, reason="x", actor=stranger)
    transfer(payment_of(parcel))
    before = tables()
    with pytest.raises(CannotTakeBack, match="paid"):
        take_back(parcel=parcel, to_stock=True, reason="x", actor=SYSTEM)
    assert tables() == before


def test_what_was_not_sent_cannot_come_back() -> None:
    parcel = on_its_way()
    before = tables()
    with pytest.raises(ParcelMoved):
        take_back(parcel=parcel, to_stock=True, reason="x", actor=SYSTEM)
    assert tables() == before


@pytest.mark.parametrize("to", [ParcelStatus.CANCELLED, ParcelStatus.REJECTED])
def test_refused_or_cancelled_before_it_left_nothing_is_owed(to) -> None:
    parcel = on_its_way()
    end_parcel(parcel=parcel, to=to, reason="x", actor=SYSTEM)
    expire_due(now=timezone.now())
    assert packs_left(parcel.cooperative) == 10 and payment_of(parcel).status == PaymentStatus.CANCELLED
    assert outcome(transfer(payment_of(parcel))) == ExceptionKind.PAID_AFTER_END
    assert check_money() == []
