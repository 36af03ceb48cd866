"""The lives of parcel and order: every pair of states, allowed or refused and unchanged."""

from __future__ import annotations

import itertools

import pytest
from django.utils import timezone

from marketplace.orders.models import Order, Parcel
from marketplace.orders.moving import ParcelMoved, move_parcel
from marketplace.orders.states import NEXT_PARCEL, OrderStatus, ParcelStatus, order_status_from
from tests.marketplace.orders.stage import WORKER, everything, new_parcel, open_booth

S = ParcelStatus


@pytest.mark.django_db
def test_every_step_from_every_state_is_allowed_by_the_table_or_refused_and_changes_nothing(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = new_parcel(cast, goods)
    for old, new in itertools.product(S, S):
        # Only what is unpaid comes back, and what is not paid is never complete: the database says so too.
        paid_at = None if S.RETURNED in (old, new) else timezone.now()
        if old == S.COMPLETED and new == S.RETURNED:
            continue
        Parcel.objects.filter(pk=parcel.pk).update(status=old, on_delivery=True, paid_at=paid_at)
        if new in NEXT_PARCEL[old]:
            assert move_parcel(parcel=parcel, to=new, actor=WORKER).status == new
            continue
        before = everything()
        with pytest.raises(ParcelMoved) as refused:
            move_parcel(parcel=parcel, to=new, actor=WORKER)
        assert everything() == before
        assert (refused.value.facts["status"], refused.value.facts["wanted"]) == (old, new)


def test_every_state_is_in_the_table_and_no_dead_parcel_lives_again_but_by_late_money() -> None:
    assert set(NEXT_PARCEL) == set(S)
    assert {S.REJECTED, S.CANCELLED, S.COMPLETED, S.RETURNED} == {
        state for state, after in NEXT_PARCEL.items() if not after
    }
    assert NEXT_PARCEL[S.EXPIRED] == {S.NEW}


@pytest.mark.parametrize(
    ("parcels", "order"),
    [
        ([S.AWAITING_PAYMENT, S.NEW], OrderStatus.PENDING_PAYMENT),
        ([S.AWAITING_PAYMENT, S.EXPIRED], OrderStatus.PENDING_PAYMENT),
        ([S.NEW, S.EXPIRED], OrderStatus.PAID),
        ([S.SHIPPED, S.DELIVERED], OrderStatus.PAID),
        ([S.DELIVERED, S.COMPLETED], OrderStatus.COMPLETED),
        ([S.DELIVERED, S.REJECTED], OrderStatus.COMPLETED),
        ([S.EXPIRED, S.EXPIRED], OrderStatus.EXPIRED),
        ([S.EXPIRED, S.CANCELLED], OrderStatus.CANCELLED),
        ([S.REJECTED], OrderStatus.CANCELLED),
    ],
)
def test_the_order_says_what_its_parcels_say(parcels, order) -> None:
    assert order_status_from([str(state) for state in parcels]) == order


@pytest.mark.parametrize(
    ("parcels", "order"),
    [
        ([S.NEW], OrderStatus.ON_DELIVERY),
        ([S.DELIVERED, S.COMPLETED], OrderStatus.ON_DELIVERY),
        ([S.AWAITING_PAYMENT, S.SHIPPED], OrderStatus.PENDING_PAYMENT),
    ],
)
def test_an_order_that_owes_on_delivery_says_so_until_it_is_paid(parcels, order) -> None:
    assert order_status_from([str(state) for state in parcels], owes_on_delivery=True) == order


@pytest.mark.django_db
def test_moving_a_parcel_writes_the_orders_status(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = new_parcel(cast, goods)
    assert Order.objects.get().status == OrderStatus.PAID
    move_parcel(parcel=parcel, to=S.CANCELLED, actor=WORKER)
    assert Order.objects.get().status == OrderStatus.CANCELLED
