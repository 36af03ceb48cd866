"""Graphs of lots written straight into the tables: small ones for tests, a million edges for the bench.

``fill`` draws what a province's years look like: crops come in from plots, are merged, dried, blended and packed, about
eight generations with diamonds, a few large hubs (a tank, a mill) and many short stories.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from random import Random
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from community.cooperatives.models import Cooperative
from traceability.batches.models import Batch
from traceability.events.models import Event
from traceability.genealogy.models import Edge
from traceability.gs1.public_codes import ALPHABET, LENGTH, _check_character
from traceability.products.models import Product

THEN = datetime(2026, 1, 5, 7, tzinfo=UTC)
CHUNK = 20_000
KEPT_OPEN = 4_000  # lots that the next ones are still made of


def make_event(cooperative: Cooperative, number: int, *, at: datetime = THEN) -> Event:
    """A transformation that says nothing; unsaved."""
    return Event(
        event_id=f"ni:///sha-256;{hashlib.sha256(str(number).encode()).hexdigest()}?ver=CBV2.0",
        client_uuid=UUID(int=number),
        cooperative=cooperative,
        type="TransformationEvent",
        event_time=at,
        tz_offset="+07:00",
        recorded_at=at,
        received_at=at,
        body="{}",
        body_sha256="0" * 64,
    )


def make_lot(product: Product, number: int, *, kind: str = "intermediate", status: str = "draft") -> Batch:
    """Unsaved."""
    return Batch(
        cooperative_id=product.cooperative_id,
        product=product,
        kind=kind,
        status=status,
        material="lá chè",
        material_en="tea leaf",
        lot_code=f"N{number:08d}",
        public_code=public_code_of(number),
        base_unit="g",
    )


def public_code_of(number: int) -> str:
    """Well-formed and its own for every number."""
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH - 1))
    return body + _check_character(body)


def fill(product: Product, *, edges: int, seed: int = 20261122, first: int = 1) -> tuple[int, int]:
    """Insert about ``edges`` edges with their lots and events; ids of the first and last lot. Takes about a minute.

    Row by row through the database's own interface: a million model objects would take many times as long.
    """
    events, lots = edges // 2 + 1, edges * 7 // 8
    with transaction.atomic():
        first_event = _copy(
            make_event(product.cooperative, first),
            (
                {"event_id": f"ni:///sha-256;{number:064x}?ver=CBV2.0", "client_uuid": UUID(int=number)}
                for number in range(first, first + events)
            ),
        )
        template = make_lot(product, first, status="published")
        template.created_at = THEN
        first_lot = _copy(
            template,
            (
                {"lot_code": f"N{number:08d}", "public_code": public_code_of(number)}
                for number in range(first, first + lots)
            ),
        )
        drawn = graph(lots, edges=edges, seed=seed)
        _copy(
            Edge(parent_id=first_lot, child_id=first_lot + 1, event_id=first_event, parent_base=1),
            (
                {
                    "parent_id": first_lot + parent,
                    "child_id": first_lot + child,
                    "event_id": first_event + event,
                    "parent_base": amount,
                }
                for parent, child, event, amount in drawn
            ),
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return first_lot, first_lot + lots - 1


def _copy(template: Model, rows: Iterator[dict[str, object]]) -> int:
    """Insert copies of ``template`` (unsaved) with these columns changed; the id of the first."""
    table, fields = (
        template._meta.db_table,
        [field for field in template._meta.concrete_fields if not field.primary_key],
    )
    usual = {field.attname: field.get_db_prep_save(field.pre_save(template, True), connection) for field in fields}
    typed = {field.attname: field for field in fields}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        start = int(cursor.fetchone()[0]) + 1
        columns = ", ".join(f'"{field.column}"' for field in fields)
        sql = f"INSERT INTO {table} (id, {columns}) VALUES ({', '.join(['%s'] * (len(fields) + 1))})"
        for place, chunk in enumerate(_chunks(rows)):
            values = [
                [
                    start + place * CHUNK + offset,
                    *(
                        typed[name].get_db_prep_save(row[name], connection) if name in row else value
                        for name, value in usual.items()
                    ),
                ]
                for offset, row in enumerate(chunk)
            ]
            cursor.executemany(sql, values)
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    return start


def _chunks(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def graph(lots: int, *, edges: int, seed: int = 20261122) -> Iterator[tuple[int, int, int, int]]:
    """(parent, child, event, amount) with parent < child: no cycle can arise. Every event has one or two outputs."""
    chance = Random(seed)
    made, event, lot = 0, 0, 0
    depth: dict[int, int] = {}
    while made < edges:
        parents = _parents(lot, depth, chance)
        outputs = 2 if chance.random() < 0.2 else 1
        for child in range(lot, min(lot + outputs, lots)):
            depth[child] = 1 + max((depth[parent] for parent in parents), default=0)
            for parent in parents:
                yield parent, child, event, chance.randrange(500, 90_000)
                made += 1
        event += bool(parents)
        lot += outputs
        depth.pop(lot - KEPT_OPEN - 2, None)
        depth.pop(lot - KEPT_OPEN - 1, None)
        if lot >= lots:
            return


def _parents(lot: int, depth: dict[int, int], chance: Random) -> Sequence[int]:
    """None for a harvest; else one to four lots of the last weeks, a hub now and then."""
    open_lots = range(max(0, lot - KEPT_OPEN), lot)
    if len(open_lots) < 10 or chance.random() < 0.32:
        return ()
    hub = lot // 1000 * 1000  # the mill's lot that hundreds are made of
    wanted = {chance.choice(open_lots) for _ in range(chance.choice((1, 1, 2, 2, 3, 4)))}
    if chance.random() < 0.03 and hub < lot:
        wanted.add(hub)
    return [parent for parent in sorted(wanted) if depth.get(parent, 99) < 8]
