"""What leaves can be read by anybody as it stands: one context where all events share it, our own recordTime."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from django.test import Client, override_settings
from epcis_event_hash_generator import hash_generator, json_to_py

from tests.making import Goods, make_published_batch
from tests.traceability.exchange.asking import Machine, events_in
from tests.traceability.exchange.saying import amount, document, event
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.validation import check_schema
from traceability.events.models import Event

pytestmark = pytest.mark.django_db
OURS = "https://trace.example.vn"


def names_by_the_oracle(said: dict[str, Any]) -> list[str]:
    """PyPI epcis-event-hash-generator. It changes its input, and it knows no query document: its frame is taken off,
    context and events stay as they stand."""
    if "queryResults" in said["epcisBody"]:
        said = {**said, "type": "EPCISDocument", "epcisBody": said["epcisBody"]["queryResults"]["resultsBody"]}
    return list(hash_generator.epcis_hashes_from_events(json_to_py.event_list_from_epcis_document_json(said)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@override_settings(ID_BASE_URL=OURS, SITE_URL=OURS)
def test_every_name_in_an_answer_is_computed_by_others_from_the_answer_as_it_stands(
    nobody: Machine, client: Client, goods: Goods
) -> None:
    batch = make_published_batch(goods.pack, packs=10)
    answers = [
        nobody.get("events", MATCH_anyEPCClass=batch_uri(batch)).json(),
        json.loads(client.get(f"/api/lots/{batch.public_code}/epcis").content),
    ]
    for answer in answers:
        check_schema(answer)
        body = answer["epcisBody"]
        events = body["queryResults"]["resultsBody"]["eventList"] if "queryResults" in body else body["eventList"]
        assert events
        assert not any("@context" in each for each in events)
        assert names_by_the_oracle(copy.deepcopy(answer)) == [each["eventID"] for each in events]


def test_different_contexts_stay_inside_their_events(machine: Machine, batch: Batch) -> None:
    machine.post("capture", document(event(quantityList=[amount(batch_uri(batch), 1, "KGM")])))
    found = events_in(machine.get("events"))
    assert len(found) > 1
    assert all("@context" in each for each in found)
    check_schema(machine.get("events").json())


def test_the_record_time_is_ours_wherever_a_document_leaves(machine: Machine, client: Client, batch: Batch) -> None:
    said = event(quantityList=[amount(batch_uri(batch), 1, "KGM")], recordTime="2001-01-01T00:00:00Z")
    assert machine.post("capture", document(said)).status_code == 202
    assert "2001-01-01" in Event.objects.latest("pk").body
    for text in (
        machine.get("events").content.decode(),
        client.get(f"/api/lots/{batch.public_code}/epcis").content.decode(),
    ):
        assert "2001-01-01" not in text
        assert text.count('"recordTime"') == Event.objects.count()
