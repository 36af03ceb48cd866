"""Orders for the tests of this folder, placed, paid and moved by the real verbs."""

from __future__ import annotations

from typing import Any

from community.audit.actors import Actor
from marketplace.orders.fulfilling import accept_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Allocation, Order, Parcel
from marketplace.orders.settling import mark_parcel_paid
from tests.cast import Cast
from tests.making import Goods, fill_basket, make_order, make_product, make_published_batch, open_shop
from traceability.batches.models import Batch, Posting

WORKER = Actor.system("worker")


def open_booth(cast: Cast, *, packs: int = 10, **facts: Any) -> tuple[Goods, Batch]:
    """One product of Lan's cooperative with so many packs in one published batch."""
    goods = make_product(open_shop(cast.huong_que), **facts)
    return goods, make_published_batch(goods.pack, packs=packs)


def new_parcel(cast: Cast, goods: Goods, *, packs: int = 2) -> Parcel:
    """Ordered and paid: waiting for the cooperative."""
    order = make_order(fill_basket((goods.pack, packs)), commune=cast.tran_de)
    return mark_parcel_paid(parcel=order.parcels.get(), actor=WORKER)


def accepted_parcel(cast: Cast, goods: Goods, *, packs: int = 2) -> Parcel:
    return accept_parcel(parcel=new_parcel(cast, goods, packs=packs), actor=cast.lan_acts)


def packed_parcel(cast: Cast, goods: Goods, *, packs: int = 2) -> Parcel:
    parcel = accepted_parcel(cast, goods, packs=packs)
    return pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)


def shipped_parcel(cast: Cast, goods: Goods, *, packs: int = 2) -> Parcel:
    parcel = packed_parcel(cast, goods, packs=packs)
    return ship_parcel(parcel=parcel, courier="VNPost", courier_code="EM1", actor=cast.lan_acts)


def everything() -> tuple[Any, ...]:
    """All that an order's rules may write, to prove that a refusal wrote nothing."""
    return (
        sorted(Order.objects.values_list("pk", "status")),
        sorted(Parcel.objects.values_list("pk", "status", "courier", "accepted_by", "packed_by", "shipped_by")),
        sorted(Allocation.objects.values_list("pk", "batch", "quantity_base", "status")),
        sorted(Batch.objects.values_list("pk", "on_hand_base", "available_base")),
        Posting.objects.count(),
    )


def packs_left(batch: Batch) -> int:
    return Batch.objects.get(pk=batch.pk).packs_available
