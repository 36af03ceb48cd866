"""Triggers that refuse UPDATE, DELETE and (where there is one) TRUNCATE of what is written once, in both databases.

Which tables, the models say: every :class:`AppendOnly`, and every model with ``set_once``, a tuple of the only fields
that may change, and those once, from nothing. ``forgettable`` names words of people that may be emptied, and nothing
else. A belt against mistakes and careless hands: whoever may drop a trigger may change a row. A migration that makes
such a table, alters it or adds a column ends with :func:`install`; SQLite makes an altered table anew *without* its
triggers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from community.append_only import AppendOnly

WORDS = "what was recorded is never changed"
FUNCTION = "community_refuse_change"


@dataclass(frozen=True, slots=True)
class Guard:
    """``set_once``: columns that may go from NULL to a value, once. ``forgettable``: words of people that may become

    '' and nothing else. Neither: nothing of a row ever changes.
    """

    table: str
    set_once: tuple[str, ...] = ()
    forgettable: tuple[str, ...] = ()

    def name(self, change: str) -> str:
        return f"{self.table}_no_{change}"


def guards(*app_labels: str) -> list[Guard]:
    """What is guarded in these apps; without a label everywhere."""
    found = []
    for model in apps.get_models():
        fields: tuple[str, ...] | None = () if issubclass(model, AppendOnly) else getattr(model, "set_once", None)
        if fields is not None and (not app_labels or model._meta.app_label in app_labels):
            words = getattr(model, "forgettable", ())
            found.append(Guard(model._meta.db_table, _columns(model, fields), _columns(model, words)))
    return found


def _columns(model: type[Model], fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(each.column) for each in model._meta.concrete_fields if each.name in fields)


def install(connection: BaseDatabaseWrapper, *app_labels: str) -> None:
    """Put the triggers on every guarded table that is there already; again does no harm."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for guard in guards(*app_labels):
            if guard.table in there:
                columns = [each.name for each in connection.introspection.get_table_description(cursor, guard.table)]
                for statement in _statements(connection.vendor, guard, columns):
                    cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, *app_labels: str) -> None:
    """Take them away: to undo a migration, and for tests that tamper or flush."""
    there = _present(connection)
    with connection.cursor() as cursor:
        for guard in guards(*app_labels):
            where = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
            for change in _changes(connection.vendor):
                if guard.name(change) in there:
                    cursor.execute(f"DROP TRIGGER {guard.name(change)}{where}")


def missing(connection: BaseDatabaseWrapper, *app_labels: str) -> list[str]:
    """Names of the triggers that should be there and are not, or are switched off."""
    there = _present(connection)
    wanted = (guard.name(change) for guard in guards(*app_labels) for change in _changes(connection.vendor))
    return [name for name in wanted if name not in there]


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def _changes(vendor: str) -> tuple[str, ...]:
    return ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")


_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def _statements(vendor: str, guard: Guard, columns: Collection[str]) -> Iterator[str]:
    for change in _changes(vendor):
        name, when = guard.name(change), _when(vendor, guard, columns) if change == "update" else ""
        if vendor == "postgresql":
            each = "STATEMENT" if change == "truncate" else "ROW"
            head = f"CREATE OR REPLACE TRIGGER {name} BEFORE {change.upper()} ON {guard.table} FOR EACH {each}"
            yield f"{head}{when} EXECUTE FUNCTION {FUNCTION}()"
        else:
            yield f"DROP TRIGGER IF EXISTS {name}"
            head = f"CREATE TRIGGER {name} BEFORE {change.upper()} ON {guard.table}{when}"
            yield f"{head} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"


def _when(vendor: str, guard: Guard, columns: Collection[str]) -> str:
    """Refuse only what changes a column that may not change, or one a second time.

    ``columns``: those that the table has now; a model may name one that a later migration adds.
    """
    if not (guard.set_once or guard.forgettable):
        return ""
    free = guard.set_once + guard.forgettable
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    wrong = [f'OLD."{each}" {differs} NEW."{each}"' for each in columns if each not in free]
    wrong += [
        f'OLD."{each}" IS NOT NULL AND OLD."{each}" {differs} NEW."{each}"'
        for each in guard.set_once
        if each in columns
    ]
    wrong += [
        f'OLD."{each}" {differs} NEW."{each}" AND NEW."{each}" {differs} \'\''
        for each in guard.forgettable
        if each in columns
    ]
    return f" WHEN ({' OR '.join(f'({each})' for each in wrong)})"
