"""Events declared wrong, captures too large for a request, and keys that may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import clock
from community.cooperatives.models import Cooperative
from tests.cast import Cast
from tests.making import Goods
from tests.traceability.exchange.asking import Machine, events_in, machine_of
from tests.traceability.exchange.saying import (
    FIRST,
    amount,
    bare,
    document,
    event,
    refused,
    state,
    when,
)
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.events.correcting import declare_error
from traceability.events.models import ErrorDeclaration, Event
from traceability.exchange.capture_jobs import run_job, waiting_jobs
from traceability.exchange.models import CaptureJob

pytestmark = pytest.mark.django_db


def test_e12_an_event_is_declared_wrong_and_stays(machine: Machine, batch: Batch) -> None:
    said = event(action="DELETE", bizStep="destroying", quantityList=[amount(batch_uri(batch), 2, "KGM")])
    machine.post("capture", document(said))
    stored = Event.objects.latest("pk")
    wrong = {**said, "eventID": stored.event_id}
    wrong["errorDeclaration"] = {"declarationTime": when(minutes=1), "reason": "did_not_occur"}
    assert machine.post("capture", document(wrong)).status_code == 202
    declaration = ErrorDeclaration.objects.get(event=stored)
    assert declaration.reason == "did_not_occur"
    assert Event.objects.get(pk=stored.pk).body == stored.body
    batch.refresh_from_db()
    assert batch.available_base == 10_000
    shown = events_in(machine.get("events", EXISTS_errorDeclaration="true"))
    assert [one["errorDeclaration"]["reason"] for one in shown] == ["did_not_occur"]
    before = state()[:3]
    assert machine.post("capture", document(wrong)).status_code == 202
    assert state()[:3] == before
    wrong["errorDeclaration"] = {"declarationTime": when(minutes=2), "reason": "incorrect_data"}
    refused(machine.post("capture", document(wrong)), 400, f"{FIRST}/errorDeclaration")


def test_a_declaration_of_an_unknown_event_is_stored_with_it(machine: Machine, batch: Batch) -> None:
    said = event(action="DELETE", bizStep="destroying", quantityList=[amount(batch_uri(batch), 2, "KGM")])
    said["errorDeclaration"] = {"declarationTime": when(minutes=1), "reason": "did_not_occur"}
    assert machine.post("capture", document(said)).status_code == 202
    batch.refresh_from_db()
    assert batch.available_base == 10_000
    assert len(events_in(machine.get("events", EXISTS_errorDeclaration="true"))) == 1


def test_a_large_capture_is_done_by_the_worker_once(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("traceability.exchange.capture_views.run_capture_job", lambda pk: None)  # the task is lost
    said = document(*(event(epcList=[f"urn:a:{n}"]) for n in range(501)))
    answer = machine.post("capture", said)
    assert answer.status_code == 202
    job = CaptureJob.objects.get()
    assert (job.finished_at, Event.objects.count()) == (None, 0)
    assert machine.client.get(answer["Location"], headers=machine._headers()).json()["running"] is True
    CaptureJob.objects.update(created_at="2026-01-01T00:00:00Z")
    assert waiting_jobs() == [job.pk]
    run_job(job.pk)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.success, job.stored, job.body, Event.objects.count()) == (True, 501, "", 501)


def test_a_large_capture_with_a_fault_says_so_in_its_job(machine: Machine) -> None:
    events = [event(epcList=[f"urn:a:{n}"]) for n in range(501)]
    events[7]["eventTime"] = when(minutes=-60)
    answer = machine.post("capture", document(*events))
    job = machine.client.get(answer["Location"], headers=machine._headers()).json()
    assert (job["running"], job["success"], job["errors"][0]["pointer"]) == (
        False,
        False,
        "/epcisBody/eventList/7/eventTime",
    )
    assert not Event.objects.exists()


def test_e09_without_a_key_nothing_comes_in(nobody: Machine, cast: Cast) -> None:
    before = state()
    for machine in (nobody, Machine("cn_00000000_" + "0" * 40), Machine("x")):
        answer = machine.post("capture", document(event(epcList=["urn:a:b"])))
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert state() == before


def test_a_reading_key_does_not_write(cast: Cast) -> None:
    reader = machine_of(cast.huong_que, "read")
    before = state()
    assert reader.post("capture", document(event(epcList=["urn:a:b"]))).status_code == 403
    assert reader.post("events", bare(epcList=["urn:a:b"])).status_code == 403
    assert state() == before
    assert reader.get("capture").status_code == 200


def test_a_suspended_cooperatives_key_stops(machine: Machine, cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="suspended")
    assert machine.get("events").status_code == 401
    assert machine.post("capture", document(event(epcList=["urn:a:b"]))).status_code == 401


def test_other_media_types_are_not_read(machine: Machine) -> None:
    assert machine.post("capture", "<a/>", media_type="application/xml").status_code == 415
    assert machine.client.get("/epcis/v2/events", headers={"accept": "text/xml"}).status_code == 406
    answer = machine.client.get("/epcis/v2/events", headers={"accept": "application/ld+json"})
    assert answer["Content-Type"] == "application/ld+json"


def test_a_job_of_others_is_not_found(machine: Machine, stranger: Machine) -> None:
    where = machine.post("capture", document(event(epcList=["urn:a:b"])))["Location"]
    assert stranger.client.get(where, headers=stranger._headers()).status_code == 404
    assert stranger.get("capture").json() == []


def kept_job(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> CaptureJob:
    monkeypatch.setattr("traceability.exchange.capture_views.run_capture_job", lambda pk: None)
    monkeypatch.setattr("traceability.exchange.capture_views.AT_ONCE", 0)
    machine.post("capture", document(event(epcList=["urn:a:b"])))
    CaptureJob.objects.update(created_at=clock.now() - timedelta(hours=1))
    return CaptureJob.objects.get()


def test_a_job_that_is_being_done_is_not_handed_out_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    job = kept_job(machine, monkeypatch)
    CaptureJob.objects.update(started_at=clock.now(), tries=1)
    assert waiting_jobs() == []
    run_job(job.pk)
    assert not Event.objects.exists()
    CaptureJob.objects.update(started_at=clock.now() - timedelta(minutes=20))  # its worker was stopped
    assert waiting_jobs() == [job.pk]
    run_job(job.pk)
    assert Event.objects.count() == 1


def test_a_job_fails_after_three_tries_and_says_so(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    job = kept_job(machine, monkeypatch)

    def breaks(**_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("traceability.exchange.capture_jobs.capture", breaks)
    for tries in (1, 2, 3):
        assert waiting_jobs() == [job.pk]
        with pytest.raises(RuntimeError):
            run_job(job.pk)
        job.refresh_from_db()
        assert job.tries == tries
    assert waiting_jobs() == []
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.success, job.tries, job.body) == (False, 3, "")
    assert "3 tries" in job.errors[0]["detail"]
    assert not Event.objects.exists()


def test_the_graph_is_locked_before_the_lots_when_something_is_declared_wrong(
    machine: Machine, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = event(quantityList=[amount(batch_uri(batch), 1, "KGM")])
    machine.post("capture", document(said))
    wrong = {**said, "eventID": Event.objects.latest("pk").event_id}
    wrong["errorDeclaration"] = {"declarationTime": when(minutes=1), "reason": "did_not_occur"}
    order: list[str] = []
    for name, answer in (("hold", None), ("hold_lots", frozenset())):
        monkeypatch.setattr(f"traceability.events.capturing.{name}", lambda *_, n=name, a=answer: order.append(n) or a)
    assert machine.post("capture", document(wrong)).status_code == 202
    assert order == ["hold", "hold_lots"]


@pytest.mark.postgresql  # SQLite locks no rows
def test_a_correction_does_not_lock_out_who_refers_to_the_event(batch: Batch, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        declare_error(
            event=batch.events.first(), reason="did_not_occur", note="x", client_uuid=uuid4(),
            declared_at=clock.now(), actor=cast.lan_acts,
        )  # fmt: skip
    locks = [query["sql"] for query in asked if "FOR" in query["sql"] and 'FROM "traceability_event"' in query["sql"]]
    assert locks
    assert all("FOR NO KEY UPDATE" in sql for sql in locks)


def test_what_a_withdrawn_record_dated_is_dated_anew(machine: Machine, goods: Goods, cast: Cast) -> None:
    draft = open_batch(pack=goods.pack, day=clock.today(), actor=cast.lan_acts)
    said = event(action="ADD", bizStep="commissioning", quantityList=[amount(batch_uri(draft), 2, "KGM")])
    assert machine.post("capture", document(said)).status_code == 202
    draft.refresh_from_db()
    assert draft.packed_on is not None
    wrong = {**said, "eventID": Event.objects.latest("pk").event_id}
    wrong["errorDeclaration"] = {"declarationTime": when(minutes=1), "reason": "did_not_occur"}
    assert machine.post("capture", document(wrong)).status_code == 202
    draft.refresh_from_db()
    assert (draft.packed_on, draft.best_before_on) == (None, None)
