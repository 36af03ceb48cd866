"""Taking in the list of provinces and communes. Repeatable: what is new is added, what is gone is marked, nothing is
ever deleted, because orders, batches and cooperatives point at places for years."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from community.errors import DomainError
from community.places.models import AdminUnit
from community.text.folding import fold
from community.text.sorting import sort_key

DATA = Path(__file__).parent / "data"
MOST_GONE = 0.1
"""More than a tenth gone at once is a broken file, not a reform: reforms are loaded with `accept`."""

_UPDATED = ("kind", "name", "name_with_type", "parent", "folded", "sort_key", "is_current", "gone_at")


class BadPlaces(DomainError):
    """`too_many_gone` (facts `gone`, `known`): the file looks cut off. `unknown_province` (fact `province`)."""


@dataclass(slots=True)
class PlacesReport:
    """What an import did, as codes. `reused`: the code now carries another name. Those rows are left as they were until
    a person accepts them, since old orders would otherwise say something else."""

    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def nothing_changed(self) -> bool:
        return not (self.new or self.gone or self.returned or self.reused or self.changed)


@dataclass(frozen=True, slots=True)
class Row:
    """One unit as a file states it; `kind` and codes already in our words."""

    code: str
    name: str
    name_with_type: str
    kind: str
    province_code: str = ""


def read_provinces(folder: Path = DATA) -> list[Row]:
    listed = json.loads((folder / "provinces.json").read_text(encoding="utf-8"))["provinces"]
    return [Row(p["code"], p["name"], p["name_with_type"], p["type"].replace("-", "_")) for p in listed]


def read_communes(folder: Path = DATA) -> list[Row]:
    with (folder / "communes.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(r["code"], r["name"], r["name_with_type"], r["type"].replace("-", "_"), r["province_code"])
            for r in csv.DictReader(file)
        ]


@transaction.atomic
def import_places(folder: Path = DATA, *, accept: Collection[str] = ()) -> PlacesReport:
    """Bring the table in line with the files of `folder`. `accept`: re-used codes a person has looked at; "all" of a
    reform may be gone only when the codes gone are in it too. Raises BadPlaces and changes nothing."""
    report = PlacesReport()
    known = {unit.code: unit for unit in AdminUnit.objects.select_related("parent")}
    provinces, communes = read_provinces(folder), read_communes(folder)
    _mark_gone(known, {row.code for row in (*provinces, *communes)}, report, accept)
    _take_in(provinces, known, report, accept)
    _take_in(communes, known, report, accept)
    return report


def _take_in(rows: Iterable[Row], known: dict[str, AdminUnit], report: PlacesReport, accept: Collection[str]) -> None:
    """Add and update one level; `known` grows, so that communes find provinces added a moment ago."""
    added: list[AdminUnit] = []
    updated: list[AdminUnit] = []
    for row in rows:
        stated = _unit_of(row, known)
        unit = known.get(row.code)
        if unit is None:
            report.new.append(row.code)
            added.append(stated)
        elif unit.folded != stated.folded and row.code not in accept:
            report.reused.append(row.code)
        elif _copy(stated, unit, report):
            updated.append(unit)
    AdminUnit.objects.bulk_create(added)
    AdminUnit.objects.bulk_update(updated, _UPDATED, batch_size=200)
    known.update({unit.code: unit for unit in added})


def _unit_of(row: Row, known: dict[str, AdminUnit]) -> AdminUnit:
    parent = known.get(row.province_code) if row.province_code else None
    if row.province_code and parent is None:
        raise BadPlaces("unknown_province", province=row.province_code)
    return AdminUnit(
        code=row.code,
        level=AdminUnit.Level.COMMUNE if row.province_code else AdminUnit.Level.PROVINCE,
        kind=AdminUnit.Kind(row.kind),
        name=row.name,
        name_with_type=row.name_with_type,
        parent=parent,
        folded=fold(row.name),
        sort_key=sort_key(row.name),
    )


def _copy(stated: AdminUnit, unit: AdminUnit, report: PlacesReport) -> bool:
    """Write what the file says into a known unit; True when that changed anything."""
    facts = ("kind", "name", "name_with_type", "parent_id", "folded", "sort_key")
    changed = any(getattr(unit, fact) != getattr(stated, fact) for fact in facts)
    returned = not unit.is_current
    for fact in facts:
        setattr(unit, fact, getattr(stated, fact))
    unit.is_current, unit.gone_at = True, None
    if changed:
        report.changed.append(unit.code)
    if returned:
        report.returned.append(unit.code)
    return changed or returned


def _mark_gone(known: dict[str, AdminUnit], listed: set[str], report: PlacesReport, accept: Collection[str]) -> None:
    current = [code for code, unit in known.items() if unit.is_current]
    report.gone += sorted(code for code in current if code not in listed)
    unexplained = [code for code in report.gone if code not in accept]
    if len(unexplained) > MOST_GONE * len(current):
        raise BadPlaces("too_many_gone", gone=len(unexplained), known=len(current))
    AdminUnit.objects.filter(code__in=report.gone).update(is_current=False, gone_at=timezone.now())
