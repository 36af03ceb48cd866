"""Every example of GS1 and every valid one of OpenEPCIS comes back as it was handed in, said in JSON-LD."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from pyld import jsonld

from tests.cast import Cast
from tests.traceability.epcis.test_validator_oracle import ORACLE, REFUSED_BY_NAME
from tests.traceability.exchange.asking import events_in, machine_of
from tests.vectors import load_vectors, vector_path
from traceability.epcis.hashing import event_id, events_of

NOT_JSON_LD = {
    "transformation_event_all_possible_fields.jsonld",
    "TransformationEvent_all_possible_fields.json",
}
"""Valid by GS1's schema, refused by every JSON-LD reader: they define the protected prefix cbvmda anew."""
NAMES = {Path(name).name for name in REFUSED_BY_NAME}
FILES = [
    path
    for folder in ("epcis/JSON", "openepcis/Capture/Documents", "openepcis/Capture/Events", "openepcis/Query")
    for path in sorted(vector_path(folder).glob("**/*.json*" if folder == "epcis/JSON" else "*.json"))
    if path.name not in NAMES
]
EPCIS_CONTEXT = load_vectors("epcis/epcis-context.jsonld")


def load_context(url: str, options: Any = None) -> dict[str, Any]:
    """No network: GS1's context by any of its addresses, everybody else's is empty."""
    known = "epcis-context" in url
    document = EPCIS_CONTEXT if known else {"@context": {}}
    return {"contextUrl": None, "documentUrl": url, "document": document, "contentType": "application/ld+json"}


def meaning(event: dict[str, Any], context: object) -> str:
    """The event in RDF, canonical; without what a repository sets itself."""
    said = {name: value for name, value in event.items() if name not in ("recordTime", "eventID")}
    both = [*(context if isinstance(context, list) else [context]), *_listed(said.pop("@context", []))]
    quads = jsonld.normalize(
        {"@context": [part for part in both if part], **said},
        {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load_context},
    )
    assert quads
    return quads


def words(event: dict[str, Any]) -> dict[str, Any]:
    """As plain JSON, without what the repository adds."""
    return {name: value for name, value in event.items() if name not in ("recordTime", "eventID", "@context")}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_came_in_comes_out(path: Path, cast: Cast) -> None:
    given = json.loads(path.read_text())
    is_document = "epcisBody" in given
    machine = machine_of(cast.huong_que)
    answer = machine.post("capture" if is_document else "events", path.read_bytes(), media_type="application/ld+json")
    assert answer.status_code in (201, 202), answer.content
    shown = machine.get("events", perPage=500)
    assert not list(ORACLE.iter_errors(shown.json()))
    context = given.get("@context")
    said = list(events_of(given))
    back = events_in(shown)
    around = shown.json()["@context"]
    assert sorted(event_id(event, context) for event in said) == sorted(event_id(event, around) for event in back)
    by_hash = {event_id(event, around): event for event in back}
    for event in said:
        found = by_hash[event_id(event, context)]
        assert found.get("eventID") == event.get("eventID", found["eventID"])
        assert words(event) == words(found)
        if path.name not in NOT_JSON_LD:
            assert meaning(event, context) == meaning(found, around)


def test_there_are_enough_of_them() -> None:
    assert len([path for path in FILES if "openepcis" not in path.parts]) == 47
    assert isinstance(ORACLE, Draft7Validator)
