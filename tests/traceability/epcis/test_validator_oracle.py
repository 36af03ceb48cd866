"""The compiled validator says what jsonschema says: on every vector, on mutations of them, on the known-bad ones.

Where the two may differ, we refuse earlier or later by a rule of our own; those cases are named here.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from tests.vectors import vector_path
from traceability.epcis.incoming import moment_of
from traceability.epcis.validation import SCHEMA_FILE, schema_problems

ORACLE = Draft7Validator(json.loads(SCHEMA_FILE.read_text()), format_checker=Draft7Validator.FORMAT_CHECKER)
FILES = sorted(
    path for folder in ("epcis/JSON", "openepcis") for path in vector_path(folder).rglob("*.json*") if path.is_file()
)
REFUSED_BY_NAME = {
    "Capture/Documents/AggregationEvent_with_persistentDisposition.json",
    "Capture/Documents/SensorData_with_combined_events.json",
    "Capture/Documents/TransactionEvent_with_userExtensions.json",
    "Query/SensorData_with_combined_events.json",
    "Query/TransactionEvent_with_userExtensions.json",
}
"""OpenEPCIS calls these valid; GS1's own schema does not."""


@cache
def documents() -> list[Any]:
    return [json.loads(path.read_text()) for path in FILES]


def test_there_is_something_to_compare() -> None:
    assert len(FILES) == 119
    assert len(list(vector_path("epcis/JSON").rglob("*.jsonld"))) == 47


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_same_verdict_on_every_vector(path: Path) -> None:
    document = json.loads(path.read_text())
    assert bool(schema_problems(document)) is not ORACLE.is_valid(document)


def test_what_is_refused_is_what_we_know() -> None:
    refused = {
        str(path.relative_to(vector_path("openepcis")))
        for path in FILES
        if "openepcis" in path.parts and schema_problems(json.loads(path.read_text()))
    }
    invalid = {name for name in refused if "Invalid" in name or name.startswith("Query/Queries")}
    assert refused - invalid == REFUSED_BY_NAME
    assert len([name for name in invalid if name.startswith("Capture/Invalid")]) == 15
    assert len([name for name in invalid if name.startswith("Query/Invalid")]) == 2


WORDS = st.sampled_from(
    [None, True, 0, -1, 3.5, "", "x", "urn:a:b", "http://a b", "2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "+07:00",
     "shipping", "ADD", "https://ref.gs1.org/cbv/BizStep-shipping", [], ["a"], {}, {"id": "urn:x"}, "ObjectEvent", "é"]
)  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(value, dict):
        for name, part in value.items():
            found += places(part, (*at, name))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            found += places(part, (*at, place))
    return found


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_verdict_on_mutations(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(documents())))
    for _ in range(data.draw(st.integers(1, 2))):
        where = data.draw(st.sampled_from(places(document)))
        holder = document
        for step in where[:-1]:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[where[-1]] = copy.deepcopy(data.draw(WORDS))
        else:
            del holder[where[-1]]
    assert bool(schema_problems(document)) is not ORACLE.is_valid(document)


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z"])
def test_times_the_compiled_validator_takes_and_we_do_not(text: str) -> None:
    """RFC 3339 knows leap seconds and the year 0, jsonschema's checker and Python's calendar do not."""
    assert moment_of(text) is None
