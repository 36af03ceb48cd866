"""Goods by weight: less than was paid for goes back in proportion, more costs nothing, lots give what really goes."""

from __future__ import annotations

import pytest

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.changes.asking import ask_buyer, take_what_is_there
from marketplace.orders.changes.models import ParcelChange, Weighing
from marketplace.orders.changes.reckoning import weight_of
from marketplace.orders.changes.weighing import CannotWeigh, weigh_line
from marketplace.orders.fulfilling import pack_parcel, reserved_picks, ship_parcel, unpack_parcel
from marketplace.orders.models import Allocation, OrderLine, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import ParcelStatus
from tests.making import PackPlan, make_product, make_published_batch
from tests.marketplace.orders.stage import accepted_parcel, everything, new_parcel, open_booth
from traceability.batches.models import Batch
from traceability.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def booth(cast):
    return open_booth(cast)


@pytest.fixture
def parcel(cast, booth) -> Parcel:
    """2 packs of 1 kg at 80.000 ₫."""
    return accepted_parcel(cast, booth[0])


def weigh(cast, parcel: Parcel, grams: int):
    return weigh_line(parcel=parcel, line=parcel.lines.get(), content_base=grams, actor=cast.son_acts)


def send(cast, parcel: Parcel) -> Parcel:
    if parcel.status == ParcelStatus.ACCEPTED:
        parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    return ship_parcel(parcel=parcel, courier="VNPost", courier_code="", actor=cast.lan_acts)


@pytest.mark.parametrize(
    ("grams", "back", "sold"),
    [
        (1900, 8_000, 1900),  # 160.000 × 100/2000
        (1983, 1_360, 1983),
        (1990, 0, 2000),  # within what a scale errs
        (2000, 0, 2000),
        (2010, 0, 2000),
        (2100, 0, 2100),  # more costs nothing, and leaves its lot
    ],
)
def test_the_buyer_pays_for_what_comes_and_the_lot_gives_what_goes(cast, booth, parcel, grams, back, sold) -> None:
    weigh(cast, parcel, grams)
    parcel = send(cast, parcel)
    line = OrderLine.objects.get()
    assert (line.back_dong, parcel.back_dong, line.packs_to_send) == (back, back, 2)
    assert Batch.objects.get(pk=booth[1].pk).on_hand_base == 10_000 - sold
    assert sum(Allocation.objects.filter(status="sold").values_list("quantity_base", flat=True)) == sold
    assert sum(Event.objects.filter(stage="sold").values_list("items__quantity_base", flat=True)) == sold
    assert OutboxMessage.objects.filter(kind="parcel_weighed").count() == (1 if back else 0)


def test_nothing_is_final_before_the_parcel_leaves_and_the_last_word_counts(cast, parcel) -> None:
    weigh(cast, parcel, 1850)
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    assert parcel.back_dong == 0 and weight_of(parcel.lines.get()).back_dong == 12_000
    weigh(cast, parcel, 1900)
    assert send(cast, parcel).back_dong == 8_000
    assert Weighing.objects.count() == 2 and ParcelChange.objects.count() == 1


@pytest.mark.parametrize(("grams", "code"), [(1799, "too_light"), (3001, "too_heavy")])
def test_a_weight_that_is_another_deal_or_a_slip_of_the_thumb_is_refused(cast, parcel, grams, code) -> None:
    before = everything()
    with pytest.raises(CannotWeigh) as refused:
        weigh(cast, parcel, grams)
    assert refused.value.code == code and everything() == before and not Weighing.objects.exists()


def test_what_is_counted_in_pieces_or_litres_is_not_weighed(cast) -> None:
    goods = make_product(cast.huong_que, name="Mắm", packs=[PackPlan(name="chai", net_base=500, unit="ml")])
    open_booth(cast)
    make_published_batch(goods.pack, lot_code="MAM-1")
    parcel = accepted_parcel(cast, goods)
    with pytest.raises(CannotWeigh):
        weigh(cast, parcel, 500)


def test_only_a_parcel_being_packed_is_weighed(cast, booth) -> None:
    parcel = new_parcel(cast, booth[0])
    with pytest.raises(ParcelMoved):
        weigh(cast, parcel, 1900)
    sent = send(cast, accepted_parcel(cast, booth[0]))
    with pytest.raises(ParcelMoved):
        weigh(cast, sent, 1900)
    assert not Weighing.objects.exists()


def test_a_weight_of_packs_that_do_not_go_any_more_counts_no_longer(cast, parcel) -> None:
    weigh(cast, parcel, 1900)
    ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 1}, actor=cast.lan_acts)
    parcel = take_what_is_there(parcel=parcel, actor=Actor.buyer())
    assert weight_of(parcel.lines.get()) is None
    weigh(cast, parcel, 950)
    assert send(cast, parcel).goods_due_dong == 76_000


def test_a_fuller_pack_takes_no_more_than_its_lot_has(cast, booth) -> None:
    parcel = accepted_parcel(cast, booth[0], packs=10)
    weigh(cast, parcel, 10_500)
    send(cast, parcel)
    now = Batch.objects.get(pk=booth[1].pk)
    assert (now.on_hand_base, now.shortfall_base) == (0, 0)


def test_a_weight_of_packs_that_were_taken_out_again_counts_no_longer(cast, booth, parcel) -> None:
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    weigh(cast, parcel, 1840)
    parcel = unpack_parcel(parcel=parcel, actor=cast.lan_acts)
    assert weight_of(parcel.lines.get()) is None
    assert send(cast, parcel).back_dong == 0 and not ParcelChange.objects.exists()
    assert Batch.objects.get(pk=booth[1].pk).on_hand_base == 8_000


def test_after_opening_again_the_new_weight_counts(cast, parcel) -> None:
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    weigh(cast, parcel, 1840)
    parcel = unpack_parcel(parcel=parcel, actor=cast.lan_acts)
    weigh(cast, parcel, 1900)
    assert send(cast, parcel).back_dong == 8_000
