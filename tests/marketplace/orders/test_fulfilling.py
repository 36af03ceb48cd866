"""The seller's hand: accept, pack from real batches, ship, deliver. What is wrong is refused and changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from community import clock
from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative
from community.outbox.models import OutboxMessage
from marketplace.orders.completing import complete_delivered
from marketplace.orders.fulfilling import (
    Pick,
    WrongPick,
    accept_parcel,
    deliver_parcel,
    end_parcel,
    pack_parcel,
    reserved_picks,
    ship_parcel,
    unpack_parcel,
)
from marketplace.orders.models import Allocation, Order, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.settling import expire_parcel, mark_parcel_paid
from marketplace.orders.states import AllocationStatus, OrderStatus, ParcelStatus
from tests.making import fill_basket, make_order, make_product, make_published_batch
from tests.marketplace.orders.stage import (
    WORKER,
    accepted_parcel,
    everything,
    new_parcel,
    open_booth,
    packed_parcel,
    packs_left,
    shipped_parcel,
)
from traceability.batches.models import Batch, Posting
from traceability.batches.posting import OutOfStock
from traceability.events.models import Event

pytestmark = pytest.mark.django_db


def picks(parcel: Parcel, *wanted: tuple[Batch, int]) -> list[Pick]:
    line = parcel.lines.get()
    return [Pick(line.pk, batch.pk, packs) for batch, packs in wanted]


def test_accepting_stamps_who_and_when(cast) -> None:
    goods, _batch = open_booth(cast)
    with clock.at(timezone.now()):
        parcel = accept_parcel(parcel=new_parcel(cast, goods), actor=cast.son_acts)
    assert (parcel.status, parcel.accepted_by) == (ParcelStatus.ACCEPTED, cast.son)
    assert parcel.accepted_at is not None


@pytest.mark.parametrize(("own", "told"), [("+842993822123", "+842993822123"), ("", "+84912345678")])
def test_a_paid_order_is_told_to_the_cooperative_or_else_to_its_owner(cast, own: str, told: str) -> None:
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(phone=own)
    parcel = new_parcel(cast, open_booth(cast)[0])
    assert OutboxMessage.objects.get(kind="parcel_paid").to == told
    assert parcel.status == ParcelStatus.NEW


def test_a_cooperative_without_any_phone_still_gets_its_paid_order_and_no_empty_message(cast) -> None:
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(phone="")
    cast.lan.memberships.update(role="manager")
    parcel = new_parcel(cast, open_booth(cast)[0])
    assert parcel.status == ParcelStatus.NEW and packs_left(Batch.objects.get()) == 8
    assert not OutboxMessage.objects.filter(kind="parcel_paid").exists()
    assert AuditEntry.objects.about(parcel).filter(action="message.unaddressed").get().facts["kind"] == "parcel_paid"


def test_the_second_to_accept_reads_who_was_faster_and_when(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = new_parcel(cast, goods)
    accepted = accept_parcel(parcel=Parcel.objects.get(pk=parcel.pk), actor=cast.son_acts)
    with pytest.raises(ParcelMoved) as late:
        accept_parcel(parcel=parcel, actor=cast.lan_acts)
    assert (late.value.facts["by"], late.value.facts["at"]) == ("Trần Văn Sơn", accepted.accepted_at)
    assert Parcel.objects.get().accepted_by == cast.son


def test_a_packed_parcel_is_not_accepted_again(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = packed_parcel(cast, goods)
    with pytest.raises(ParcelMoved):
        accept_parcel(parcel=parcel, actor=cast.son_acts)
    assert Parcel.objects.get().status == ParcelStatus.PACKED


def test_packing_as_reserved_binds_the_lines_and_moves_no_stock(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = packed_parcel(cast, goods)
    [bound] = Allocation.objects.filter(line__parcel=parcel)
    assert (bound.batch, bound.status, bound.packs) == (batch, AllocationStatus.PACKED, 2)
    assert packs_left(batch) == 8


def test_packing_from_another_batch_gives_the_reserved_one_back(cast) -> None:
    goods, reserved = open_booth(cast)
    other = make_published_batch(goods.pack, packs=5, lot_code="KHAC-1")
    parcel = accepted_parcel(cast, goods)
    pack_parcel(parcel=parcel, picks=picks(parcel, (other, 2)), actor=cast.lan_acts)
    assert (packs_left(reserved), packs_left(other)) == (10, 3)


def test_packing_may_split_a_line_over_batches(cast) -> None:
    goods, reserved = open_booth(cast)
    other = make_published_batch(goods.pack, packs=5, lot_code="KHAC-1")
    parcel = accepted_parcel(cast, goods, packs=3)
    pack_parcel(parcel=parcel, picks=picks(parcel, (reserved, 1), (other, 2)), actor=cast.lan_acts)
    assert (packs_left(reserved), packs_left(other)) == (9, 3)
    bound = Allocation.objects.filter(line__parcel=parcel, status=AllocationStatus.PACKED)
    assert sorted((each.batch_id, each.packs) for each in bound) == sorted([(reserved.pk, 1), (other.pk, 2)])


def refused(cast, parcel: Parcel, wanted: list[Pick]) -> WrongPick:
    before = everything()
    with pytest.raises(WrongPick) as told:
        pack_parcel(parcel=parcel, picks=wanted, actor=cast.lan_acts)
    assert everything() == before
    return told.value


@pytest.mark.parametrize("counted", [(1,), (3,), (0,), (), (5, -3)])
def test_another_count_than_ordered_is_refused_with_both_numbers(cast, counted) -> None:
    goods, batch = open_booth(cast)
    parcel = accepted_parcel(cast, goods)
    told = refused(cast, parcel, picks(parcel, *((batch, count) for count in counted)))
    assert told.code == "wrong_count" and told.facts["wanted"] == 2
    assert told.facts["picked"] == sum(counted)


def test_a_batch_of_other_goods_is_refused(cast) -> None:
    goods, _batch = open_booth(cast)
    tea = make_product(cast.huong_que, name="Trà")
    parcel = accepted_parcel(cast, goods)
    told = refused(cast, parcel, picks(parcel, (make_published_batch(tea.pack, lot_code="TRA-1"), 2)))
    assert (told.code, told.facts["batch"]) == ("other_product", "TRA-1")


def test_a_batch_that_does_not_exist_is_refused(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = accepted_parcel(cast, goods)
    assert refused(cast, parcel, [Pick(parcel.lines.get().pk, 999_999, 2)]).code == "other_product"


@pytest.mark.parametrize("status", ["recalled", "on_hold", "closed", "draft"])
def test_a_batch_that_may_not_leave_is_refused_even_when_it_was_reserved(cast, status) -> None:
    goods, batch = open_booth(cast)
    parcel = accepted_parcel(cast, goods)
    Batch.objects.filter(pk=batch.pk).update(status=status)
    told = refused(cast, parcel, reserved_picks(parcel))
    assert (told.code, told.facts["status"]) == ("batch_blocked", status)


def test_a_batch_past_its_date_is_refused(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = accepted_parcel(cast, goods)
    Batch.objects.filter(pk=batch.pk).update(best_before_on=timezone.localdate() - timedelta(days=1))
    assert refused(cast, parcel, reserved_picks(parcel)).code == "batch_blocked"


def test_a_batch_that_holds_too_few_is_refused_and_the_reserved_goods_stay(cast) -> None:
    goods, _batch = open_booth(cast)
    small = make_published_batch(goods.pack, packs=1, lot_code="NHO-1")
    parcel = accepted_parcel(cast, goods)
    before = everything()
    with pytest.raises(OutOfStock):
        pack_parcel(parcel=parcel, picks=picks(parcel, (small, 2)), actor=cast.lan_acts)
    assert everything() == before


def test_shipping_takes_the_goods_out_of_the_ledger_and_into_the_history(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = shipped_parcel(cast, goods)
    held = Batch.objects.get(pk=batch.pk)
    assert (held.on_hand_base, held.available_base) == (8000, 8000)
    assert Event.objects.filter(batch=batch, stage="sold").count() == 1
    assert Posting.objects.filter(batch=batch, kind="sell").count() == 1
    [told] = OutboxMessage.objects.filter(kind="parcel_shipped")
    assert told.to == parcel.order.buyer_phone and parcel.order.token in told.text


def test_a_batch_recalled_after_packing_does_not_leave_and_can_be_packed_again(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = packed_parcel(cast, goods)
    Batch.objects.filter(pk=batch.pk).update(status="recalled")
    before = everything()
    with pytest.raises(WrongPick) as told:
        ship_parcel(parcel=parcel, courier="VNPost", courier_code="", actor=cast.lan_acts)
    assert told.value.code == "batch_blocked" and everything() == before
    assert not OutboxMessage.objects.filter(kind="parcel_shipped").exists()
    fresh = make_published_batch(goods.pack, packs=5, lot_code="MOI-1")
    parcel = unpack_parcel(parcel=parcel, actor=cast.lan_acts)
    parcel = pack_parcel(parcel=parcel, picks=picks(parcel, (fresh, 2)), actor=cast.lan_acts)
    ship_parcel(parcel=parcel, courier="VNPost", courier_code="", actor=cast.lan_acts)
    assert Batch.objects.get(pk=fresh.pk).on_hand_base == 3000
    assert Batch.objects.get(pk=batch.pk).on_hand_base == 10_000


def test_a_parcel_on_the_way_cannot_be_opened_refused_or_sent_again(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = shipped_parcel(cast, goods)
    before = everything()
    for act in (
        lambda: unpack_parcel(parcel=parcel, actor=cast.lan_acts),
        lambda: end_parcel(parcel=parcel, to=ParcelStatus.REJECTED, reason="x", actor=cast.lan_acts),
        lambda: ship_parcel(parcel=parcel, courier="GHN", courier_code="", actor=cast.lan_acts),
    ):
        with pytest.raises(ParcelMoved):
            act()
    assert everything() == before


@pytest.mark.parametrize("stage", [new_parcel, accepted_parcel])
def test_refusing_gives_the_goods_back_once(cast, stage) -> None:
    goods, batch = open_booth(cast)
    parcel = stage(cast, goods)
    end_parcel(parcel=parcel, to=ParcelStatus.REJECTED, reason="Hết hàng", actor=cast.lan_acts)
    assert packs_left(batch) == 10 and Order.objects.get().status == OrderStatus.CANCELLED
    with pytest.raises(ParcelMoved):
        end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="x", actor=cast.lan_acts)
    assert packs_left(batch) == 10


def test_an_order_that_is_delivered_completes_a_week_later(cast) -> None:
    goods, _batch = open_booth(cast)
    deliver_parcel(parcel=shipped_parcel(cast, goods), actor=cast.lan_acts)
    now = timezone.now()
    assert Order.objects.get().status == OrderStatus.COMPLETED
    nobody = Parcel.objects.none()
    assert complete_delivered(now=now + timedelta(days=6), held=nobody) == 0
    undecided = Parcel.objects.values("pk")
    assert complete_delivered(now=now + timedelta(days=8), held=undecided) == 0
    assert complete_delivered(now=now + timedelta(days=8), held=nobody) == 1
    assert complete_delivered(now=now + timedelta(days=8), held=nobody) == 0


def unpaid(cast, goods, *, packs: int = 2) -> Parcel:
    return make_order(fill_basket((goods.pack, packs)), commune=cast.tran_de).parcels.get()


def test_an_unpaid_parcel_expires_once_and_gives_its_goods_back(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = unpaid(cast, goods)
    assert packs_left(batch) == 8
    assert expire_parcel(parcel=parcel, actor=WORKER)
    assert not expire_parcel(parcel=parcel, actor=WORKER)
    assert packs_left(batch) == 10 and Order.objects.get().status == OrderStatus.EXPIRED


def test_a_paid_parcel_does_not_expire(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = new_parcel(cast, goods)
    assert not expire_parcel(parcel=parcel, actor=WORKER)
    assert packs_left(batch) == 8 and Parcel.objects.get().status == ParcelStatus.NEW


def test_paying_twice_tells_the_cooperative_once(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = new_parcel(cast, goods)
    mark_parcel_paid(parcel=parcel, actor=WORKER)
    [told] = OutboxMessage.objects.filter(kind="parcel_paid")
    assert f"/ban-hang/don/{parcel.code}/" in told.text
    assert parcel.order.buyer_phone not in told.text and parcel.order.token not in told.text
