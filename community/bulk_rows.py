"""Many new rows in one statement, several times quicker than ``bulk_create``: no field is asked how to say its value.

Only for append-only tables on the way of machines, where the values are plain already (text, numbers, aware
datetimes, UUIDs); constraints and triggers of the database hold as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

MOST_VALUES = 30_000  # SQLite takes 32,766 in a statement, PostgreSQL 65,535

Row = TypeVar("Row", bound=models.Model)


def insert_rows(rows: Sequence[Row]) -> list[Row]:
    """Insert unsaved instances of one model and give them their ids (``id`` counted by the database), in order.

    Call inside a transaction.
    """
    if not rows:
        return []
    fields = [field for field in rows[0]._meta.concrete_fields if not field.primary_key]
    names = [field.attname for field in fields]
    at_once = max(1, MOST_VALUES // len(fields))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    head = f"INSERT INTO {quote(rows[0]._meta.db_table)} ({columns}) VALUES "  # nosec B608
    one = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), at_once):
            part = rows[start : start + at_once]
            values = [_plain(getattr(row, name)) for row in part for name in names]
            cursor.execute(f"{head}{', '.join([one] * len(part))} RETURNING id", values)  # nosec B608
            # One statement numbers its rows in their order on both databases; RETURNING may shuffle them.
            for row, (pk,) in zip(part, sorted(cursor.fetchall()), strict=True):
                row.pk = pk
                row._state.adding = False
                row._state.db = connection.alias
    return list(rows)


def _plain(value: Any) -> Any:
    say = _SAYINGS.get(type(value))
    return say(value) if say else value


_SAYINGS: dict[type, Callable[[Any], Any]] = {
    datetime: lambda value: connection.ops.adapt_datetimefield_value(value),
    UUID: lambda value: value if connection.features.has_native_uuid_field else value.hex,
}
