"""The triggers on this floor's tables, under the names that migration 0010 calls them by (community/guarding.py)."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from community import guarding

FLOOR = "traceability"


def install(connection: BaseDatabaseWrapper) -> None:
    guarding.install(connection, FLOOR)


def remove(connection: BaseDatabaseWrapper) -> None:
    guarding.remove(connection, FLOOR)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    return guarding.missing(connection, FLOOR)
