"""Every stage builds an event that GS1's schema, our profile and the reference hash implementation accept."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from epcis_event_hash_generator import hash_generator, json_to_py
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.epcis.steps import BASE, JAM, PHOTO, RAW, facts, history
from tests.traceability.epcis.test_event_hash_vectors import shuffled
from traceability.epcis.documents import (
    InexactNumber,
    build_document,
    build_event,
    declare_error,
    exact_number,
    render_json,
    trade_quantity,
)
from traceability.epcis.facts import LotAmount
from traceability.epcis.hashing import event_id, event_ids, prehash
from traceability.epcis.stages import Stage, stage_of_step
from traceability.epcis.validation import check_event, check_schema

HISTORY = history()
EVENTS = [build_event(step, base_url=BASE) for step in HISTORY]


def test_the_history_covers_every_stage() -> None:
    assert {step.stage for step in HISTORY} == set(Stage)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["ocop:stage"])
def test_every_stage_builds_a_valid_event(event: dict[str, Any]) -> None:
    check_event(event)
    check_event(json.loads(render_json(event)))


def test_the_same_facts_build_the_same_event() -> None:
    assert [build_event(step, base_url=BASE) for step in history()] == EVENTS
    assert len({event["eventID"] for event in EVENTS}) == len(EVENTS)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_reference_implementation_computes_the_same_names() -> None:
    """Oracle: PyPI epcis-event-hash-generator (it changes its input and reads whole documents, so it gets a copy)."""
    document = build_document(EVENTS, created_at=datetime(2026, 11, 30, tzinfo=UTC))
    read = json_to_py.event_list_from_epcis_document_json(copy.deepcopy(document))
    assert hash_generator.derive_prehashes_from_events(read) == [prehash(event) for event in EVENTS]
    assert hash_generator.epcis_hashes_from_events(read) == [event["eventID"] for event in EVENTS]


@given(st.sampled_from(EVENTS), st.integers(0, 2**32))
def test_events_keep_their_name_in_any_order(event: dict[str, Any], seed: int) -> None:
    body = {name: value for name, value in event.items() if name != "@context"}
    assert event_id(shuffled(body, random.Random(seed)), event["@context"]) == event["eventID"]


def test_event_time_keeps_the_offset_of_the_place() -> None:
    event = EVENTS[0]
    assert event["eventTime"] == "2026-11-01T08:30:00+07:00"
    assert event["eventTimeZoneOffset"] == "+07:00"
    assert event["ocop:recordedAt"] == "2026-11-01T09:30:00+07:00"


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="UTC offset"):
        build_event(facts(Stage.PACK, 1, at=datetime(2026, 11, 1)), base_url=BASE)


def test_quantities_are_converted_exactly() -> None:
    assert trade_quantity(150_500, "g") == (150.5, "KGM")
    assert trade_quantity(1, "ml") == (0.001, "LTR")
    assert trade_quantity(640, "piece") == (640, "")
    with pytest.raises(ValueError, match="unknown base unit"):
        trade_quantity(1, "kg")


@given(st.integers(1, 10**12))
def test_no_gram_is_lost_between_base_units_and_json(grams: int) -> None:
    number = json.loads(json.dumps(trade_quantity(grams, "g")[0]), parse_float=Decimal)
    assert number * 1000 == grams


@pytest.mark.parametrize("number", ["0.12345678901234567890123", "9007199254740993", "1e400", "NaN", "Infinity"])
def test_a_number_that_json_cannot_hold_exactly_is_refused(number: str) -> None:
    with pytest.raises(InexactNumber):
        exact_number(Decimal(number))


def test_step_parameters_evidence_and_speaker_are_in_the_event() -> None:
    event = EVENTS[0]
    assert event["ocop:parameters"][0] == {
        "ocop:key": "seed_rate", "ocop:label": "Lượng giống", "ocop:value": 82.5, "ocop:unit": "kg/ha",
    }  # fmt: skip
    assert event["ocop:evidence"] == [f"ni:///sha-256;{PHOTO}"]
    assert event["ocop:whoSays"] == "self"


@pytest.mark.parametrize(
    "changed", ["ocop:evidence", "ocop:parameters", "ocop:recordedAt", "ocop:note", "ocop:whoSays"]
)
def test_own_terms_are_part_of_the_name(changed: str) -> None:
    event = {name: value for name, value in EVENTS[0].items() if name != changed}
    assert event_id(event) != EVENTS[0]["eventID"]


def test_a_document_hoists_the_shared_context_and_keeps_the_names() -> None:
    document = build_document(EVENTS, created_at=datetime(2026, 11, 30, 10, tzinfo=UTC))
    check_schema(document)
    assert event_ids(document) == [event["eventID"] for event in EVENTS]
    moved = build_event(HISTORY[0], base_url="https://other.example.vn")
    mixed = build_document([*EVENTS, moved], created_at=datetime(2026, 11, 30, 10, tzinfo=UTC))
    check_schema(mixed)
    assert event_ids(mixed)[-1] == moved["eventID"]
    assert "@context" in EVENTS[0]


def test_a_correction_repeats_the_event_under_its_name_and_points_to_the_right_one() -> None:
    wrong = EVENTS[1]
    right = build_event(
        replace(HISTORY[1], lots=(LotAmount(RAW, 290_000, "g"),), corrects=wrong["eventID"]), base_url=BASE
    )
    declared = declare_error(
        wrong, declared_at=datetime(2026, 12, 1, tzinfo=UTC), reason="incorrect_data", corrective_ids=[right["eventID"]]
    )
    check_event(right)
    check_event(declared)
    assert declared["eventID"] == wrong["eventID"] != right["eventID"]
    assert declared["errorDeclaration"]["correctiveEventIDs"] == [right["eventID"]]
    assert "errorDeclaration" not in wrong


@pytest.mark.parametrize(
    ("kind", "code", "stage"),
    [
        ("origin", "plot", Stage.OBSERVE),
        ("input", "grow", Stage.OBSERVE),
        ("input", "receive", Stage.RECEIVE),
        ("transform", "mill", Stage.TRANSFORM),
        ("transform", "harvest", Stage.HARVEST),
        ("origin", "harvest", Stage.HARVEST),
        ("check", "test", Stage.INSPECT),
        ("pack", "pack", Stage.PACK),
        ("store", "store", Stage.STORE),
        ("ship", "ship", Stage.SHIP),
    ],
)
def test_steps_of_product_lines_have_a_stage(kind: str, code: str, stage: Stage) -> None:
    assert stage_of_step(kind, code, inputs=[RAW], outputs=[JAM]) is stage


@pytest.mark.parametrize(("kind", "code"), [("transform", "mill"), ("transform", "harvest")])
def test_nothing_is_made_of_nothing(kind: str, code: str) -> None:
    assert stage_of_step(kind, code) is Stage.OBSERVE
