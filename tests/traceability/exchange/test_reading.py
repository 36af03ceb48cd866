"""GET: the questions of the standard, pages that hold still, who sees what, and answers that fit GS1's schema.

E… are cases of tests/vectors/resolver/conformance_cases.json.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft7Validator

from tests.cast import Cast
from tests.making import Goods, make_published_batch
from tests.traceability.exchange.asking import Machine, events_in
from tests.traceability.exchange.saying import amount, document, event, transformation, when
from tests.vectors import load_vectors
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.epcis.hashing import event_id
from traceability.epcis.validation import SCHEMA_FILE
from traceability.events.asking import NAMES, PARAMETERS
from traceability.events.models import Event

pytestmark = pytest.mark.django_db

GS1_SCHEMA = Draft7Validator(json.loads(SCHEMA_FILE.read_text()), format_checker=Draft7Validator.FORMAT_CHECKER)


def ids(response: Any) -> list[str]:
    return [one["eventID"] for one in events_in(response)]


def test_e01_e02_e03_the_events_of_a_lot(nobody: Machine, batch: Batch) -> None:
    """Whatever domain the lot is asked under."""
    canonical = f"https://id.gs1.org/01/{batch.pack.gtin}/10/{batch.lot_code}"
    for uri in (canonical, batch_uri(batch), f"urn:epc:class:lgtin:9521234.000156.{batch.lot_code}"):
        answer = nobody.get("events", MATCH_anyEPCClass=uri)
        assert answer.status_code == 200
        assert not list(GS1_SCHEMA.iter_errors(answer.json()))
        found = events_in(answer)
        assert found
        for one in found:
            assert batch_uri(batch) in json.dumps(one)
            assert one["eventID"] == event_id(one, answer.json()["@context"])
    assert answer["GS1-EPCIS-Version"].startswith("2.0")
    assert answer["GS1-CBV-Version"].startswith("2.0")
    assert answer["Content-Type"] == "application/json"


def test_e04_one_event_by_its_name(nobody: Machine, batch: Batch) -> None:
    name = batch.events.first().event_id
    for path in (quote(name, safe=""), name):
        assert ids(nobody.client.get(f"/epcis/v2/events/{path}")) == [name]
    unknown = nobody.get("events/urn:uuid:00000000-0000-0000-0000-000000000000")
    assert (unknown.status_code, unknown["Content-Type"]) == (404, "application/problem+json")


def test_e07_an_unknown_parameter_is_named(nobody: Machine) -> None:
    answer = nobody.get("events", EQ_nosuch="1")
    assert answer.status_code == 400
    assert answer.json()["type"] == "epcisException:QueryParameterException"
    assert answer.json()["parameter"] == "EQ_nosuch"


def test_e08_the_resources_that_are_told_are_there(nobody: Machine, batch: Batch) -> None:
    for name in nobody.get("").json()["member"]:
        assert nobody.get(name).status_code == (401 if name == "capture" else 200)
    assert ids(nobody.get(f"epcs/{quote(batch_uri(batch), safe='')}/events"))
    assert nobody.client.options("/epcis/v2/events").status_code == 204


@pytest.mark.parametrize(
    ("resource", "value"),
    [("bizSteps", "packing"), ("dispositions", "in_progress"), ("eventTypes", "ObjectEvent")],
)
def test_words_lead_to_their_events(nobody: Machine, batch: Batch, resource: str, value: str) -> None:
    assert value in nobody.get(resource).json()["member"]
    assert nobody.get(f"{resource}/{value}").json()["member"] == ["events"]
    assert ids(nobody.get(f"{resource}/{value}/events"))
    assert nobody.get("eventTypes/NoEvent/events").status_code == 404


def test_places_lead_to_their_events(nobody: Machine, batch: Batch) -> None:
    place = nobody.get("readPoints").json()["member"][0]
    assert ids(nobody.get(f"readPoints/{quote(place, safe='')}/events"))


@pytest.fixture
def told(machine: Machine, goods: Goods, batch: Batch) -> dict[str, str]:
    """One event of each sort, by what it is for: name → eventID."""
    other = make_published_batch(goods.pack, packs=5)
    box = "urn:epc:id:sscc:9521234.0000000001"
    sorts = {
        "seen": event(quantityList=[amount(batch_uri(batch), 1)], bizStep="shipping", bizLocation={"id": "urn:a:shop"}),
        "single": event(epcList=[batch_uri(batch) + "/21/A1"], disposition="https://ref.gs1.org/cbv/Disp-conformant"),
        "packed": event(type="AggregationEvent", parentID=box, childQuantityList=[amount(batch_uri(batch), 1)]),
        "made": transformation(batch, 1, other, 1, transformationID="urn:a:t1"),
        "old": event(quantityList=[amount(batch_uri(batch), 1)], eventTime="2020-01-02T03:04:05+07:00"),
    }
    found = {}
    for name, said in sorts.items():
        assert machine.post("capture", document(said)).status_code == 202
        found[name] = Event.objects.latest("pk").event_id
    return found


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"eventType": "TransformationEvent|AggregationEvent"}, {"packed", "made"}),
        ({"GE_eventTime": "2020-01-02T03:04:05+07:00", "LT_eventTime": "2020-01-03T00:00:00Z"}, {"old"}),
        ({"LT_recordTime": "2021-01-01T00:00:00Z"}, set()),
        ({"GE_recordTime": "2021-01-01T00:00:00Z", "EQ_bizStep": "shipping"}, {"seen"}),
        ({"EQ_action": "ADD|DELETE"}, set()),
        ({"EQ_bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}, {"seen"}),
        ({"EQ_disposition": "conformant"}, {"single"}),
        ({"EQ_readPoint": "urn:epc:id:sgln:9521234.00001.0", "EQ_bizStep": "shipping"}, {"seen"}),
        ({"EQ_bizLocation": "urn:a:shop"}, {"seen"}),
        ({"EQ_transformationID": "urn:a:t1"}, {"made"}),
        ({"MATCH_anyEPC": "https://id.gs1.org/00/095212340000000013"}, {"packed"}),
        ({"MATCH_parentID": "urn:epc:id:sscc:9521234.0000000001"}, {"packed"}),
        ({"MATCH_epc": "https://id.gs1.org/01/09521234001560/21/A1"}, {"single"}),
        ({"MATCH_inputEPCClass": "LOT"}, {"made"}),
        ({"MATCH_outputEPCClass": "LOT"}, set()),
        ({"MATCH_epcClass": "LOT", "EQ_bizStep": "storing", "eventType": "AggregationEvent"}, {"packed"}),
        ({"EXISTS_errorDeclaration": "true"}, set()),
        ({"EQ_eventID": "urn:a:none"}, set()),
    ],
)
def test_every_question_is_answered(
    machine: Machine, batch: Batch, told: dict[str, str], asked: dict[str, str], names: set[str]
) -> None:
    uri = batch_uri(batch)
    answer = machine.get("events", **{name: uri if value == "LOT" else value for name, value in asked.items()})
    assert answer.status_code == 200, answer.content
    by_id = {name: key for key, name in told.items()}
    assert {by_id[one] for one in ids(answer) if one in by_id} == names
    assert not list(GS1_SCHEMA.iter_errors(answer.json()))


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("value", ["", "\0", "|", "x" * 3000])
def test_a_bad_value_is_refused_by_its_name(nobody: Machine, name: str, value: str) -> None:
    answer = nobody.get("events", **{name: value})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name


@pytest.mark.parametrize(
    "asked",
    [
        {"eventCountLimit": 1, "maxEventCount": 1, "orderBy": "eventTime"},
        {"eventCountLimit": 1},
        {"orderBy": "bizStep"},
        {"perPage": 0},
        {"GE_eventTime": "yesterday"},
        {"GE_eventTime": "2026-01-01T00:00:00"},
        {"EQ_action": "CREATE"},
        {"nextPageToken": "W10"},
        {"nextPageToken": "bm90IGpzb24"},
    ],
)
def test_questions_that_make_no_sense(nobody: Machine, asked: dict[str, Any]) -> None:
    assert nobody.get("events", **asked).status_code == 400


def test_every_parameter_of_ours_is_one_of_the_standard() -> None:
    standard = {one["name"] for one in load_vectors("epcis/openapi.json")["components"]["parameters"].values()}
    assert set(PARAMETERS) <= standard


def test_order_and_limits(machine: Machine, told: dict[str, str]) -> None:
    newest_last = ids(machine.get("events"))
    assert newest_last[0] == told["old"]
    assert ids(machine.get("events", orderBy="eventTime")) == newest_last[::-1]
    assert ids(machine.get("events", orderBy="eventTime", orderDirection="ASC", eventCountLimit=2)) == newest_last[:2]
    assert machine.get("events", maxEventCount=2).status_code == 413
    assert machine.get("events", maxEventCount=2).json()["type"] == "epcisException:QueryTooLargeException"


def follow(machine: Machine, answer: Any) -> Any:
    address = answer["Link"].partition(">")[0].removeprefix("<http://testserver")
    assert answer["Link"].endswith('; rel="next"')
    return machine.client.get(address, headers=machine._headers())


def test_pages_neither_repeat_nor_skip_when_events_come_in_between(machine: Machine, batch: Batch) -> None:
    said = [event(quantityList=[amount(batch_uri(batch), 1)], eventTime=when(hours=n)) for n in range(1, 8)]
    machine.post("capture", document(*said))
    all_before = ids(machine.get("events"))
    answer = machine.get("events", perPage=3)
    seen = ids(answer)
    late = event(quantityList=[amount(batch_uri(batch), 1)], eventTime=when(days=900), bizStep="shipping")
    machine.post("capture", document(late))
    while "Link" in answer:
        answer = follow(machine, answer)
        seen += ids(answer)
    assert seen == all_before


@pytest.mark.parametrize("name", ["eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions"])
@pytest.mark.parametrize("size", [1, 2, 1_000_000])
def test_a_list_of_words_is_read_page_by_page_and_names_each_once(
    machine: Machine, batch: Batch, name: str, size: int
) -> None:
    """Also a standard word that some wrote in full: a page holds at most so many, all of them together each once."""
    steps = ["shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "storing"]
    place = {"id": "https://id.gs1.org/414/9521234000012"}
    said = [
        event(quantityList=[amount(batch_uri(batch), 1)], eventTime=when(hours=n), bizStep=step, readPoint=place)
        for n, step in enumerate(steps, start=1)
    ]
    stored = machine.post("capture", document(*said))
    assert stored.status_code == 202, stored.json()
    answer = machine.get(name, perPage=size)
    pages = [answer.json()["member"]]
    while "Link" in answer:
        assert f"perPage={size}" in answer["Link"]
        answer = follow(machine, answer)
        pages.append(answer.json()["member"])
    words = [word for page in pages for word in page]
    assert all(len(page) <= size for page in pages) and len(words) == len(set(words))
    assert size > 500 or len(pages) >= len(words) // size
    if name == "bizSteps":
        assert {"shipping", "storing"} <= set(words) and not any("shipping" in word for word in words if ":" in word)


@pytest.mark.parametrize(
    "asked",
    [
        {"perPage": "0"},
        {"perPage": "-1"},
        {"perPage": "ten"},
        {"perPage": ["1", "2"]},
        {"nextPageToken": "shipping"},
        {"nextPageToken": "ZXBjcyB4"},  # of another list
        {"nextPageToken": ""},
        {"EQ_bizStep": "shipping"},
    ],
)
def test_a_list_of_words_refuses_nonsense_by_its_name(nobody: Machine, batch: Batch, asked: dict[str, Any]) -> None:
    answer = nobody.get("bizSteps", **asked)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [answer.json()["parameter"]] == list(asked)


def test_a_limit_holds_over_pages(machine: Machine, batch: Batch) -> None:
    said = [event(quantityList=[amount(batch_uri(batch), 1)], eventTime=when(hours=n)) for n in range(1, 8)]
    machine.post("capture", document(*said))
    answer = machine.get("events", perPage=2, orderBy="eventTime", eventCountLimit=5)
    seen = ids(answer)
    while "Link" in answer:
        answer = follow(machine, answer)
        seen += ids(answer)
    assert len(seen) == 5


# --- Who sees what


def test_the_world_sees_published_lots_only(
    nobody: Machine, machine: Machine, stranger: Machine, goods: Goods, batch: Batch, cast: Cast
) -> None:
    draft = open_batch(pack=goods.pack, day=timezone.localdate(), actor=cast.lan_acts)
    for uri in (batch_uri(batch), batch_uri(draft), "https://id.gs1.org/01/09506000134352/10/ELSE"):
        machine.post("capture", document(event(quantityList=[amount(uri, 1)], bizStep="stocking")))
    both = event(quantityList=[amount(batch_uri(batch), 1), amount(batch_uri(draft), 1)], bizStep="stocking")
    machine.post("capture", document(both))
    assert len(ids(machine.get("events", EQ_bizStep="stocking"))) == 4
    for other in (nobody, stranger):
        assert [batch_uri(batch)] == [
            one["quantityList"][0]["epcClass"] for one in events_in(other.get("events", EQ_bizStep="stocking"))
        ]
        hidden = Event.objects.filter(biz_step="stocking", batch=draft).first()
        assert other.get("events/" + quote(hidden.event_id, safe="")).status_code == 404
        assert draft.lot_code not in other.get("epcs").content.decode()


def test_pages_cost_the_same_whatever_they_hold(machine: Machine, batch: Batch) -> None:
    said = [event(quantityList=[amount(batch_uri(batch), 1)], eventTime=when(hours=n)) for n in range(1, 41)]
    machine.post("capture", document(*said))
    machine.get("events")
    counts = []
    for size in (1, 40):
        with CaptureQueriesContext(connection) as asked:
            assert len(ids(machine.get("events", perPage=size))) == size
        counts.append(len(asked))
    assert counts == [3, 3]  # the key, the events, their declarations
