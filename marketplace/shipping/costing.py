"""What delivery costs, and why something cannot be delivered: one function for every page, basket and order.

Pure sums on integer grams and đồng over what was prefetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.shipping.models import PickUpPoint, ShippingZone


class Refusal(StrEnum):
    """Why a parcel cannot go there; "" of nothing."""

    NOT_THERE = "not_there"
    NOT_CHILLED = "not_chilled"
    TOO_HEAVY = "too_heavy"
    POINT_CLOSED = "point_closed"


@dataclass(frozen=True, slots=True)
class Tariff:
    first_grams: int
    first_dong: int
    step_grams: int
    step_dong: int


@dataclass(frozen=True, slots=True)
class Load:
    """What a parcel holds, as delivery sees it."""

    grams: int
    goods_dong: int = 0
    needs_cold: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """The way of one parcel: a zone with its fee, or a point where the buyer collects it for nothing.

    ``dong`` is what the buyer pays; of it ``chilled_dong`` for cold. ``is_free``: the goods' sum made it free.
    """

    zone: ShippingZone | None
    dong: int
    point: PickUpPoint | None = None
    chilled_dong: int = 0
    is_free: bool = False

    @property
    def days_min(self) -> int:
        return self.zone.days_min if self.zone else 0

    @property
    def days_max(self) -> int:
        return self.zone.days_max if self.zone else 0


@dataclass(frozen=True, slots=True)
class NoWay:
    """``zone`` is the one that serves the place but does not take this load; ``most_grams`` is its limit."""

    why: Refusal
    zone: ShippingZone | None = None

    @property
    def most_grams(self) -> int:
        return (self.zone.most_grams or 0) if self.zone else 0


def fee(tariff: Tariff, grams: int) -> int:
    """First weight, then every begun step. 0 g costs the first weight: a parcel is a parcel."""
    beyond = max(0, grams - tariff.first_grams)
    steps = -(-beyond // tariff.step_grams)
    return tariff.first_dong + steps * tariff.step_dong


def zone_for(zones: Iterable[ShippingZone], place: AdminUnit) -> ShippingZone | None:
    """The zone that names the commune, else its province, else the one for everywhere else; None where nobody goes.

    ``place``: a commune, or a province while no commune is chosen.
    """
    zones = list(zones)
    named = {spot.unit_id: zone for zone in zones for spot in zone.places.all()}
    for unit in (place.pk, place.parent_id):
        if unit is not None and unit in named:
            return named[unit]
    return next((zone for zone in zones if zone.is_everywhere), None)


def cost(zone: ShippingZone, load: Load) -> Delivery | NoWay:
    """What this zone takes for this load; free from its sum on, cold and all."""
    if load.needs_cold and not zone.carries_chilled:
        return NoWay(Refusal.NOT_CHILLED, zone)
    if zone.most_grams is not None and load.grams > zone.most_grams:
        return NoWay(Refusal.TOO_HEAVY, zone)
    if zone.free_from_dong is not None and load.goods_dong >= zone.free_from_dong:
        return Delivery(zone, 0, is_free=True)
    chilled = zone.chilled_dong if load.needs_cold else 0
    tariff = Tariff(zone.first_grams, zone.first_dong, zone.step_grams, zone.step_dong)
    return Delivery(zone, fee(tariff, load.grams) + chilled, chilled_dong=chilled)


def delivery(*, cooperative: Cooperative, place: AdminUnit, load: Load) -> Delivery | NoWay:
    """The way of one parcel to a commune (or province). Prefetch ``shipping_zones__places`` to spare the queries."""
    zone = zone_for(cooperative.shipping_zones.all(), place)
    return cost(zone, load) if zone else NoWay(Refusal.NOT_THERE)


def collection(*, cooperative: Cooperative, code: str) -> Delivery | NoWay:
    """The buyer collects at the seller's point of this code."""
    points = (point for point in cooperative.pick_up_points.all() if point.is_open and point.code == code)
    point = next(points, None)
    return Delivery(None, 0, point=point) if point else NoWay(Refusal.POINT_CLOSED)
