"""Finding a place by what somebody types: without accents, with or without its type, old names and all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Replace

from community.places.aliasing import bare
from community.places.models import AdminUnit, UnitAlias
from community.text.folding import compact, fold

_PARTS = re.compile(r"[,;/\n]+")
_TYPED_TYPE = re.compile(r"^(?:thanh pho|thi xa|thi tran|huyen|quan|tinh|xa|phuong|dac khu|tp|tx|tt|h|q|p)[ .]+(?=\S)")
_LEAST_LETTERS = 2
_NAMES_KEY = "places.provinces"
_NAMES_KEPT = 3_600


@dataclass(frozen=True, slots=True)
class Found:
    """A unit of today, and the old name that led to it ("" when it is today's own). `rank`: 0 is best."""

    unit: AdminUnit
    old_name: str
    rank: int


def provinces() -> QuerySet[AdminUnit]:
    """The 34 of today, in the order of the Vietnamese alphabet."""
    return AdminUnit.objects.current().provinces()


def province_names() -> dict[str, str]:
    """Of the same, by code. They change by law, every few years; no query while they are kept."""
    names: dict[str, str] | None = cache.get(_NAMES_KEY)
    if not names:
        names = dict(provinces().values_list("code", "name"))
        cache.set(_NAMES_KEY, names, _NAMES_KEPT)
    return names


def communes_of(province: AdminUnit) -> QuerySet[AdminUnit]:
    """Communes of today in a province, in the order of the Vietnamese alphabet."""
    return AdminUnit.objects.current().communes().filter(parent=province)


def find_units(text: str, *, province: AdminUnit | None = None, level: str = "", limit: int = 20) -> list[Found]:
    """Units for "huong hoa", "Xã Hướng Hóa, Quảng Trị", "huyện Lục Ngạn", "Cao Lãnh Đồng Tháp", "soc trang".

    After a comma (or as last words) a province, old province or old district narrows the choice. Today's names come
    before old ones, whole names before beginnings. At most eight queries, whatever is typed.
    """
    parts = [fold(part) for part in _PARTS.split(text) if part.strip()]
    if not parts:
        return []
    names = [
        name for name in dict.fromkeys((parts[0], _without_type(parts[0]))) if len(compact(name)) >= _LEAST_LETTERS
    ]
    found: list[Found] = []
    for name in names:
        found = found or _narrow(_candidates(name, province, level), parts[1:])
    if len(parts) == 1:  # both whole names first: "Tỉnh An Giang" is no Phường Tịnh Biên of An Giang
        for name in names:
            found = found or _search_split(name.split(), province, level)
    return sorted(found, key=lambda hit: (hit.rank, hit.unit.sort_key, hit.unit.code))[:limit]


def _search_split(words: list[str], province: AdminUnit | None, level: str) -> list[Found]:
    """No comma typed: the name is some first words, the rest narrows. One look-up by the first word, then in memory."""
    near = _candidates(words[0], province, level)
    for size in range(len(words) - 1, 0, -1):
        name, rest = "".join(words[:size]), " ".join(words[size:])
        hits = [hit for hit in near if _own_name(hit).startswith(name)]
        if narrowed := _narrow(hits, [rest]):
            return narrowed
    return []


def _candidates(name: str, province: AdminUnit | None, level: str) -> list[Found]:
    """Units whose name, or an old name, begins with `name` (spaces do not count). Two queries."""
    key = name.replace(" ", "")
    units = AdminUnit.objects.current().select_related("parent").annotate(key=_spaceless("folded"))
    aliases = UnitAlias.objects.filter(unit__is_current=True).select_related("unit__parent")
    aliases = aliases.annotate(key=_spaceless("folded"))
    if province is not None:
        units, aliases = units.filter(parent=province), aliases.filter(unit__parent=province)
    if level:
        units, aliases = units.filter(level=level), aliases.filter(unit__level=level)
    best: dict[int, Found] = {}
    for unit in units.filter(key__startswith=key):
        best[unit.pk] = Found(unit, "", 0 if compact(unit.name) == key else 2)
    for alias in aliases.filter(key__startswith=key):
        hit = Found(alias.unit, alias.name, 1 if alias.folded.replace(" ", "") == key else 3)
        if alias.unit_id not in best or hit.rank < best[alias.unit_id].rank:
            best[alias.unit_id] = hit
    return list(best.values())


def _narrow(hits: list[Found], context: list[str]) -> list[Found]:
    """Keep hits that lie in every place of `context`: its province, an old province or an old district. One query."""
    if not hits or not context:
        return hits
    ids = {hit.unit.pk for hit in hits} | {hit.unit.parent_id for hit in hits if hit.unit.parent_id}
    wider: dict[int, list[str]] = {}
    kinds = (UnitAlias.Kind.OLD_DISTRICT, UnitAlias.Kind.OLD_PROVINCE)
    for unit_id, folded in UnitAlias.objects.filter(unit_id__in=ids, kind__in=kinds).values_list("unit_id", "folded"):
        wider.setdefault(unit_id, []).append(folded.replace(" ", ""))

    def lies_in(hit: Found, place: str) -> bool:
        keys = (place.replace(" ", ""), _without_type(place).replace(" ", ""))
        own = wider.get(hit.unit.pk, [])
        parent = hit.unit.parent
        above = [compact(parent.name), *wider.get(parent.pk, [])] if parent else []
        return any(name.startswith(keys) for name in (*own, *above))

    return [hit for hit in hits if all(lies_in(hit, place) for place in context)]


def _own_name(hit: Found) -> str:
    return (bare(hit.old_name) if hit.old_name else compact(hit.unit.name)).replace(" ", "")


def _without_type(folded: str) -> str:
    """ "xa huong hoa" → "huong hoa". Only tried when the whole finds nothing: "tinh bien" is a name (Tịnh Biên)."""
    return _TYPED_TYPE.sub("", folded)


def _spaceless(column: str) -> Replace:
    return Replace(F(column), Value(" "), Value(""))
