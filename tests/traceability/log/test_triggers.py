"""The database itself refuses to change what was recorded, on both databases."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import connection

from community import clock, guarding
from tests.harness import guards
from tests.traceability.log.telling import MORNING, told_batch
from traceability.batches.models import Posting
from traceability.batches.posting import Movement, post
from traceability.events.correcting import declare_error
from traceability.events.models import ErrorDeclaration, Event, EventItem, Evidence
from traceability.labels.models import LabelRun
from traceability.log.checkpoints import make_checkpoint
from traceability.log.models import Checkpoint, LogEntry, Subtree

pytestmark = pytest.mark.django_db


def run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def test_what_was_recorded_is_never_changed_nor_emptied(cast) -> None:
    batch = told_batch(cast, events=3, photos=1)
    with clock.at(MORNING + timedelta(days=1)):
        note = {"reason": "did_not_occur", "note": "nhầm", "declared_at": clock.now(), "actor": cast.lan_acts}
        declare_error(event=Event.objects.last(), client_uuid=uuid4(), **note)
    post(batch_id=batch.pk, movement=Movement("harvest", 9))
    LabelRun.objects.create(batch=batch, sheet="a4", first_number=1, count=1, key=uuid4(), at=clock.now())
    Subtree.objects.create(level=8, index=0, root=b"x")
    make_checkpoint()
    log, told = (LogEntry, Subtree, Checkpoint), (Event, ErrorDeclaration, EventItem, Evidence)
    for model in (*log, *told, Posting, LabelRun):
        guards.refuses_every_change(model)


def test_the_migration_can_be_undone_and_done_again(cast) -> None:
    told_batch(cast)
    migration = import_module("traceability.migrations.0002_written_once")
    with connection.schema_editor(atomic=False) if connection.vendor == "postgresql" else lifted_editor() as editor:
        migration.remove(None, editor)
    assert len(guarding.missing(connection, "traceability")) >= 2 * len(guarding.guards("traceability"))
    assert run("UPDATE traceability_event SET stage_name = stage_name") > 0
    guards.up()
    assert guarding.missing(connection, "traceability") == []


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
