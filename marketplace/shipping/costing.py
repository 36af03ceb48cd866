"""What delivery costs: pure sums on integer grams and đồng."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.shipping.models import ShippingZone


@dataclass(frozen=True, slots=True)
class Tariff:
    first_grams: int
    first_dong: int
    step_grams: int
    step_dong: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """The zone that serves a place, and what this weight costs there."""

    zone: ShippingZone
    dong: int


def fee(tariff: Tariff, grams: int) -> int:
    """First weight, then every begun step. 0 g costs the first weight: a parcel is a parcel."""
    beyond = max(0, grams - tariff.first_grams)
    steps = -(-beyond // tariff.step_grams)
    return tariff.first_dong + steps * tariff.step_dong


def zone_for(zones: Iterable[ShippingZone], province: AdminUnit) -> ShippingZone | None:
    """The first zone that names the province, else the first that names none; None when nobody delivers there."""
    everywhere_else = None
    for zone in sorted(zones, key=lambda zone: (zone.position, zone.pk)):
        named = {unit.pk for unit in zone.provinces.all()}
        if province.pk in named:
            return zone
        if not named and everywhere_else is None:
            everywhere_else = zone
    return everywhere_else


def delivery(*, cooperative: Cooperative, province: AdminUnit, grams: int) -> Delivery | None:
    """Delivery of one parcel, or None when the cooperative does not send there. Prefetch
    ``shipping_zones__provinces`` on the cooperative to spare the queries."""
    zone = zone_for(cooperative.shipping_zones.all(), province)
    if zone is None:
        return None
    tariff = Tariff(zone.first_grams, zone.first_dong, zone.step_grams, zone.step_dong)
    return Delivery(zone=zone, dong=fee(tariff, grams))
