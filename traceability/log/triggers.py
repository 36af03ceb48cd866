"""Triggers that refuse UPDATE and DELETE on what was recorded, in SQLite and PostgreSQL.

A belt against mistakes and careless hands; a proof is only the log (whoever may drop a trigger may change a row). On
SQLite a migration that alters one of these tables makes it anew *without* its triggers: end it with :func:`install`.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED = (
    "traceability_logentry",
    "traceability_subtree",
    "traceability_checkpoint",
    "traceability_event",
    "traceability_errordeclaration",
    "traceability_eventitem",
    "traceability_evidence",
)
CHANGES = ("update", "delete")
WORDS = "what was recorded is never changed"
FUNCTION = "traceability_refuse_change"


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on every guarded table; again does no harm."""
    for statement in (_postgresql if connection.vendor == "postgresql" else _sqlite)():
        _run(connection, statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them away: to undo the migration, and for tests that tamper or flush."""
    for table in GUARDED:
        for change in CHANGES:
            where = f" ON {table}" if connection.vendor == "postgresql" else ""
            _run(connection, f"DROP TRIGGER IF EXISTS {_name(table, change)}{where}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that should be there and are not."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for table in GUARDED for change in CHANGES if (name := _name(table, change)) not in there]


def _name(table: str, change: str) -> str:
    return f"{table}_no_{change}"


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {_name(table, change)} BEFORE {change.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        for table in GUARDED
        for change in CHANGES
    ]


def _postgresql() -> list[str]:
    function = (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    triggers = [
        f"CREATE OR REPLACE TRIGGER {_name(table, change)} BEFORE {change.upper()} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        for table in GUARDED
        for change in CHANGES
    ]
    return [function, *triggers]


def _run(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
