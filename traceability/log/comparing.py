"""Holding leaves against the rows they tell of: what the matchings of every room share. Chunks of tuples, no models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from traceability.log.auditing import Finding, Told

# Times as text in UTC: reading each into a datetime was half of the audit, with either driver.
_TIMES = ("event_time", "received_at")
# CROSS JOIN keeps SQLite from reading the whole table for each chunk where its statistics are of a time with few rows.
_SQLITE = {"those": "json_each(%s) AS those CROSS JOIN", "on": "ON", "value": "those.value"} | {
    name: f"{name} || ''" for name in _TIMES
}
_POSTGRESQL = {"those": "", "on": "WHERE", "value": "ANY(%s::bigint[])"} | {
    name: f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')" for name in _TIMES
}


def by_row(told: Sequence[Told], kind: str, prefix: str, seen: set[int]) -> tuple[dict[int, Told], list[Finding]]:
    """The leaves of one kind by the row their subject names; a row that had one already is a finding."""
    found, twice = {}, []
    for leaf in told:
        if leaf.kind != kind:
            continue
        number = leaf.subject.removeprefix(prefix)
        row = int(number) if leaf.subject.startswith(prefix) and number.isascii() and number.isdigit() else -1
        if row in seen:
            twice.append(Finding("twice", f"entry {leaf.seq}", f"{leaf.subject} has an entry already"))
            continue
        seen.add(row)
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


def not_in_log(query: str, name: str, prefix: str, seen: set[int]) -> Iterator[Finding]:
    """Rows of ``query`` (ids, unsorted, so that an index is enough) that no leaf told of."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        missed = sorted(row for ids in iter(lambda: cursor.fetchmany(5000), []) for (row,) in ids if row not in seen)
    for first in range(0, len(missed), 500):  # what was written while we read has its entry by now
        part = missed[first : first + 500]
        subjects = [f"{prefix}{row}" for row in part]
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(part))
            found = f"SELECT subject FROM traceability_logentry WHERE subject IN ({marks})"  # nosec B608: only marks
            cursor.execute(found, subjects)
            there = {subject for (subject,) in cursor.fetchall()}
        for row, subject in zip(part, subjects, strict=True):
            if subject not in there:
                yield Finding("not_in_log", f"{name} {row}", "the log knows nothing of it")
