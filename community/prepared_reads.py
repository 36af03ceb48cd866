"""One short read that is asked thousands of times a minute, by a statement that PostgreSQL keeps prepared.

Planning a join of three tables costs PostgreSQL ten times as much as reading its one row, and Django asks ``SELECT 1``
before each request's first query. Here the plan is kept with the connection, and the read itself finds out whether the
connection still lives: where it does not, it is asked once more on a new one, the plain way. Nor does it go through a
cursor, which costs ten times what libpq needs to ask (decision 0089). SQLite needs none of it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

from django.db import Error, connection

_KEPT: WeakKeyDictionary[Any, dict[str, bytes]] = WeakKeyDictionary()  # names of statements, by their connection
_BINARY = 1


def fetch_one(sql: str, values: Sequence[str]) -> tuple[Any, ...] | None:
    """The first row of a SELECT with ``%s`` marks for texts, or None. Call it for a few fixed texts only: each is kept.

    Inside a transaction, and where a pooler stands between, it is a query like any other.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block or any("\0" in value for value in values):
        return _plainly(sql, values)
    connection.health_check_done = True  # type: ignore[attr-defined]
    connection.ensure_connection()
    if connection.connection.prepare_threshold is None:
        return _plainly(sql, values)
    begun = time.monotonic()
    try:
        with connection.wrap_database_errors:
            row = _prepared(sql, values)
    except Error:
        connection.close()
        return _plainly(sql, values)
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - begun:.3f}"})
    return row


def _plainly(sql: str, values: Sequence[str]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _prepared(sql: str, values: Sequence[str]) -> tuple[Any, ...] | None:
    raw = connection.connection
    kept = _KEPT.setdefault(raw, {})
    if sql not in kept:
        name = b"house_%d" % len(kept)
        _checked(raw.pgconn.prepare(name, _numbered(sql)))
        kept[sql] = name
    result = _checked(raw.pgconn.exec_prepared(kept[sql], [value.encode() for value in values], None, _BINARY))
    if not result.ntuples:
        return None
    reader = _psycopg().adapt.Transformer(raw)
    reader.set_pgresult(result)
    row: tuple[Any, ...] | None = reader.load_row(0, tuple)
    return row


@cache
def _numbered(sql: str) -> bytes:
    """ "… = %s AND … = %s" as PostgreSQL numbers them: "… = $1 AND … = $2"."""
    first, *others = sql.split("%s")
    return (first + "".join(f"${place}{rest}" for place, rest in enumerate(others, start=1))).encode()


def _checked(result: Any) -> Any:
    status = _psycopg().pq.ExecStatus
    if result.status not in (status.TUPLES_OK, status.COMMAND_OK):
        raise _psycopg().errors.error_from_result(result)
    return result


@cache
def _psycopg() -> Any:
    """It is there only beside PostgreSQL."""
    return import_module("psycopg")
