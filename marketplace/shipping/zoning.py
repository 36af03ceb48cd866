"""A seller's zones: where it sends and for how much. Changes count for new orders; parcels keep what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.places.models import AdminUnit
from marketplace.shipping.models import PickUpPoint, ShippingZone, ZonePlace

MOST_ZONES = 30
MOST_DONG = 9_999_999
MOST_GRAMS = 1_000_000
MOST_DAYS = 30


class CannotZone(DomainError):
    """`place_taken` (facts place, zone), `everywhere_taken` (fact zone), `too_many` (fact most),

    `bad_figures` (fact field), `days_backwards`, `cold_fee_without_cold`, `not_the_first`, `gone`.
    """


@dataclass(frozen=True, slots=True)
class ZoneFigures:
    """Grams and đồng, whole numbers. ``most_grams`` and ``free_from_dong`` None: no limit, never free."""

    name: str
    first_grams: int
    first_dong: int
    step_grams: int
    step_dong: int
    days_min: int
    days_max: int
    most_grams: int | None = None
    free_from_dong: int | None = None
    carries_chilled: bool = False
    chilled_dong: int = 0
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Zones to begin with. ``name``: in_province | country."""

    name: str
    figures: ZoneFigures
    own_province: bool

    def columns(self) -> dict[str, Any]:
        """Of the zone it would become."""
        return asdict(self.figures) | {"is_everywhere": not self.own_province}


# What carriers usually take for small parcels; a seller changes them to what it pays.
NEAR = ZoneFigures("Trong tỉnh", 2000, 20_000, 1000, 4_000, 1, 3, name_en="Same province")
FAR = ZoneFigures("Cả nước", 2000, 35_000, 1000, 6_000, 3, 5, name_en="All of the country")
SUGGESTIONS = {
    "in_province": (Suggestion("in_province", NEAR, own_province=True),),
    "country": (Suggestion("in_province", NEAR, own_province=True), Suggestion("country", FAR, own_province=False)),
}
"""``in_province``: its own province only; ``country``: that, and dearer everywhere else."""


@transaction.atomic
def save_zone(
    *,
    cooperative: Cooperative,
    figures: ZoneFigures,
    places: Sequence[AdminUnit],
    actor: Actor,
    zone: ShippingZone | None = None,
) -> ShippingZone:
    """A new zone, or ``zone`` with other figures and places. No ``places``: everywhere else. Raises CannotZone."""
    _check(figures)
    _lock(cooperative)
    _check_places(cooperative, places, zone)
    columns = asdict(figures) | {"is_everywhere": not places}
    if zone is not None and zone.name == figures.name:
        columns["name_en"] = figures.name_en or zone.name_en
    if zone is None:
        zone = _new_zone(cooperative, columns)
    elif not ShippingZone.objects.filter(pk=zone.pk, cooperative=cooperative).update(**columns):
        raise CannotZone("gone")
    zone.refresh_from_db()
    ZonePlace.objects.filter(zone=zone).exclude(unit__in=places).delete()
    there = set(ZonePlace.objects.filter(zone=zone).values_list("unit_id", flat=True))
    ZonePlace.objects.bulk_create(
        ZonePlace(zone=zone, cooperative=cooperative, unit=unit) for unit in places if unit.pk not in there
    )
    facts = {key: value for key, value in columns.items() if not key.startswith("name")} | {"places": len(places)}
    record(actor=actor, action="shipping_zone.saved", subject=zone, cooperative=cooperative, **facts)
    return zone


@transaction.atomic
def begin_with(*, cooperative: Cooperative, suggestions: Sequence[Suggestion], actor: Actor) -> None:
    """The first zones of a seller that has none, at the figures it was shown and agreed to. Raises CannotZone."""
    _lock(cooperative)
    if cooperative.shipping_zones.exists():
        raise CannotZone("not_the_first")
    province = cooperative.commune.parent
    for each in suggestions:
        places = [province] if each.own_province and province else []
        save_zone(cooperative=cooperative, figures=each.figures, places=places, actor=actor.as_part())
    zones = len(suggestions)
    record(actor=actor, action="shipping.begun", subject=cooperative, cooperative=cooperative, zones=zones)


@transaction.atomic
def remove_zone(*, zone: ShippingZone, actor: Actor) -> None:
    """Its places fall to the zone of their province, or to "everywhere else", or nobody sends there any more."""
    record(
        actor=actor, action="shipping_zone.removed", subject=zone, cooperative=zone.cooperative,
        first_dong=zone.first_dong, step_dong=zone.step_dong,
    )  # fmt: skip
    if not ShippingZone.objects.filter(pk=zone.pk).delete()[0]:
        raise CannotZone("gone")


def is_last_way(zone: ShippingZone) -> bool:
    """Would its goods reach nobody without this zone?"""
    others = ShippingZone.objects.filter(cooperative=zone.cooperative).exclude(pk=zone.pk)
    return not (others.exists() or PickUpPoint.objects.filter(cooperative=zone.cooperative, is_open=True).exists())


def _lock(cooperative: Cooperative) -> None:
    """Two members who change zones at once go one after the other: the second sees what the first did."""
    Cooperative.objects.select_for_update().get(pk=cooperative.pk)


def _new_zone(cooperative: Cooperative, columns: dict[str, Any]) -> ShippingZone:
    last = cooperative.shipping_zones.aggregate(last=Max("position"), count=Count("pk"))
    if last["count"] >= MOST_ZONES:
        raise CannotZone("too_many", most=MOST_ZONES)
    position = 0 if last["last"] is None else last["last"] + 1
    return ShippingZone.objects.create(cooperative=cooperative, position=position, **columns)


def _check(figures: ZoneFigures) -> None:
    limits = {
        "first_grams": (1, MOST_GRAMS), "step_grams": (1, MOST_GRAMS), "first_dong": (0, MOST_DONG),
        "step_dong": (0, MOST_DONG), "chilled_dong": (0, MOST_DONG), "days_min": (0, MOST_DAYS),
        "days_max": (0, MOST_DAYS),
    }  # fmt: skip
    for field, (least, most) in limits.items():
        if not least <= getattr(figures, field) <= most:
            raise CannotZone("bad_figures", field=field)
    for field, most in (("most_grams", MOST_GRAMS), ("free_from_dong", 999_999_999)):
        value = getattr(figures, field)
        if value is not None and not 1 <= value <= most:
            raise CannotZone("bad_figures", field=field)
    if figures.days_max < figures.days_min:
        raise CannotZone("days_backwards")
    if figures.chilled_dong and not figures.carries_chilled:
        raise CannotZone("cold_fee_without_cold")


def _check_places(cooperative: Cooperative, places: Sequence[AdminUnit], zone: ShippingZone | None) -> None:
    others = ShippingZone.objects.filter(cooperative=cooperative)
    others = others.exclude(pk=zone.pk) if zone else others
    if not places:
        if (other := others.filter(is_everywhere=True).first()) is not None:
            raise CannotZone("everywhere_taken", zone=other.shown_name)
        return
    taken = ZonePlace.objects.filter(zone__in=others, unit__in=places).select_related("unit", "zone").first()
    if taken is not None:
        raise CannotZone("place_taken", place=taken.unit.name_with_type, zone=taken.zone.shown_name)
