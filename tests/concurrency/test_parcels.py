"""Two members press at once: one does it, the other reads who did it and when; nothing is done twice."""

from __future__ import annotations

from collections import Counter

import pytest

from marketplace.orders.fulfilling import (
    accept_parcel,
    deliver_parcel,
    end_parcel,
    pack_parcel,
    reserved_picks,
    ship_parcel,
)
from marketplace.orders.models import Order, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.settling import mark_parcel_paid
from marketplace.orders.states import OrderStatus, ParcelStatus
from tests.concurrency.at_once import at_once
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.orders.stage import (
    WORKER,
    accepted_parcel,
    new_parcel,
    open_booth,
    packed_parcel,
    packs_left,
)
from traceability.batches.models import Batch, Posting

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_members_accept_at_once_and_the_second_reads_who_and_when(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = new_parcel(cast, goods)
    actors = {cast.lan: cast.lan_acts, cast.son: cast.son_acts}
    results = at_once(
        [lambda by=by: accept_parcel(parcel=Parcel.objects.get(pk=parcel.pk), actor=by) for by in actors.values()]
    )
    [done] = [each for each in results if isinstance(each, Parcel)]
    [late] = [each for each in results if isinstance(each, ParcelMoved)]
    now = Parcel.objects.get(pk=parcel.pk)
    assert done.accepted_by == now.accepted_by
    assert late.facts["by"] == now.accepted_by.name and late.facts["at"] == now.accepted_at


def test_accept_and_cancel_at_once_end_in_one_of_the_two(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = new_parcel(cast, goods)
    accepted, cancelled = at_once(
        [
            lambda: accept_parcel(parcel=Parcel.objects.get(pk=parcel.pk), actor=cast.lan_acts),
            lambda: end_parcel(
                parcel=Parcel.objects.get(pk=parcel.pk), to=ParcelStatus.CANCELLED, reason="", actor=WORKER
            ),
        ]
    )
    # Accepting first is no obstacle to cancelling; cancelling first is one to accepting. Either way: once.
    assert isinstance(cancelled, Parcel), cancelled
    assert isinstance(accepted, Parcel | ParcelMoved), accepted
    assert Parcel.objects.get().status == ParcelStatus.CANCELLED and packs_left(batch) == 10


def test_packing_sending_and_delivering_twice_at_once_happen_once(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = accepted_parcel(cast, goods)
    picks = reserved_picks(parcel)

    def fresh() -> Parcel:
        return Parcel.objects.get(pk=parcel.pk)

    for act in (
        lambda: pack_parcel(parcel=fresh(), picks=picks, actor=cast.lan_acts),
        lambda: ship_parcel(parcel=fresh(), courier="GHN", courier_code="", actor=cast.son_acts),
        lambda: deliver_parcel(parcel=fresh(), actor=cast.lan_acts),
    ):
        assert Counter(type(each) for each in at_once([act] * 6)) == {Parcel: 1, ParcelMoved: 5}
    assert Batch.objects.get(pk=batch.pk).on_hand_base == 8000
    assert Posting.objects.filter(batch=batch, kind="sell").count() == 1


def test_two_packers_who_change_batches_crosswise_do_not_wait_for_each_other(cast) -> None:
    goods, first = open_booth(cast, packs=10)
    one, two = accepted_parcel(cast, goods), accepted_parcel(cast, goods)
    second = make_published_batch(goods.pack, packs=10, lot_code="HAI-1")

    def swap(parcel: Parcel, batch: Batch):
        picks = [type(each)(each.line_id, batch.pk, each.packs) for each in reserved_picks(parcel)]
        return lambda: pack_parcel(parcel=Parcel.objects.get(pk=parcel.pk), picks=picks, actor=cast.lan_acts)

    results = at_once([swap(one, second), swap(two, first), swap(two, second), swap(one, first)])
    assert Counter(type(each) for each in results) == {Parcel: 2, ParcelMoved: 2}, results
    assert packs_left(first) + packs_left(second) == 16


def test_two_cooperatives_finish_at_once_and_the_order_knows_both(cast) -> None:
    """Each would read the other's parcel as still under way, were the order not locked first."""
    goods, _batch = open_booth(cast)
    coffee = make_product(open_shop(cast.other_cooperative), name="Cà phê")
    make_published_batch(coffee.pack)
    order = make_order(fill_basket((goods.pack, 1), (coffee.pack, 1)), commune=cast.tran_de)
    for parcel in order.parcels.all():
        mark_parcel_paid(parcel=parcel, actor=WORKER)
    Parcel.objects.update(status=ParcelStatus.SHIPPED)
    parcels = list(order.parcels.all())
    results = at_once([lambda parcel=parcel: deliver_parcel(parcel=parcel, actor=WORKER) for parcel in parcels])
    assert all(isinstance(each, Parcel) for each in results), results
    assert Order.objects.get().status == OrderStatus.COMPLETED


def test_recall_against_shipping_never_ships_what_was_recalled_before(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = packed_parcel(cast, goods)
    ship, _recall = at_once(
        [
            lambda: ship_parcel(
                parcel=Parcel.objects.get(pk=parcel.pk), courier="GHN", courier_code="", actor=cast.lan_acts
            ),
            lambda: Batch.objects.filter(pk=batch.pk).update(status="recalled"),
        ]
    )
    shipped = Parcel.objects.get().status == ParcelStatus.SHIPPED
    assert shipped == isinstance(ship, Parcel)
    assert Batch.objects.get(pk=batch.pk).on_hand_base == (8000 if shipped else 10_000)
