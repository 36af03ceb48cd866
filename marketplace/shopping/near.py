"""The place whose goods come first: typed by name, old names too, or sent as a code. Nobody's position is asked."""

from __future__ import annotations

from dataclasses import dataclass

from community.places.finding import Found, find_units
from community.places.models import AdminUnit
from community.text.folding import as_written
from marketplace.catalogue.keeping import pages

MOST_CHOICES = 8
KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Place:
    """``unit`` when it is clear which is meant; else ``choices`` to press. Neither: no such place (when ``typed``)."""

    typed: str = ""
    unit: AdminUnit | None = None
    choices: tuple[Found, ...] = ()


def find_place(text: str) -> Place:
    """ "31673", "Trần Đề", "huyện Lục Ngạn" (gone: the communes it became), "Cần Thơ"."""
    if not text:
        return Place()
    if text.isascii() and text.isdigit():
        return Place(text, _unit_of(text))
    hits = find_units(text, limit=MOST_CHOICES)
    if whole := named_whole(text, hits):
        return Place(text, whole)
    exact = [hit for hit in hits if hit.rank == 0]
    if len(hits) == 1 or len(exact) == 1:
        return Place(text, (exact or hits)[0].unit)
    return Place(text, choices=tuple(hits))


def _unit_of(code: str) -> AdminUnit | None:
    """Kept: who looks near a place turns pages, and places change with a law."""
    key = f"near.{code[:8]}"
    held: AdminUnit | None = pages.get(key)
    if held is None:
        held = AdminUnit.objects.current().select_related("parent").filter(code=code).first()
        if held is not None:
            pages.set(key, held, KEPT_SECONDS)
    return held


def named_whole(text: str, hits: list[Found]) -> AdminUnit | None:
    """The one unit whose name is written just so, as our own fields send it back: "Cần Thơ", "Xã Khe Sanh, Tỉnh Quảng
    Trị". Its type or its accents tell it from others that fold to the same."""
    said = as_written(text)
    for kind in ("full_name", "short_name"):
        units = [hit.unit for hit in hits if as_written(getattr(hit.unit, kind)) == said]
        if len(units) == 1:
            return units[0]
    return None
