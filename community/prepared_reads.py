"""One short read that is asked thousands of times a minute, by a statement that PostgreSQL keeps prepared.

Planning a join of three tables costs PostgreSQL ten times as much as reading its one row, and Django asks ``SELECT 1``
before each request's first query. Here the plan is kept with the connection, and the read itself finds out whether the
connection still lives: where it does not, it is asked once more on a new one, the plain way. SQLite needs none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

from django.db import Error, connection


def fetch_one(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of a SELECT with ``%s`` marks, or None. Call it for a few fixed texts only: each is kept."""
    if connection.vendor != "postgresql":
        return _plainly(sql, values)
    connection.health_check_done = True  # type: ignore[attr-defined]
    connection.ensure_connection()
    try:
        return _prepared(sql, values)
    except Error:
        if connection.in_atomic_block:
            raise
        connection.close()
        return _plainly(sql, values)


def _plainly(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


@cache
def _cursor_class() -> Any:
    # psycopg is there only beside PostgreSQL
    base: Any = import_module("django.db.backends.postgresql.base").ServerBindingCursor

    class Cursor(base):  # type: ignore[misc]
        def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
            # Nothing is prepared where the connection's prepare_threshold is None (behind a pooler).
            return super().execute(query, params, prepare=True, binary=True)

    return Cursor


def _prepared(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    ours = _cursor_class()(connection.connection)
    # Counted, and its faults told, as by Django's own cursors.
    with connection._prepare_cursor(ours) as cursor:  # type: ignore[attr-defined]
        cursor.execute(sql, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
