"""A shop to measure, and masses of lots: rows are copied inside the database, a million in a minute or less.

Seeded by arithmetic, not by chance: the same rows every time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db import connection

from tests.cast import make_cooperative, make_member, make_unit
from tests.making import make_published_batch, make_st25_pack, open_shop
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.gs1.public_codes import new_public_code
from traceability.log.appending import append
from traceability.log.leaves import BATCH_PUBLISHED, Leaf
from traceability.log.models import LogEntry
from traceability.passport.finding import public_batches
from traceability.passport.models import PassportPage
from traceability.passport.storing import store_pages

WARM = 1_000  # lots that are asked for; the rest is the crowd they stand in
BUSY = 1_000  # other lots, with a crowd of events: a page that is asked for tells of its own few
_BUSY_FROM = 10**8
NOTHING_LEFT = {"on_hand_base": "0", "available_base": "0"}  # as their movements say: copies have none
LAYER, LAYERS = 30, 10  # trace: ten generations of thirty lots, each from two of the generation before


@dataclass
class Ground:
    """``batch`` was made by the site's own verbs; all others are its copies."""

    batch: Batch
    lots: int = 1

    def path(self, number: int) -> str:
        assert self.batch.pack is not None
        return f"/01/{self.batch.pack.gtin}/10/{lot_code(number)}"

    def busy_id(self, number: int) -> int:
        return _BUSY_FROM + number

    def busy_uri(self, number: int) -> str:
        return batch_uri(self.batch).rpartition("/")[0] + f"/BUSY-{number}"


def lay() -> Ground:
    province = make_unit("92", "Cần Thơ", "thanh_pho")
    commune = make_unit("31673", "Trần Đề", "xa", province)
    cooperative = make_cooperative("HTX Hương Quê Trần Đề", "htx-huong-que", "HQTD2345", commune)
    make_member(cooperative, "owner", "Hồ Thị Lan", "+84912345678", "482915")
    open_shop(cooperative)
    batch = make_published_batch(make_st25_pack(cooperative), packs=640)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {BUSY}) "
    busy = {"id": f"{_BUSY_FROM} + i", "lot_code": "'BUSY-' || i", "public_code": _padded("'B'", 9)}
    _copy(Batch, numbers, batch.pk, busy | NOTHING_LEFT)
    _log_as_published(batch, range(_BUSY_FROM, _BUSY_FROM + BUSY))
    return Ground(public_batches().get(pk=batch.pk))


def _padded(letter: str, digits: int) -> str:
    if connection.vendor == "postgresql":
        return f"{letter} || lpad(CAST(i AS text), {digits}, '0')"
    return f"{letter} || printf('%%0{digits}d', i)"


def lot_code(number: int) -> str:
    return f"BENCH-{number}"


def grow(ground: Ground, lots: int) -> None:
    """Copies of the batch up to ``lots`` in all, each with a stored page: real ones for the first WARM."""
    first = ground.lots
    if lots <= first:
        return
    store_pages(ground.batch)
    page = PassportPage.objects.get(batch=ground.batch, language="vi")
    base = ground.batch.pk
    numbers = f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {lots}) "
    names = {"id": f"{base} + i", "lot_code": "'BENCH-' || i", "public_code": _padded("''", 10)}
    _copy(Batch, numbers, base, names | NOTHING_LEFT)
    if lots <= WARM:  # the crowd comes after the audit
        _log_as_published(ground.batch, range(base + first, base + lots))
    filler = f"CASE WHEN i < {WARM} THEN {{column}} ELSE {_bytes(256)} END"
    bodies = {name: filler.format(column=name) for name in ("html_gz", "html_br")}
    start = PassportPage.objects.order_by("-pk").values_list("pk", flat=True)[0]
    _copy(PassportPage, numbers, page.pk, {"id": f"{start} + i - {first} + 1", "batch_id": f"{base} + i"} | bodies)
    ground.lots = lots
    gather_statistics()


def _log_as_published(original: Batch, ids: range) -> None:
    """Each copy has the entry that publishing it would have written."""
    (entry,) = LogEntry.objects.filter(kind=BATCH_PUBLISHED, subject=f"batch:{original.pk}")
    said = json.loads(entry.leaf)["payload"]
    leaves = []
    for pk, lot, code in Batch.objects.filter(pk__in=ids).values_list("pk", "lot_code", "public_code").order_by("pk"):
        uri = f"{batch_uri(original).rpartition('/')[0]}/{lot}"
        payload = said | {"batch": uri, "lot": lot, "publicCode": code}
        leaves.append(Leaf(BATCH_PUBLISHED, f"batch:{pk}", payload, about=(uri,)))
    append(leaves)


def tie(ground: Ground, edges: int) -> list[int]:
    """About ``edges`` edges among the copies, all of one event; the numbers of lots in the last generation."""
    base, group = ground.batch.pk, LAYER * LAYERS
    lots = min(ground.lots - 1, edges * LAYERS // (2 * (LAYERS - 1)) // group * group)
    event = ground.batch.events.values_list("pk", flat=True)[0]
    layer = f"((i - 1) / {LAYER}) % {LAYERS}"
    other = f"((i - 1) / {LAYER} - 1) * {LAYER} + (i * 7 + 3) % {LAYER} + 1"
    with connection.cursor() as cursor:
        for parent in (f"i - {LAYER}", other):
            cursor.execute(
                f"INSERT INTO traceability_edge (parent_id, child_id, event_id, parent_base) "
                f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {lots}) "
                f"SELECT {base} + {parent}, {base} + i, {event}, 1000 FROM n WHERE {layer} > 0 ON CONFLICT DO NOTHING"
            )
    gather_statistics()
    return [number for number in range(1, lots + 1) if (number - 1) // LAYER % LAYERS == LAYERS - 1]


def gather_statistics() -> None:
    """As the databases do by themselves: PostgreSQL soon after, SQLite never."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def name_publicly(ground: Ground, numbers: list[int]) -> list[str]:
    """Codes with a right check character for these copies; a copy's own has none."""
    codes = []
    for number in numbers:
        codes.append(new_public_code())
        Batch.objects.filter(pk=ground.batch.pk + number).update(public_code=codes[-1])
    return codes


def _bytes(count: int) -> str:
    return f"zeroblob({count})" if connection.vendor == "sqlite" else f"decode(repeat('00', {count}), 'hex')"


def _copy(model: type, numbers: str, of: int, changed: dict[str, str]) -> None:
    """Insert one copy of row ``of`` for every number, with ``changed`` columns."""
    columns = [field.column for field in model._meta.concrete_fields]  # type: ignore[attr-defined]
    values = ", ".join(changed.get(column, column) for column in columns)
    table = model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) {numbers} "
            f"SELECT {values} FROM {table} CROSS JOIN n WHERE {table}.id = %s",
            [of],
        )
        if connection.vendor == "postgresql":  # what is made afterwards gets keys of its own
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
