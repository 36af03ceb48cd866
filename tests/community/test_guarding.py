"""What is written once stays: the database itself refuses to change it, on both databases."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from community import guarding
from community.append_only import AppendOnly
from community.audit.models import AuditEntry
from tests.harness import guards

pytestmark = pytest.mark.django_db
WRITTEN_ONCE = [model for model in apps.get_models() if issubclass(model, AppendOnly) or hasattr(model, "set_once")]


def triggers_of(table: str) -> int:
    """As the database counts them, whatever we believe."""
    if connection.vendor == "postgresql":
        query = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O' AND tgrelid = %s::regclass"
    else:
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("model", WRITTEN_ONCE, ids=lambda model: model._meta.label_lower)
def test_every_table_that_is_written_once_has_its_triggers(model) -> None:
    """A new one, or one that a migration altered: end the migration with ``guarding.install`` (see 0061)."""
    assert triggers_of(model._meta.db_table) == (3 if connection.vendor == "postgresql" else 2)


def test_a_table_without_its_triggers_is_named() -> None:
    assert guarding.missing(connection) == []
    with guards.lifted():
        assert {name.rpartition("_no_")[0] for name in guarding.missing(connection)} == {
            model._meta.db_table for model in WRITTEN_ONCE
        }
    assert guarding.missing(connection) == []


def test_who_did_what_is_never_changed() -> None:
    AuditEntry.objects.create(actor_label="Lan", action="x", subject_type="y")
    guards.refuses_every_change(AuditEntry)
