"""Old names that people still type: the 63 provinces before July 2025, districts, and the wards merged away."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

from django.db import transaction

from community.places.importing import DATA
from community.places.models import AdminUnit, UnitAlias
from community.text.folding import fold

_TYPE = re.compile(r"^(?:Thành phố|Thị xã|Thị trấn|Huyện|Quận|Tỉnh|Xã|Phường|Đặc khu) (?=\D)")

Wanted = tuple[int, str, str]
"""(unit id, kind, name)"""


def bare(name_with_type: str) -> str:
    """Folded name without its type: "Huyện Đakrông" → "dakrong". "Phường 1" keeps it: "phuong 1".

    Only for names written with accents, as our files have them: folded, "Tịnh Biên" would lose its "Tỉnh".
    """
    return fold(_TYPE.sub("", name_with_type))


@transaction.atomic
def import_aliases(folder: Path = DATA) -> int:
    """Add the old names not yet known; returns how many. Three queries, whatever the size. Nothing is deleted."""
    units = {unit.code: unit for unit in AdminUnit.objects.all()}
    wanted = _old_provinces(folder, units) | _old_communes(folder, units)
    known = set(UnitAlias.objects.values_list("unit_id", "kind", "name"))
    fresh = sorted(wanted - known)
    UnitAlias.objects.bulk_create(
        UnitAlias(unit_id=unit_id, kind=kind, name=name, folded=bare(name)) for unit_id, kind, name in fresh
    )
    return len(fresh)


def _old_provinces(folder: Path, units: dict[str, AdminUnit]) -> set[Wanted]:
    listed = json.loads((folder / "provinces.json").read_text(encoding="utf-8"))["provinces"]
    return {
        (units[province["code"]].pk, UnitAlias.Kind.OLD_PROVINCE.value, old["name"])
        for province in listed
        for old in province.get("legacy", ())
        if province["code"] in units and fold(old["name"]) != units[province["code"]].folded
    }


def _old_communes(folder: Path, units: dict[str, AdminUnit]) -> set[Wanted]:
    """An old ward leads to its commune of today; its district leads to each commune that took one of its wards."""
    wanted: set[Wanted] = set()
    file = folder / "legacy_wards_seed_provinces.csv"
    if not file.exists():
        return wanted
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            unit = units.get(row["new_commune_code"])
            if unit is None:
                continue
            wanted.add((unit.pk, UnitAlias.Kind.OLD_DISTRICT.value, row["old_district"]))
            if bare(row["old_ward"]) != unit.folded:
                wanted.add((unit.pk, UnitAlias.Kind.OLD_COMMUNE.value, row["old_ward"]))
    return wanted
