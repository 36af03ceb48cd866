"""Bad input stays out whole: a problem that names the place, and nothing stored."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from tests.cast import Cast
from tests.traceability.exchange.asking import Machine
from tests.traceability.exchange.saying import (
    FIRST,
    amount,
    document,
    event,
    refused,
    state,
    when,
)
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.events.recording import StepReport, record_step
from traceability.events.writing import ReplayMismatch, place_uri

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"bizStep": "harvesting", "epcList": ["urn:a:b"]}, "/bizStep"),
        ({"eventTime": "2026-02-30T10:00:00Z", "epcList": ["urn:a:b"]}, "/eventTime"),
        ({"eventTime": when(minutes=-90), "epcList": ["urn:a:b"]}, "/eventTime"),
        ({"eventTime": "2016-12-31T23:59:60Z", "epcList": ["urn:a:b"]}, "/eventTime"),
        ({"quantityList": [amount("https://id.gs1.org/01/09521234001561/10/L1")]}, "/quantityList/0/epcClass"),
        ({"epcList": ["urn:a:b", "https://x.vn/01/09521234001561/21/5"]}, "/epcList/1"),
        ({"epcList": ["urn:a:" + "b" * 240]}, "/epcList/0"),
        ({"epcList": ["urn:a:b\0"]}, "/epcList/0"),
        ({"epcList": ["urn:a:b"], "example:x": {"y": ["\ud800"]}}, "/example:x/y/0"),
        ({"epcList": ["urn:a:b"], "example:x": 10**30}, "/example:x"),
    ],
)
def test_a_bad_event_is_refused_with_its_place(machine: Machine, said: dict[str, Any], pointer: str) -> None:
    before = state()
    refused(machine.post("capture", document(event(**said))), 400, FIRST + pointer)
    assert state() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (" ", ""),
        ("[]", ""),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, ""),
        ('{"a":' * 30 + "1" + "}" * 30, ""),
        ('{"a": NaN}', "/a"),
        ('{"a": [1e400]}', "/a/0"),
        ('{"a": {"b": 1, "b": 1}}', "/a/b"),
        ('{"a": 0.12345678901234567890123}', "/a"),
        (b'{"a": "\xff"}', ""),
        ('{"a": "\0"}', ""),
    ],
    ids=["empty", "list", "deep", "deeper than we read", "nan", "infinite", "twice", "digits", "bytes", "nul"],
)
def test_what_is_no_proper_json_is_refused(machine: Machine, body: str | bytes, pointer: str) -> None:
    before = state()
    refused(machine.post("capture", body), 400, pointer)
    refused(machine.post("events", body), 400, pointer)
    assert state() == before


def test_fifty_megabytes_are_not_read(machine: Machine) -> None:
    class Untouched:
        def read(self, *size: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

        def close(self) -> None: ...

    before = state()
    answer = machine.client.generic(
        "POST",
        "/epcis/v2/capture",
        content_type="application/json",
        headers=machine._headers(),
        **{"wsgi.input": Untouched(), "CONTENT_LENGTH": str(50_000_000)},
    )
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"
    assert state() == before


def test_a_lot_of_another_cooperative_is_refused(stranger: Machine, batch: Batch) -> None:
    before = state()
    pointer = f"{FIRST}/quantityList/0/epcClass"
    refused(stranger.post("capture", document(event(quantityList=[amount(batch_uri(batch), 1)]))), 400, pointer)
    unknown = f"https://id.gs1.org/01/{batch.pack.gtin}/10/NEW-LOT"
    refused(stranger.post("capture", document(event(quantityList=[amount(unknown, 1)]))), 400, pointer)
    assert state() == before


def test_more_than_there_is_cannot_be_taken(machine: Machine, batch: Batch) -> None:
    """Each alone would do; together they are too much, in the order in which they happened."""
    first = event(
        action="DELETE",
        bizStep="destroying",
        quantityList=[amount(batch_uri(batch), 6, "KGM")],
        eventTime=when(hours=2),
    )
    second = {**first, "eventTime": when(hours=3)}
    before = state()
    refused(machine.post("capture", document(first, second)), 400, f"{FIRST}/quantityList/0/quantity")
    assert state() == before
    answer = machine.post("capture", document(first, second), gs1_capture_error_behaviour="proceed")
    job = machine.client.get(answer["Location"], headers=machine._headers()).json()
    assert (job["stored"], job["success"], job["running"]) == (1, False, False)
    assert [one["pointer"] for one in job["errors"]] == [f"{FIRST}/quantityList/0/quantity"]
    batch.refresh_from_db()
    assert batch.available_base == 4000


@pytest.mark.parametrize(("quantity", "uom"), [(1, "LTR"), (0.0001, "KGM"), (10**13, "KGM")])
def test_an_amount_that_does_not_fit_the_lot(machine: Machine, batch: Batch, quantity: float, uom: str) -> None:
    before = state()
    said = document(event(quantityList=[amount(batch_uri(batch), quantity, uom)]))
    refused(machine.post("capture", said), 400, f"{FIRST}/quantityList/0/quantity")
    assert state() == before


def test_a_wrong_hash_is_refused_for_our_lots(machine: Machine, batch: Batch) -> None:
    said = event(quantityList=[amount(batch_uri(batch), 1)], eventID=f"ni:///sha-256;{'0' * 64}?ver=CBV2.0")
    before = state()
    refused(machine.post("capture", document(said)), 400, f"{FIRST}/eventID")
    assert state() == before


@pytest.mark.parametrize("ending", ["", "?ver=CBV2.1"])
def test_a_name_that_looks_like_a_hash_is_one_where_it_names_anything_of_ours(
    machine: Machine, batch: Batch, ending: str
) -> None:
    name = f"ni:///sha-256;{'0' * 64}{ending}"
    place = {"id": place_uri(batch)}
    before = state()
    for said in ({"quantityList": [amount(batch_uri(batch), 1)]}, {"epcList": ["urn:a:b"], "readPoint": place}):
        refused(machine.post("capture", document(event(eventID=name, **said))), 400, f"{FIRST}/eventID")
    assert state() == before


def test_the_name_of_our_event_taken_by_somebody_else_is_not_ours(batch: Batch, cast: Cast) -> None:
    """Whoever stored our event's name before must not be answered with as our record."""
    at = timezone.localtime()
    report = StepReport("dry", at, {})
    told = {"batch": batch, "report": report, "recorded_at": at, "actor": cast.lan_acts}
    with transaction.atomic():
        theirs = record_step(client_uuid=uuid4(), **told)
        transaction.set_rollback(True)
    theirs.pk, theirs.cooperative, theirs.client_uuid, theirs.corrects = None, cast.other_cooperative, uuid4(), None
    theirs._state.adding = True
    theirs.save()
    before = state()
    with pytest.raises(ReplayMismatch):
        record_step(client_uuid=uuid4(), **told)
    assert state() == before


def test_the_same_name_with_other_content(machine: Machine, stranger: Machine) -> None:
    name = "urn:uuid:5b6ce3f0-5d5e-4c1c-9c55-6d3f5a1d2c10"
    said = event(eventID=name, epcList=["urn:a:b"])
    assert machine.post("capture", document(said)).status_code == 202
    before = state()
    refused(machine.post("capture", document({**said, "bizStep": "shipping"})), 409, f"{FIRST}/eventID")
    refused(stranger.post("capture", document(said)), 400, f"{FIRST}/eventID")
    assert state() == before


def test_one_bad_event_keeps_all_out_unless_told_to_proceed(machine: Machine) -> None:
    good, bad = event(epcList=["urn:a:b"]), event(epcList=["urn:a:b"], bizStep="nonsense")
    before = state()
    refused(machine.post("capture", document(good, bad)), 400, "/epcisBody/eventList/1/bizStep")
    assert state() == before
    answer = machine.post("capture", document(good, bad), gs1_capture_error_behaviour="proceed")
    job = machine.client.get(answer["Location"], headers=machine._headers()).json()
    assert (job["stored"], job["success"]) == (1, False)
    assert machine.post("capture", document(good), gs1_capture_error_behaviour="perhaps").status_code == 400
