"""POST /capture and POST /events: good records come in once, named, logged, with what they move."""

from __future__ import annotations

import json

import pytest

from tests.making import Goods, make_published_batch
from tests.traceability.exchange.asking import Machine, events_in
from tests.traceability.exchange.saying import (
    amount,
    bare,
    document,
    event,
    refused,
    state,
    transformation,
    when,
)
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, Posting
from traceability.epcis.hashing import event_id
from traceability.events import capturing
from traceability.events.models import Event, EventItem
from traceability.genealogy.linking import link
from traceability.genealogy.models import Edge
from traceability.log.models import LogEntry

pytestmark = pytest.mark.django_db


def test_a_capture_is_answered_with_its_job(machine: Machine, batch: Batch) -> None:
    response = machine.post("capture", document(event(quantityList=[amount(batch_uri(batch), 2, "KGM")])))
    assert response.status_code == 202
    assert response["GS1-EPCIS-Version"].startswith("2.0")
    assert response["GS1-CBV-Version"].startswith("2.0")
    job = machine.client.get(response["Location"], headers=machine._headers()).json()
    assert (job["running"], job["success"], job["captureErrorBehaviour"], job["errors"]) == (
        False,
        True,
        "rollback",
        [],
    )
    assert job["captureID"] in response["Location"]
    assert machine.get("capture").json() == [job]


def test_the_event_is_named_linked_and_logged(machine: Machine, batch: Batch) -> None:
    """An identifier on anybody's domain is the same lot; the stored text stands alone; one log entry."""
    logged = LogEntry.objects.count()
    uri = f"https://example.org/some/where/01/{batch.pack.gtin}/10/{batch.lot_code}"
    machine.post("capture", document(event(quantityList=[amount(uri, 2, "KGM")], **{"example:x": 1})))
    stored = Event.objects.latest("pk")
    said = json.loads(stored.body)
    assert said["eventID"] == stored.event_id == event_id(said)
    assert said["@context"][1] == {"example": "https://ns.example.com/epcis/"}
    assert stored.batch == batch
    item = EventItem.objects.get(event=stored)
    assert (item.batch, item.quantity_base, item.role) == (batch, 2000, "object")
    assert item.epc_uri == f"https://id.gs1.org/01/{batch.pack.gtin}/10/{batch.lot_code}"
    assert LogEntry.objects.count() == logged + 1
    assert LogEntry.objects.latest("seq").subject == f"event:{stored.pk}"


def test_said_again_it_is_counted_and_not_stored_again(machine: Machine, batch: Batch) -> None:
    said = document(event(action="DELETE", bizStep="destroying", quantityList=[amount(batch_uri(batch), 2, "KGM")]))
    machine.post("capture", said)
    before = Event.objects.count(), Posting.objects.count(), LogEntry.objects.count()
    again = machine.client.get(machine.post("capture", said)["Location"], headers=machine._headers()).json()
    assert (again["stored"], again["alreadyStored"], again["success"]) == (0, 1, True)
    assert (Event.objects.count(), Posting.objects.count(), LogEntry.objects.count()) == before


def test_one_event_is_created_once(machine: Machine) -> None:
    said = bare(epcList=["https://id.gs1.org/00/095212340000000010"[:45]]) | {
        "epcList": ["urn:epc:id:sgtin:9521234.000156.7"]
    }
    first = machine.post("events", said)
    assert first.status_code == 201
    assert events_in(machine.client.get(first["Location"], headers=machine._headers()))[0]["epcList"] == said["epcList"]
    before = state()
    assert machine.post("events", said).status_code == 409
    refused(
        machine.post("events", {**said, "eventID": first.json()["eventID"], "bizStep": "shipping"}), 409, "/eventID"
    )
    assert state() == before


