"""Holding leaves against the rows they tell of: what the matchings of every room share. Chunks of tuples, no models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from traceability.log.parts import Finding, Told

# Times as text in UTC: reading each into a datetime was half of the audit, with either driver.
_TIMES = ("event_time", "received_at")
# CROSS JOIN keeps SQLite from reading the whole table for each chunk where its statistics are of a time with few rows.
_SQLITE = {"those": "json_each(%s) AS those CROSS JOIN", "on": "ON", "value": "those.value"} | {
    name: f"{name} || ''" for name in _TIMES
}
_POSTGRESQL = {"those": "", "on": "WHERE", "value": "ANY(%s::bigint[])"} | {
    name: f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')" for name in _TIMES
}


class Entered:
    """Which rows of one table have an entry; one that has two is a finding."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.rows: set[int] = set()

    def take(self, carried: dict[int, int]) -> Iterator[Finding]:
        """Rows and the numbers of their entries, as :func:`numbers_of` says them."""
        for row in self.rows & carried.keys():
            yield _twice(carried[row], f"{self.prefix}{row}")
        self.rows |= carried.keys()


def numbers_of(leaves: dict[int, Told]) -> dict[int, int]:
    return {row: leaf.seq for row, leaf in leaves.items()}


def _twice(seq: int, subject: str) -> Finding:
    return Finding("twice", f"entry {seq}", f"{subject} has an entry already")


def by_row(told: Sequence[Told], kind: str, prefix: str) -> tuple[dict[int, Told], list[Finding]]:
    """The leaves of one kind by the row their subject names; a row that had one already is a finding."""
    found: dict[int, Told] = {}
    twice = []
    for leaf in told:
        if leaf.kind != kind:
            continue
        number = leaf.subject.removeprefix(prefix)
        row = int(number) if leaf.subject.startswith(prefix) and number.isascii() and number.isdigit() else -1
        if row in found:
            twice.append(_twice(leaf.seq, leaf.subject))
        else:
            found[row] = leaf
    return found, twice


def pairs(leaves: dict[int, Told], query: str) -> Iterator[tuple[int, Told, Sequence[Any]]]:
    """Each row of ``query`` (its first column the id) with its leaf, which is taken out of ``leaves``."""
    for row, *columns in rows_of(query, list(leaves)):
        yield row, leaves.pop(row), columns


def rows_of(query: str, ids: Sequence[int]) -> list[Any]:
    """``query`` says "FROM {those} table AS kept {on} kept.id = {value}"; times as "{event_time}"."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(query.format(**_SQLITE), [json.dumps(list(ids))])
        else:
            cursor.execute(query.format(**_POSTGRESQL), [f"{{{','.join(map(str, ids))}}}"])
        return cursor.fetchall()


def gone(leaves: dict[int, Told], name: str) -> Iterator[Finding]:
    for row, leaf in leaves.items():
        yield Finding("row_gone", f"entry {leaf.seq}", f"{name} {row} is not there any more")


def not_in_log(query: str, name: str, entered: Entered) -> Iterator[Finding]:
    """Rows of ``query`` (ids, unsorted, so that an index is enough) that no leaf told of."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = entered.rows
        missed = sorted(row for ids in iter(lambda: cursor.fetchmany(5000), []) for (row,) in ids if row not in there)
    for first in range(0, len(missed), 500):  # what was written while we read has its entry by now
        part = missed[first : first + 500]
        subjects = [f"{entered.prefix}{row}" for row in part]
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(part))
            found = f"SELECT subject FROM traceability_logentry WHERE subject IN ({marks})"  # nosec B608: only marks
            cursor.execute(found, subjects)
            since = {subject for (subject,) in cursor.fetchall()}
        for row, subject in zip(part, subjects, strict=True):
            if subject not in since:
                yield Finding("not_in_log", f"{name} {row}", "the log knows nothing of it")
