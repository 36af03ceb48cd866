"""A parcel that became smaller after it was paid: money goes back once, fees shrink, books and lots stay green."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock
from community.audit.actors import Actor
from marketplace.ledger.balances import balances
from marketplace.orders.changes.asking import ask_buyer, take_what_is_there
from marketplace.orders.changes.models import LineChange, ParcelChange, Shortage
from marketplace.orders.changes.weighing import weigh_line
from marketplace.orders.fulfilling import accept_parcel, end_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Allocation, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Dispute, Payment, Refund, Spending
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds import of_changes
from marketplace.payments.refunds.of_changes import request_change, request_due_changes
from marketplace.payments.refunds.refunding import (
    CannotRefund,
    Wish,
    approve_refund,
    ask_refund,
    request_due_refunds,
)
from marketplace.payments.states import RefundKind
from tests.harness.guards import lifted
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.payments.stage import SYSTEM, transfer
from traceability.balance.rechecking import recheck

pytestmark = pytest.mark.django_db
BUYER, SELLER = Actor.buyer(), Actor.system("seller")


@pytest.fixture
def parcel(cast, site_ready) -> Parcel:
    """5 × 1 kg at 80.000 ₫ and 40.000 ₫ delivery, 5 % commission and 1,5 % tax withheld, paid to the cooperative."""
    goods = make_product(open_shop(cast.huong_que))
    make_published_batch(goods.pack, packs=10)
    order = make_order(fill_basket((goods.pack, 5)), commune=cast.tran_de)
    order.parcels.update(
        commission_bps=500, commission_dong=20_000, vat_bps=100, pit_bps=50, vat_dong=4_000, pit_dong=2_000,
        tax_mode="withhold",
    )  # fmt: skip
    transfer(start_order_payments(order=order, actor=SYSTEM)[0])
    return order.parcels.get()


def shrink(parcel: Parcel, there: int = 3) -> ParcelChange:
    ask_buyer(parcel=parcel, there={parcel.lines.get().pk: there}, actor=SELLER)
    take_what_is_there(parcel=parcel, actor=BUYER)
    change = ParcelChange.objects.last()
    assert change is not None
    return change


def send(parcel: Parcel, grams: int) -> Parcel:
    parcel = Parcel.objects.get(pk=parcel.pk)
    if parcel.status == ParcelStatus.NEW:
        parcel = accept_parcel(parcel=parcel, actor=SELLER)
    weigh_line(parcel=parcel, line=parcel.lines.get(), content_base=grams, actor=SELLER)
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=SELLER)
    return ship_parcel(parcel=parcel, courier="VNPost", courier_code="", actor=SELLER)


def green() -> bool:
    return check_money() == [] and recheck(everything=True).is_sound


def test_what_is_missing_goes_back_once_and_the_fees_shrink_with_it(parcel) -> None:
    shrink(parcel)
    assert (request_due_changes(), request_due_changes()) == (1, 0)
    refund = Refund.objects.get()
    assert (refund.amount_dong, refund.status, refund.parcel) == (170_000, "approved", parcel)
    booked = balances()
    # of 440.000 there are 270.000 left, of which goods 245.455 (in proportion): 5 %, 1 % and 0,5 % of these
    assert (-booked["commission"], -booked["tax_vat"], -booked["tax_pit"]) == (12_273, 2_455, 1_227)
    assert green()


def test_a_large_sum_waits_for_a_person(parcel, settings) -> None:
    settings.REFUND_TWO_PEOPLE_OVER = 100_000
    shrink(parcel)
    request_due_changes()
    assert Refund.objects.get().status == "requested" and green()


def test_a_lighter_weight_goes_back_when_the_parcel_leaves(parcel) -> None:
    send(parcel, 4900)  # 400.000 × 100 ÷ 5.000
    assert request_due_changes() == 1
    assert Refund.objects.get().amount_dong == 8_000 and green()


def test_both_at_once_add_up(parcel) -> None:
    shrink(parcel)
    send(parcel, 2900)  # 240.000 × 100 ÷ 3.000
    assert request_due_changes() == 2
    assert sorted(Refund.objects.values_list("amount_dong", flat=True)) == [8_000, 170_000] and green()


@pytest.mark.parametrize("asked_first", [True, False])
def test_a_parcel_that_ends_afterwards_gives_back_the_rest_and_no_more(parcel, settings, asked_first) -> None:
    change = shrink(parcel)
    if asked_first:
        request_change(change=change)
    end_parcel(parcel=parcel, to=ParcelStatus.REJECTED, reason="Hỏng", actor=SELLER)
    request_due_refunds()
    assert request_due_changes() == 0
    assert sum(Refund.objects.exclude(status="cancelled").values_list("amount_dong", flat=True)) == 440_000
    assert check_money() == []


def test_a_part_that_nobody_approved_goes_back_with_the_whole(parcel, settings) -> None:
    settings.REFUND_TWO_PEOPLE_OVER = 100_000
    request_change(change=shrink(parcel))
    end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="buyer", actor=BUYER)
    request_due_refunds()
    waits = Refund.objects.exclude(status="cancelled").get()
    assert waits.amount_dong == 440_000 and request_change(change=ParcelChange.objects.get()) is None


def test_nothing_goes_back_of_what_nobody_paid_here(parcel) -> None:
    change = shrink(parcel)
    with lifted():
        Spending.objects.all()._raw_delete("default")
    assert request_due_changes() == 0 and request_change(change=change) is None


def test_a_forgotten_refund_and_figures_that_do_not_add_up_are_found(parcel) -> None:
    change = shrink(parcel)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert [each.rule for each in check_money()] == ["I14"]
    request_due_changes()
    assert check_money() == []
    Refund.objects.update(amount_dong=150_000)
    assert "I14" in {each.rule for each in check_money()}
    Refund.objects.update(amount_dong=170_000)
    with lifted():
        LineChange.objects.filter(change=change)._raw_delete("default")
    assert "I14" in {each.rule for each in check_money()}


@pytest.mark.parametrize("what", ["asked_at", "shortage", "allocation"])
def test_a_guard_without_its_question_or_a_lot_that_gives_too_much_is_found(parcel, what) -> None:
    if what == "asked_at":
        Parcel.objects.update(asked_at=clock.now())
    elif what == "shortage":
        ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 3}, actor=SELLER)
        Parcel.objects.update(asked_at=None)
    else:
        request_change(change=shrink(parcel))
        Allocation.objects.filter(status="committed").update(quantity_base=2500)
    assert "I14" in {each.rule for each in check_money()}


def test_while_the_buyer_thinks_everything_is_green(parcel) -> None:
    ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 3}, actor=SELLER)
    assert green() and Shortage.objects.get().status == "open"
    assert Payment.objects.get().received_dong == 440_000


def give(parcel: Parcel, dong: int) -> None:
    """A person gives money of the parcel back for another reason."""
    wish = Wish(Payment.objects.get(), dong, RefundKind.PARCEL, "by hand", parcel=parcel)
    approve_refund(refund=ask_refund(wish=wish, actor=SYSTEM), actor=SYSTEM)


@pytest.mark.parametrize(
    ("given", "goes", "status"),
    [(440_000, 170_000, "cancelled"), (400_000, 40_000, "approved"), (1, 170_000, "approved")],
)
def test_what_went_back_another_way_does_not_go_back_twice_and_is_asked_for_once(parcel, given, goes, status) -> None:
    shrink(parcel)
    give(parcel, given)
    request_due_changes()
    refund = Refund.objects.get(reason__startswith="change:")
    assert (refund.amount_dong, refund.status) == (goes, status)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert request_due_changes() == 0 and check_money() == []


def test_a_smaller_sum_than_other_refunds_explain_is_found(parcel) -> None:
    shrink(parcel)
    give(parcel, 400_000)
    request_due_changes()
    Refund.objects.filter(reason="by hand").update(status="cancelled")
    assert "I14" in {each.rule for each in check_money()}


def test_contested_money_is_not_asked_for_until_the_bank_decided(parcel) -> None:
    change = shrink(parcel)
    dispute = Dispute.objects.create(
        payment=Payment.objects.get(), provider_ref="dp_1", amount_dong=440_000, told_at=clock.now()
    )
    assert (request_change(change=change), request_due_changes(), Refund.objects.count()) == (None, 0, 0)
    Dispute.objects.filter(pk=dispute.pk).update(status="won", closed_at=clock.now())
    assert request_due_changes() == 1 and Refund.objects.get().amount_dong == 170_000


def test_what_cannot_be_asked_for_starves_nothing_behind_it(parcel, monkeypatch) -> None:
    shrink(parcel)
    shrink(parcel, 2)
    whole, first = of_changes.request_change, ParcelChange.objects.first()

    def stuck(*, change: ParcelChange) -> Refund | None:
        if change == first:
            raise CannotRefund("more_than_came", left_dong=0)
        return whole(change=change)

    monkeypatch.setattr(of_changes, "BATCH", 1)
    monkeypatch.setattr(of_changes, "request_change", stuck)
    assert request_due_changes() == 1
