"""The database itself refuses to change what was recorded, on both databases."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from tests.harness import guards
from tests.traceability.log.telling import told_batch
from traceability.log import triggers
from traceability.log.checkpoints import make_checkpoint
from traceability.models import Checkpoint, Event, LogEntry

pytestmark = pytest.mark.django_db


def run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def test_the_triggers_stand_after_all_migrations() -> None:
    """On SQLite a migration that alters a guarded table drops its triggers: end it with ``triggers.install``."""
    assert triggers.missing(connection) == []


def test_each_guarded_table_is_one_of_ours() -> None:
    assert set(triggers.GUARDED) <= {model._meta.db_table for model in apps.get_models()}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE traceability_logentry SET leaf = 'x'",
        "DELETE FROM traceability_logentry",
        "UPDATE traceability_checkpoint SET size = 99",
        "DELETE FROM traceability_checkpoint",
        "UPDATE traceability_event SET body = '{}'",
        "UPDATE traceability_eventitem SET quantity_base = 1",
        "DELETE FROM traceability_eventitem",
    ],
)
def test_a_change_is_refused_and_nothing_changed(cast, statement: str) -> None:
    told_batch(cast)
    make_checkpoint()
    before = everything()
    with pytest.raises(DatabaseError, match=triggers.WORDS), transaction.atomic():
        run(statement)
    assert everything() == before


def test_the_migration_can_be_undone_and_done_again(cast) -> None:
    told_batch(cast)
    migration = import_module("traceability.migrations.0010_log_triggers")
    with connection.schema_editor(atomic=False) if connection.vendor == "postgresql" else lifted_editor() as editor:
        migration.remove(None, editor)
    assert len(triggers.missing(connection)) == 2 * len(triggers.GUARDED)
    assert run("UPDATE traceability_event SET stage_name = stage_name") > 0
    guards.up()
    assert triggers.missing(connection) == []


def lifted_editor():
    """SQLite's schema editor wants no transaction around it; its connection is all the migration uses."""

    class Editor:
        def __enter__(self):
            return self

        def __exit__(self, *_error) -> None:
            return None

        @property
        def connection(self):
            return connection

    return Editor()


def everything() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (LogEntry, Checkpoint, Event)]
