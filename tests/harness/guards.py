"""The triggers that forbid changes also forbid the flush that ends a transactional test (SQLite deletes row by row).

``down`` and ``up`` stand around that flush; a test that tampers with what is written once uses ``lifted``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, models, transaction

from community import guarding
from marketplace.catalogue import word_index


def down() -> None:
    guarding.remove(connection)


def up() -> None:
    guarding.install(connection)
    word_index.install(connection)  # a table of no model: without migrations nobody else makes it


@contextmanager
def lifted() -> Iterator[None]:
    """What somebody with the database's password can do: drop the triggers, change rows, put the triggers back."""
    connection.check_constraints()  # PostgreSQL drops no trigger while a deferred check is pending
    down()
    try:
        yield
    finally:
        up()


def refuses_every_change(model: type[models.Model], *, but: Collection[str] = ()) -> None:
    """Raw SQL cannot change, delete or empty the rows of ``model`` (one at least), and they stay as they are."""
    connection.check_constraints()  # nor empties it
    table, before = model._meta.db_table, list(model._base_manager.order_by("pk").values())
    assert before, f"no row of {table} to try it on"
    fields = [each for each in model._meta.concrete_fields if each.attname not in but]
    there = [each for each in fields if before[0][each.attname] is not None]
    changes = [f'UPDATE {table} SET "{each.column}" = {-1 if each.primary_key else "NULL"}' for each in there]
    changes.append(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        changes.append(f"TRUNCATE {table} CASCADE")
    for change in changes:
        with pytest.raises(DatabaseError, match=guarding.WORDS), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert list(model._base_manager.order_by("pk").values()) == before
