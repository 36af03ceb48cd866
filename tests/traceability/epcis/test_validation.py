"""Bad events are refused with the place of the fault, for the schema's reasons and for ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.traceability.epcis.steps import BASE, JAM, PHOTO, history
from tests.vectors import load_vectors, vector_path
from traceability.epcis.canonical import NotCanonical, canonical_json
from traceability.epcis.documents import build_event, render_json
from traceability.epcis.hashing import event_id
from traceability.epcis.validation import BadEvent, check_event, check_schema, read_json, schema_problems

CASES = load_vectors("epcis-own/epcis_schema_public.json")["cases"]
EXAMPLES = sorted(vector_path("epcis/JSON").rglob("*.jsonld"))
INSPECTED = next(build_event(step, base_url=BASE) for step in history() if step.verdict)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("error", "valid")[:50])
def test_mutated_documents_are_judged_as_the_schema_says(case: dict[str, Any]) -> None:
    assert (schema_problems(case["document"]) == []) is case["valid"]


def test_the_pomelo_chain_is_valid() -> None:
    check_schema(load_vectors("epcis-own/ocop_pomelo_chain.jsonld"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_gs1_examples_are_valid(path: Any) -> None:
    check_schema(read_json(path.read_text(encoding="utf-8")))


def test_format_checkers_are_really_there() -> None:
    """jsonschema silently skips formats whose checker is not installed."""
    checker = Draft7Validator.FORMAT_CHECKER
    assert not checker.conforms("2026-11-21", "date-time")
    assert not checker.conforms("no uri", "uri")


def changed(**fields: Any) -> dict[str, Any]:
    event = {**INSPECTED, **fields}
    return {**event, "eventID": event_id(event)}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"eventTimeZoneOffset": "+00:00"}, "/eventTimeZoneOffset"),
        ({"ocop:recordedAt": "2026-11-12T08:00:00+07:00"}, "/eventTime"),
        ({"ocop:recordedAt": "2026-11-12T08:00:00"}, "/ocop:recordedAt"),
        ({"ocop:whoSays": "everybody"}, "/ocop:whoSays"),
        ({"ocop:evidence": [f"ni:///sha-256;{PHOTO}", "photo.jpg"]}, "/ocop:evidence/1"),
        ({"quantityList": [{"epcClass": JAM, "quantity": 0}]}, "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": JAM, "quantity": 1, "uom": "GRM"}]}, "/quantityList/0/uom"),
        ({"quantityList": [{"epcClass": JAM}, {"epcClass": JAM}]}, "/quantityList/1/epcClass"),
        ({"quantityList": [{"epcClass": f"{BASE}/01/09521234001561/10/L1"}]}, "/quantityList/0/epcClass"),
        ({"quantityList": [{"epcClass": f"{BASE}/01/9521234001560"}]}, "/quantityList/0/epcClass"),
        ({"ocop:stage": ""}, "/ocop:stage"),
        ({"@context": [INSPECTED["@context"][0], {"ocop": "https://a.vn/", "cbvmda": "urn:x:"}]}, "/@context"),
    ],
)
def test_our_profile_names_the_fault(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadEvent) as refused:
        check_event(changed(**fields))
    assert refused.value.code == "profile"
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_an_event_changed_after_it_was_named_is_refused() -> None:
    with pytest.raises(BadEvent) as refused:
        check_event({**INSPECTED, "disposition": "non_conformant"})
    assert [problem.pointer for problem in refused.value.problems] == ["/eventID"]


@pytest.mark.parametrize("action", ["OBSERVE", "DELETE"])
def test_master_data_only_where_a_lot_is_created(action: str) -> None:
    with pytest.raises(BadEvent):
        check_event(changed(action=action, ilmd={"cbvmda:lotNumber": "L1"}))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_json"),
        ("[]", "not_json"),
        ('{"a": NaN}', "not_json"),
        ("{" * 10, "not_json"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "too_deep"),
        (" " * 10_000_001, "too_large"),
    ],
    ids=["empty", "list", "nan", "broken", "deep", "large"],
)
def test_text_that_is_no_proper_json_object_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadEvent) as refused:
        read_json(text)
    assert refused.value.code == code


def test_deep_nesting_is_refused_before_anything_walks_it() -> None:
    value: dict[str, Any] = {}
    for _ in range(50):
        value = {"ocop:deeper": value}
    with pytest.raises(BadEvent) as refused:
        check_schema({**INSPECTED, "ocop:deep": value})
    assert refused.value.code == "too_deep"


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_canonical_json_agrees_with_the_rfc_8785_vectors(name: str) -> None:
    given = load_vectors(f"jcs/testdata/input/{name}.json")
    assert canonical_json(given) == vector_path(f"jcs/testdata/output/{name}.json").read_bytes()


@pytest.mark.parametrize("value", [float("nan"), 2**60, "\ud800", object(), {1: 2}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_json(value)


def test_canonical_bytes_do_not_depend_on_how_an_event_was_stored() -> None:
    assert canonical_json(json.loads(render_json(INSPECTED))) == canonical_json(dict(reversed(INSPECTED.items())))
