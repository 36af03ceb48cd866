"""A batch is verified, not yet in a checkpoint, or does not fit; and what does not fit is said once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from community import clock
from community.audit.models import AuditEntry
from tests.harness import guards
from tests.traceability.log.telling import told_batch
from traceability.events.logged import sign_and_tell
from traceability.events.models import Event
from traceability.events.watching import MISMATCH, flag_misfits
from traceability.log.standing import Standing, standing_of

pytestmark = pytest.mark.django_db


def ids() -> list[int]:
    return list(Event.objects.values_list("pk", flat=True))


def change(statement: str) -> None:
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_three_states(cast, django_assert_num_queries) -> None:
    told_batch(cast, events=2)
    assert standing_of(ids()) == Standing.PENDING
    sign_and_tell()
    known = ids()
    with django_assert_num_queries(3):
        assert standing_of(known) == Standing.VERIFIED
    told_batch(cast, events=1)
    assert standing_of(ids()) == Standing.PENDING
    change("UPDATE traceability_event SET body = replace(body, 'lần 1', 'lần 8')")
    assert standing_of(ids()) == Standing.MISMATCH


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE traceability_logentry SET leaf = replace(leaf, 'lần 1', 'lần 8')",
        "UPDATE traceability_logentry SET subject = 'event:999999' WHERE seq = 1",
        "DELETE FROM traceability_logentry WHERE seq = 1",
        "UPDATE traceability_event SET body_sha256 = 'x'",
    ],
)
def test_what_is_not_so_in_the_log_does_not_fit(cast, statement: str) -> None:
    told_batch(cast, events=2)
    sign_and_tell()
    change(statement)
    assert standing_of(ids()) == Standing.MISMATCH


def test_nothing_recorded_is_nothing_to_doubt() -> None:
    assert standing_of([]) == Standing.VERIFIED


def test_a_misfit_is_written_down_once_a_day_and_its_page_drawn_anew(cast) -> None:
    batch, whole = told_batch(cast, events=2), told_batch(cast, events=1)
    assert flag_misfits() == []
    change(f"UPDATE traceability_event SET body = '{{}}' WHERE batch_id = {batch.pk} AND stage = 'plot'")
    versions = batch.page_version, whole.page_version
    assert len(flag_misfits()) == len(flag_misfits()) == 1
    said = AuditEntry.objects.filter(action=MISMATCH)
    assert [entry.subject_id for entry in said] == [batch.pk]
    batch.refresh_from_db()
    whole.refresh_from_db()
    assert batch.page_version > versions[0] and whole.page_version == versions[1]
    with clock.at(clock.now() + timedelta(days=2)):
        flag_misfits()
    assert said.all().count() == 2
