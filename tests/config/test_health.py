"""A balancer learns whether the process lives and whether it can do its work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone

from community.models import OutboxMessage
from config import health


def test_healthz_asks_nothing_of_the_database(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_readyz_is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["faults"]) == (200, True, [])


@pytest.mark.django_db
def test_readyz_names_a_late_outbox(client: Client) -> None:
    late = timezone.now() - timedelta(minutes=30)
    OutboxMessage.objects.create(kind="k", key="1", channel="sms", to="+84912345678", text="x", due_at=late)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["faults"]) == (503, ["outbox"])


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["database", "migrations"])
def test_readyz_names_what_is_wrong(client: Client, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    def answer() -> Any:
        if fault == "database":
            raise DatabaseError
        return True

    monkeypatch.setattr(health, "unapplied_migrations", answer)
    said = client.get("/readyz")
    assert (said.status_code, said.json()["faults"]) == (503, [fault])


@pytest.mark.django_db
def test_a_migration_the_database_has_no_record_of_is_noticed(monkeypatch):
    assert not health.unapplied_migrations()
    known = health.migrations_on_disk()
    monkeypatch.setattr(health, "migrations_on_disk", lambda: known | {("traceability", "9999_tomorrow")})
    assert health.unapplied_migrations()


@pytest.mark.django_db
def test_the_files_on_disk_are_the_migrations_django_would_load():
    assert health.migrations_on_disk() == frozenset(MigrationLoader(connection).disk_migrations)
