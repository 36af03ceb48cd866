"""The triggers that forbid changes also forbid the flush that ends a transactional test (SQLite deletes row by row).

``down`` and ``up`` stand around that flush; a test that tampers with the log uses ``lifted``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from traceability.log import triggers


def down() -> None:
    triggers.remove(connection)


def up() -> None:
    triggers.install(connection)


@contextmanager
def lifted() -> Iterator[None]:
    """What somebody with the database's password can do: drop the triggers, change rows, put the triggers back."""
    down()
    try:
        yield
    finally:
        up()
