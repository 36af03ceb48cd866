"""Transfer on delivery: sent before the money, paid by any door, counted and booked only when the money comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.ledger.models import LedgerTransaction
from marketplace.orders.fulfilling import accept_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import OrderStatus, ParcelStatus
from marketplace.payments.arriving.confirming import Seen, confirm_received
from marketplace.payments.asking.on_delivery import CannotPayOnDelivery, on_delivery_limits, pay_on_delivery
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.ending.taking_back import take_back
from marketplace.payments.models import Payment
from marketplace.payments.showing.summaries import ON_DELIVERY, order_money
from marketplace.payments.states import PaymentStatus
from marketplace.payouts.checking import check_all_money
from marketplace.receiving.models import OnDeliveryTerms, ReceivingAccount
from marketplace.receiving.on_delivery import CannotOffer, set_terms
from tests.marketplace.payments.on_delivery import booked, on_its_way, payment_of, seller, sent
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, outcome, packs_left, tables, transfer

pytestmark = pytest.mark.django_db
TOTAL = 185_000


@pytest.fixture(autouse=True)
def _books_fit():
    yield
    assert check_all_money() == []


# --- who may ----------------------------------------------------------------------------------------------------------
def test_nobody_sends_first_unless_it_was_switched_on() -> None:
    cooperative = make_cooperative()
    assert on_delivery_limits([cooperative.pk]) == {}
    set_terms(cooperative=cooperative, offered=True, most_dong=300_000, actor=SYSTEM)
    assert on_delivery_limits([cooperative.pk]) == {cooperative.pk: 300_000}
    set_terms(cooperative=cooperative, offered=False, most_dong=300_000, actor=SYSTEM)
    assert on_delivery_limits([cooperative.pk]) == {}


@pytest.mark.parametrize(("most", "code"), [(0, "no_sum"), (-5, "no_sum"), (2_000_001, "over_the_markets")])
def test_a_sum_that_cannot_be_is_refused_and_nothing_is_written(most, code) -> None:
    with pytest.raises(CannotOffer) as refused:
        set_terms(cooperative=make_cooperative(), offered=True, most_dong=most, actor=SYSTEM)
    assert refused.value.code == code and not OnDeliveryTerms.objects.exists()


def test_it_is_not_offered_without_an_account_nor_where_the_market_collects(settings) -> None:
    cooperative = seller()
    ReceivingAccount.objects.update(active=False)
    assert on_delivery_limits([cooperative.pk]) == {}
    ReceivingAccount.objects.update(active=True)
    settings.PAYMENTS_COLLECT, settings.PAYMENTS_COLLECT_BASIS = "platform", "licence 1"
    assert on_delivery_limits([cooperative.pk]) == {}


@pytest.mark.parametrize(
    ("terms", "code"),
    [({"offered": False}, "not_offered"), ({"most": TOTAL - 1}, "too_much")],
)
def test_a_parcel_that_may_not_be_is_refused_and_nothing_changes(terms, code) -> None:
    order = make_order(seller(**terms))
    start_order_payments(order=order, actor=SYSTEM)
    before = tables()
    with pytest.raises(CannotPayOnDelivery) as refused:
        pay_on_delivery(parcel=order.parcels.get(), actor=Actor.buyer())
    assert refused.value.code == code and tables() == before


def test_one_telephone_owes_for_so_many_and_what_came_back_counts_too(settings) -> None:
    settings.ON_DELIVERY_PER_PHONE = 2
    first = on_its_way()
    second = on_its_way()
    order = make_order(seller())
    start_order_payments(order=order, actor=SYSTEM)
    with pytest.raises(CannotPayOnDelivery, match="too_many"):
        pay_on_delivery(parcel=order.parcels.get(), actor=Actor.buyer())
    transfer(payment_of(first))
    take_back(parcel=sent(second), to_stock=True, reason="không nhận", actor=SYSTEM)
    pay_on_delivery(parcel=order.parcels.get(), actor=Actor.buyer())
    another = make_order(seller())
    start_order_payments(order=another, actor=SYSTEM)
    with pytest.raises(CannotPayOnDelivery, match="too_many"):
        pay_on_delivery(parcel=another.parcels.get(), actor=Actor.buyer())


# --- sent first -------------------------------------------------------------------------------------------------------
def test_it_is_the_sellers_turn_at_once_the_goods_stay_and_nothing_is_booked() -> None:
    parcel = on_its_way(minutes=1)
    cooperative = parcel.cooperative
    assert (parcel.status, parcel.on_delivery, parcel.paid_at) == (ParcelStatus.NEW, True, None)
    assert Order.objects.get().status == OrderStatus.ON_DELIVERY
    assert OutboxMessage.objects.filter(kind="parcel_on_delivery").count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        expire_due(now=timezone.now())
    parcel.refresh_from_db()
    assert (parcel.status, payment_of(parcel).status) == (ParcelStatus.NEW, PaymentStatus.PENDING)
    assert packs_left(cooperative) == 8 and booked() == []


def test_choosing_twice_is_refused_and_the_code_stays_the_same() -> None:
    parcel = on_its_way()
    memo = payment_of(parcel).memo_code
    with pytest.raises(CannotPayOnDelivery, match="moved"):
        pay_on_delivery(parcel=parcel, actor=Actor.buyer())
    again = start_payment(order=parcel.order, parcel=parcel, provider="vietqr", actor=Actor.buyer())
    assert again.memo_code == memo and Payment.objects.count() == 1


@pytest.mark.parametrize("place", ["new", "accepted", "packed", "shipped", "delivered"])
def test_money_is_counted_wherever_the_parcel_is_and_moves_it_nowhere(place) -> None:
    parcel = on_its_way()
    steps = [
        lambda: accept_parcel(parcel=parcel, actor=SYSTEM),
        lambda: pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=SYSTEM),
        lambda: ship_parcel(parcel=parcel, courier="x", courier_code="", actor=SYSTEM),
        lambda: Parcel.objects.filter(pk=parcel.pk).update(status="delivered", delivered_at=timezone.now()),
    ]
    for step in steps[: ["new", "accepted", "packed", "shipped", "delivered"].index(place)]:
        step()
    assert outcome(transfer(payment_of(parcel))) == "confirmed"
    parcel.refresh_from_db()
    assert parcel.status == place and parcel.paid_at is not None and not parcel.owes_on_delivery
    assert booked() == ["capture", "parcel_paid"]
    assert OutboxMessage.objects.filter(kind="parcel_paid_on_delivery").count() == 1
    assert OutboxMessage.objects.filter(kind="parcel_paid").count() == 1
    expected = OrderStatus.COMPLETED if place == "delivered" else OrderStatus.PAID
    assert Order.objects.get().status == expected


def test_commission_is_owed_only_for_money_that_came(settings) -> None:
    parcel = on_its_way()
    Parcel.objects.update(commission_bps=500, commission_dong=8_000)
    lines = LedgerTransaction.objects.filter(entries__account__code="commission")
    assert not lines.exists()
    transfer(payment_of(parcel))
    assert lines.count() == 1


def test_under_over_twice_and_by_hand_work_as_for_every_transfer() -> None:
    parcel = sent(on_its_way())
    payment = payment_of(parcel)
    assert outcome(transfer(payment, transferAmount=TOTAL - 5_000)) == "partially_received"
    assert order_money(parcel.order).cards[0].remaining_dong == 5_000
    seen = Seen(amount_dong=5_000, reference="FT12345", day=timezone.localdate())
    assert confirm_received(payment=payment, seen=seen, actor=SYSTEM).outcome == "confirmed"
    assert confirm_received(payment=payment, seen=seen, actor=SYSTEM).outcome == "duplicate"
    assert outcome(transfer(payment, transferAmount=7_000)) == "overpaid"
    parcel.refresh_from_db()
    assert parcel.paid_at is not None and Payment.objects.get().received_dong == TOTAL + 7_000


def test_a_part_that_came_before_counts_when_the_rest_is_left_for_delivery() -> None:
    order = make_order(seller())
    [payment] = start_order_payments(order=order, actor=SYSTEM)
    transfer(payment, transferAmount=100_000)
    parcel = pay_on_delivery(parcel=order.parcels.get(), actor=Actor.buyer())
    [card] = order_money(order).cards
    assert (card.state, card.remaining_dong, parcel.status) == (ON_DELIVERY, 85_000, "new")
    assert outcome(transfer(payment, transferAmount=85_000)) == "confirmed"


def test_a_card_may_pay_it_early_and_its_printed_code_stays_good(settings) -> None:
    parcel = sent(on_its_way())
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        card = start_payment(order=parcel.order, parcel=None, provider="simulated", actor=Actor.buyer())
        assert (card.amount_dong, parcel.payments.get().status) == (TOTAL, PaymentStatus.PENDING)
        expire_due(now=timezone.now())
        card.refresh_from_db()
        assert card.is_live
        assert outcome(transfer(parcel.payments.get())) == "confirmed"
    card.refresh_from_db()
    assert card.status == PaymentStatus.CANCELLED


def test_another_parcel_of_the_order_may_be_paid_before() -> None:
    later, first = seller(), make_cooperative("HTX Khe Sanh")
    order = make_order(later, first, buyer_email="")
    payments = start_order_payments(order=order, actor=SYSTEM)
    pay_on_delivery(parcel=order.parcels.get(cooperative=later), actor=Actor.buyer())
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING_PAYMENT
    transfer(payments[1])
    assert OutboxMessage.objects.filter(kind="order_paid").count() == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.ON_DELIVERY
    assert sorted(order.parcels.values_list("on_delivery", flat=True)) == [False, True]
