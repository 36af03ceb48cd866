"""What must be so before a helper's press does something: for addresses whose post says only "no" in this world."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from uuid import uuid4

from django.utils import timezone

from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from marketplace.listings.writing import stop_selling
from marketplace.orders.models import Parcel
from marketplace.packing.scanning import scan_pack
from marketplace.shipping.models import ShippingZone
from tests.permissions.table import ADDRESSES
from tests.permissions.world import World
from traceability.batches.models import Batch
from traceability.products.models import Pack, Product

Prepare = Callable[[World, SimpleNamespace], None]


def _pack(world: World) -> Pack:
    return Pack.objects.get(code=world.ours.pack)


def _lan(world: World) -> Actor:
    return Actor.of(world.people["owner"], world.ours.cooperative)


def _zones_gone(world: World, stage: SimpleNamespace) -> None:
    ShippingZone.objects.filter(cooperative=world.ours.cooperative).delete()


def _cold(world: World, stage: SimpleNamespace) -> None:
    Product.objects.filter(cooperative=world.ours.cooperative).update(needs_cold=True)


def _on_holiday(world: World, stage: SimpleNamespace) -> None:
    today = timezone.localdate()
    Cooperative.objects.filter(pk=world.ours.cooperative.pk).update(holiday_from=today, holiday_until=today)


def _scanned(world: World, stage: SimpleNamespace) -> None:
    parcel = Parcel.objects.get(code=world.ours.accepted)
    scan_pack(parcel=parcel, typed=world.ours.batch, key=uuid4(), actor=Actor.of(stage.helped.tuan))


def _closed(world: World, stage: SimpleNamespace) -> None:
    Batch.objects.filter(public_code=world.ours.batch).update(status="closed")


def _stopped(world: World, stage: SimpleNamespace) -> None:
    stop_selling(pack=_pack(world), actor=_lan(world))


def _archived(world: World, stage: SimpleNamespace) -> None:
    Product.objects.filter(code=world.ours.product).update(status="archived")


PREPARED: dict[str, Prepare] = {
    "selling:shipping_begin": _zones_gone,
    "selling:cold_goods": _cold,
    "selling:holiday_end": _on_holiday,
    "selling:scan_back": _scanned,
    "selling:shipping_zone_new": _zones_gone,
    "fieldwork:reopen": _closed,
    "selling:resume_selling": _stopped,
    "selling:restore": _archived,
}


def _of(name: str) -> str:
    return next(one.sends for one in ADDRESSES if one.name == name)


SENDS: dict[str, Callable[[World], str]] = {
    "selling:shipping_zone_new": lambda world: _of("selling:shipping_zone"),
    "selling:pick_up_new": lambda world: _of("selling:pick_up"),
    "selling:sheets": lambda world: "file=@",
}
"""A whole form where the table posts half of one."""

WRITES_NOTHING: dict[str, str] = {
    "fieldwork:lot_work": "chooses what to work on",
    "fieldwork:closings": "no month of this world is over; see test_a_month_is_signed_once_when_it_is_over_and_agrees",
}
"""Presses that do nothing as this world stands."""
