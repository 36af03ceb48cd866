"""A batch is verified, not yet in a checkpoint, or does not fit; and what does not fit is said once a day."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q

from community import clock
from community.audit.models import AuditEntry
from tests.harness import guards
from tests.traceability.log.telling import told_batch
from traceability.balance.models import Check
from traceability.events.logged import event_leaf, sign_and_tell
from traceability.events.models import Event
from traceability.events.reading import recorded_events
from traceability.events.watching import MISMATCH, flag_misfits
from traceability.log.appending import append
from traceability.log.standing import Standing, standing_of
from traceability.passport.proof import State, proof_of
from traceability.tasks import watch_the_log

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


def test_two_entries_for_one_record_do_not_fit_and_the_page_says_so(cast) -> None:
    batch = told_batch(cast, events=1)
    event = Event.objects.get()
    append([event_leaf(event, document=json.loads(event.body), about=[], party="")])
    sign_and_tell()
    proof = proof_of(list(recorded_events(Q(batch=batch))))
    assert (proof.state, proof.broken) == (State.MISMATCH, {event.pk})
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


def test_a_batch_with_a_misfit_is_stopped_and_free_again_when_it_fits(cast) -> None:
    batch, whole = told_batch(cast, events=2), told_batch(cast, events=1)
    body = Event.objects.filter(batch=batch).first().body
    change(f"UPDATE traceability_event SET body = '{{}}' WHERE batch_id = {batch.pk} AND stage = 'plot'")
    watch_the_log.call_local()
    batch.refresh_from_db()
    whole.refresh_from_db()
    assert batch.locked_at is not None and whole.locked_at is None
    assert list(Check.objects.open().values_list("rule", "severity", "batch_id")) == [("LOG", "block", batch.pk)]
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE traceability_event SET body = %s WHERE body = '{}'", [body])
    watch_the_log.call_local()
    batch.refresh_from_db()
    assert batch.locked_at is None and not Check.objects.open().exists()
