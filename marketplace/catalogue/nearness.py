"""Goods by how near they come from: the same commune, the same province, then province by province as the crow flies.

Asked ring by ring, each from an index: nothing is measured and nothing sorted that is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Case, IntegerField, When

from community.places.mapping import nearest_provinces
from community.places.models import AdminUnit
from marketplace.catalogue.entries import NEWEST, EntryQuerySet
from marketplace.catalogue.searching import Hit


def province_of(place: AdminUnit) -> str:
    return place.parent.code if place.parent else place.code


def near_listings(
    entries: EntryQuerySet, place: AdminUnit, *, provinces: Mapping[str, int], start: int, size: int
) -> list[int]:
    """Listing ids number ``start`` to ``start + size`` by nearness. ``entries``: all that fits; ``provinces``: how many
    of them lie in each province."""
    own = province_of(place)
    found: list[int] = []
    rings = [(entries.filter(province=code), provinces.get(code, 0)) for code in nearest_provinces(own)]
    if place.parent:
        inside = entries.filter(commune=place.code)
        here = inside.count()
        rings[:1] = [
            (inside, here),
            (entries.filter(province=own).exclude(commune=place.code), max(0, provinces.get(own, 0) - here)),
        ]
    for ring, many in rings:
        if many > start and len(found) < size:
            wanted = ring.order_by(*NEWEST).values_list("listing", flat=True)
            found += wanted[start : start + size - len(found)]
        start = max(0, start - many)
    return found


def in_rings(entries: EntryQuerySet, place: AdminUnit) -> EntryQuerySet:
    """All in one order, ring after ring: it reads them all, so only for some of the catalogue."""
    provinces = enumerate(nearest_provinces(province_of(place)))
    rings = [When(commune=place.code, then=-1), *(When(province=code, then=at) for at, code in provinces)]
    return entries.order_by(Case(*rings, default=len(rings), output_field=IntegerField()), "-pk")


def by_nearness(hits: list[Hit], place: AdminUnit) -> list[Hit]:
    """The same of what a search found; equals keep their order."""
    order = {code: at for at, code in enumerate(nearest_provinces(province_of(place)))}
    return sorted(hits, key=lambda hit: (hit.commune != place.code, order.get(hit.province, len(order))))
