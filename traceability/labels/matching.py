"""Do published batches and printed labels still say what the log says of them?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from traceability.log.comparing import Entered, by_row, gone, not_in_log, numbers_of, pairs
from traceability.log.leaves import BATCH_PUBLISHED, LABEL_RUN
from traceability.log.parts import Finding, Told

BATCH_SUBJECT, RUN_SUBJECT = "batch:", "labelrun:"
BATCH_ROWS = """
    SELECT kept.id, (SELECT code FROM traceability_product WHERE id = kept.product_id),
        (SELECT code FROM traceability_pack WHERE id = kept.pack_id), lot_code, public_code, status,
        harvested_from_on, harvested_to_on, packed_on, best_before_on
    FROM {those} traceability_batch AS kept {on} kept.id = {value}"""
RUN_ROWS = """
    SELECT kept.id, code, first_number, count, sheet, reason,
        (SELECT lot_code FROM traceability_batch WHERE id = kept.batch_id),
        (SELECT public_code FROM traceability_batch WHERE id = kept.batch_id)
    FROM {those} traceability_labelrun AS kept {on} kept.id = {value}"""
DATES = ("harvestedFrom", "harvestedTo", "packed", "bestBefore")


class IdentityMatching:
    """A room of the audit; at the end it names what is public, or printed, unlogged."""

    def __init__(self) -> None:
        self._batches = Entered(BATCH_SUBJECT)
        self._runs = Entered(RUN_SUBJECT)

    def compare(self, told: Sequence[Told]) -> tuple[list[Finding], tuple[dict[int, int], dict[int, int]]]:
        batches, found = by_row(told, BATCH_PUBLISHED, BATCH_SUBJECT)
        runs, twice = by_row(told, LABEL_RUN, RUN_SUBJECT)
        carried = numbers_of(batches), numbers_of(runs)
        found += [*twice, *_match_batches(batches), *_match_runs(runs)]
        return found, carried

    def take(self, carried: tuple[dict[int, int], dict[int, int]]) -> Iterator[Finding]:
        yield from self._batches.take(carried[0])
        yield from self._runs.take(carried[1])

    def left_over(self) -> Iterator[Finding]:
        yield from not_in_log("SELECT id FROM traceability_batch WHERE status <> 'draft'", "batch", self._batches)
        yield from not_in_log("SELECT id FROM traceability_labelrun", "labels", self._runs)


def _match_batches(leaves: dict[int, Told]) -> Iterator[Finding]:
    for row, leaf, columns in pairs(leaves, BATCH_ROWS):
        if _identity(columns) != _told_identity(leaf):
            yield Finding("payload", f"batch {row}", f"it is not the one that was published in entry {leaf.seq}")
        if columns[4] == "draft":
            yield Finding("columns", f"batch {row}", f"a draft again, though published in entry {leaf.seq}")
    yield from gone(leaves, "batch")


def _match_runs(leaves: dict[int, Told]) -> Iterator[Finding]:
    for row, leaf, (code, first, count, sheet, reason, *lot) in pairs(leaves, RUN_ROWS):
        said = json.loads(leaf.payload)
        named = str(said.pop("lot", "")).rpartition("/")[2]  # its address may have changed since, its codes not
        printed = {"run": code, "first": first, "count": count, "sheet": sheet, "reprint": bool(reason)}
        if said != printed or named not in lot:
            yield Finding("payload", f"labels {row}", f"they are not the ones in entry {leaf.seq}")
    yield from gone(leaves, "labels")


def _identity(columns: Sequence[Any]) -> tuple[Any, ...]:
    product, pack, lot, code, _status, *days = columns
    return product, pack or "", lot, code, *(_day(day) for day in days)


def _told_identity(leaf: Told) -> tuple[Any, ...]:
    said = json.loads(leaf.payload)
    return *(said.get(name) for name in ("product", "pack", "lot", "publicCode")), *(said.get(name) for name in DATES)


def _day(day: date | datetime | str | None) -> str | None:
    """SQLite gives a text, PostgreSQL a date."""
    return str(day)[:10] if day else None