@pytest.mark.parametrize(
    ("said", "kind", "left"),
    [
        ({"action": "ADD", "bizStep": "commissioning"}, "pack", 12_000),
        ({"action": "DELETE", "bizStep": "destroying"}, "waste", 8_000),
        ({"action": "DELETE", "bizStep": "https://ref.gs1.org/cbv/BizStep-retail_selling"}, "sell", 8_000),
    ],
)
def test_what_an_event_moves(machine: Machine, batch: Batch, said: dict[str, str], kind: str, left: int) -> None:
    assert (
        machine.post("capture", document(event(quantityList=[amount(batch_uri(batch), 2)], **said))).status_code == 202
    )
    posting = Posting.objects.latest("pk")
    assert (posting.kind, posting.quantity_base, posting.event) == (kind, 2000, Event.objects.latest("pk"))
    batch.refresh_from_db()
    assert (batch.on_hand_base, batch.available_base) == (left, left)


def test_seeing_a_lot_moves_nothing(machine: Machine, batch: Batch) -> None:
    before = Posting.objects.count()
    machine.post("capture", document(event(bizStep="shipping", quantityList=[amount(batch_uri(batch), 999, "KGM")])))
    assert Posting.objects.count() == before


def test_a_transformation_takes_gives_and_ties(machine: Machine, goods: Goods, batch: Batch) -> None:
    other = make_published_batch(goods.pack, packs=5)
    said = transformation(batch, 3, other, 2)
    assert machine.post("capture", document(said)).status_code == 202
    batch.refresh_from_db()
    other.refresh_from_db()
    assert (batch.available_base, other.available_base) == (7_000, 7_000)
    edge = Edge.objects.get()
    assert (edge.parent, edge.child, edge.parent_base) == (batch, other, 3000)


def test_a_lot_is_no_input_of_itself(machine: Machine, batch: Batch) -> None:
    before = state()
    pointer = "/epcisBody/eventList/0/outputQuantityList/0/epcClass"
    refused(machine.post("capture", document(transformation(batch, 1, batch, 1))), 400, pointer)
    assert state() == before


def test_many_rings_cost_no_more_than_their_number(
    machine: Machine, goods: Goods, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each event is tried at most twice, whatever the others are."""
    tried: list[int] = []
    monkeypatch.setattr(capturing, "link", lambda event, *flows: (tried.append(event.pk), link(event, *flows)))
    other = make_published_batch(goods.pack, packs=5)
    there = [transformation(batch, 1, other, 1, eventTime=when(hours=30 + hour)) for hour in range(8)]
    rings = [transformation(other, 1, batch, 1, eventTime=when(hours=hour)) for hour in range(1, 9)]
    good = event(quantityList=[amount(batch_uri(batch), 1, "KGM")])
    answer = machine.post("capture", document(*there, *rings, good), gs1_capture_error_behaviour="proceed")
    job = machine.client.get(answer["Location"], headers=machine._headers()).json()
    assert (job["stored"], len(job["errors"])) == (9, 8)
    assert len(tried) <= 2 * (len(there) + len(rings))
    assert Edge.objects.count() == 8
    batch.refresh_from_db()
    assert batch.available_base == 2_000
    other.refresh_from_db()
    assert other.available_base == 13_000


def test_a_lot_cannot_be_made_of_itself(machine: Machine, goods: Goods, batch: Batch) -> None:
    other = make_published_batch(goods.pack, packs=5)
    there = transformation(batch, 1, other, 1, eventTime=when(hours=3))
    back = transformation(other, 1, batch, 1, eventTime=when(hours=2))
    before = state()
    refused(machine.post("capture", document(there, back)), 400, "/epcisBody/eventList/1")
    assert state() == before
    job = machine.client.get(
        machine.post("capture", document(there, back), gs1_capture_error_behaviour="proceed")["Location"],
        headers=machine._headers(),
    ).json()
    assert (job["stored"], [one["pointer"] for one in job["errors"]]) == (1, ["/epcisBody/eventList/1"])
    assert Edge.objects.count() == 1
