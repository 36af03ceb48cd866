"""The event hash agrees with every published vector, and says the same whatever the order of keys and lists."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors import load_vectors
from traceability.epcis.hashing import event_id, event_ids, events_of, prehash

DOCUMENTS = load_vectors("epcis-hash/jsonld_hash_vectors.json")["vectors"]
OWN = load_vectors("epcis-hash/ocop_hash_public.json")
CHAIN = load_vectors("epcis-own/ocop_pomelo_chain.jsonld")


@pytest.mark.parametrize("vector", DOCUMENTS, ids=lambda vector: vector["name"])
def test_published_documents_hash_as_published(vector: dict[str, Any]) -> None:
    document = vector["document"]
    assert event_ids(document) == vector["hashes"]


@pytest.mark.parametrize("vector", OWN["vectors"], ids=lambda vector: vector["eventID"][14:22])
def test_ocop_events_hash_as_the_reference_implementation_says(vector: dict[str, Any]) -> None:
    assert prehash(vector["event"], OWN["context"]) == vector["prehash"]
    assert event_id(vector["event"], OWN["context"]) == vector["eventID"]


def test_the_pomelo_chain_carries_its_own_hashes() -> None:
    assert event_ids(CHAIN) == [event["eventID"] for event in events_of(CHAIN)]


def test_hashing_does_not_change_the_event() -> None:
    before = copy.deepcopy(CHAIN)
    event_ids(CHAIN)
    assert before == CHAIN


def shuffled(value: Any, order: random.Random) -> Any:
    """The same content with keys and list members in another order (none of the lists here is ordered)."""
    if isinstance(value, dict):
        items = list(value.items())
        order.shuffle(items)
        return {key: shuffled(part, order) for key, part in items}
    if isinstance(value, list):
        members = [shuffled(part, order) for part in value]
        order.shuffle(members)
        return members
    return value


EVENTS = [vector["event"] for vector in OWN["vectors"]] + [dict(event) for event in events_of(CHAIN)]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EVENTS), st.integers(0, 2**32))
def test_order_of_keys_and_lists_does_not_change_the_hash(event: dict[str, Any], seed: int) -> None:
    assert event_id(shuffled(event, random.Random(seed)), OWN["context"]) == event_id(event, OWN["context"])


@pytest.mark.parametrize("field", ["eventID", "recordTime", "errorDeclaration"])
def test_storage_facts_do_not_count(field: str) -> None:
    event = EVENTS[0]
    assert event_id({**event, field: "2026-11-21T08:00:00Z"}, OWN["context"]) == event_id(event, OWN["context"])


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ({"quantity": 1}, {"quantity": 1.0}),
        ({"quantity": 150.5}, {"quantity": 150.50}),
        ({"epcClass": "https://id.example.vn/01/09521234001560/10/L1?17=270520"},
         {"epcClass": "urn:epc:class:lgtin:9521234.000156.L1"}),
    ],
)  # fmt: skip
def test_equal_facts_in_other_words_hash_the_same(one: dict[str, Any], same: dict[str, Any]) -> None:
    def event(element: dict[str, Any]) -> dict[str, Any]:
        return {"type": "ObjectEvent", "quantityList": [{"epcClass": "urn:x:y", **element}]}

    assert event_id(event(one)) == event_id(event(same))


def test_rules_of_a_sensor_report_stand_where_the_published_example_has_them() -> None:
    """GS1 SensorDataExample8; expected text from SensorDataExamples.prehashes of the reference implementation."""
    example = load_vectors("epcis/JSON/WithSensorData/SensorDataExample8.jsonld")
    text = prehash(events_of(example)[0], example["@context"])
    assert text.endswith(
        "uom=CELsensorElementListsensorElementsensorReportbizRules=https://id.gs1.org/253/4012345000054987"
    )


def test_any_changed_value_changes_the_hash() -> None:
    for event in EVENTS:
        original = event_id(event, OWN["context"])
        for name in event:
            if name not in ("eventID", "recordTime"):
                assert event_id({key: part for key, part in event.items() if key != name}, OWN["context"]) != original


@pytest.mark.parametrize("text", ["1E999999999", "9" * 5000, "nan", "inf", "-", "1_000", "٣"])
def test_texts_that_only_look_like_numbers_do_no_harm(text: str) -> None:
    assert text in prehash({"type": "ObjectEvent", "ilmd": {"cbvmda:lotNumber": text}})
