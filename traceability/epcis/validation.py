"""Is this a valid EPCIS event, and one that we would have written?

Two layers: GS1's JSON schema *with* format checkers (without them 6 of 15 known-bad documents pass), and our profile,
which the schema cannot say. Events of others are held to the first only.
The schema is shipped (``data/``, as is, with GS1's notice); nothing is ever fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError, best_match

from community.errors import DomainError
from traceability.epcis.documents import EPCIS_CONTEXT
from traceability.epcis.hashing import event_id
from traceability.gs1.digital_link import BadDigitalLink
from traceability.gs1.parsing import parse_digital_link

SCHEMA_FILE = Path(__file__).parent / "data" / "EPCIS-JSON-Schema.json"
DEEPEST = 20
LARGEST = 10_000_000
CLOCK_SKEW = timedelta(minutes=5)
WHO_SAYS = frozenset({"self", "third_party", "device"})
UNITS = frozenset({"KGM", "LTR"})

_QUANTITY_LISTS = ("quantityList", "inputQuantityList", "outputQuantityList")
_REQUIRED = ("eventID", "readPoint", "bizStep", "ocop:stage", "ocop:stageName", "ocop:whoSays", "ocop:recordedAt")
_EVIDENCE = re.compile(r"ni:///sha-256;[0-9a-f]{64}")
_GTIN_PATH = re.compile(r"https?://[^/]+(?:/.*)?/01/[0-9]+(?:/|$)")


@dataclass(frozen=True)
class Problem:
    """One thing wrong: where (JSON pointer) and what (English, for logs and problem+json)."""

    pointer: str
    message: str


class BadEvent(DomainError):
    """An event we do not take.

    Codes: not_json, too_large, too_deep, schema, profile; fact ``problems``: a tuple of Problem.
    """

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self.facts["problems"])


def read_json(text: str | bytes) -> dict[str, Any]:
    """A JSON object from outside, without NaN. Of a key given twice the last counts (one GS1 example has that).

    Raises BadEvent(not_json | too_large | too_deep).
    """
    if len(text) > LARGEST:
        raise BadEvent("too_large", problems=(Problem("", f"larger than {LARGEST} bytes"),))
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as fault:
        raise BadEvent("too_deep", problems=(Problem("", "nested too deep to read"),)) from fault
    except ValueError as fault:
        raise BadEvent("not_json", problems=(Problem("", str(fault)[:300]),)) from fault
    if not isinstance(value, dict):
        raise BadEvent("not_json", problems=(Problem("", "is not a JSON object"),))
    return value


def check_event(event: Mapping[str, Any]) -> None:
    """Raise BadEvent unless ``event`` (bare, with its context) fits GS1's schema and our profile."""
    check_schema(event)
    problems = list(profile_problems(event))
    if problems:
        raise BadEvent("profile", problems=tuple(problems))


def check_schema(document: Mapping[str, Any]) -> None:
    """Raise BadEvent unless ``document`` (EPCIS document, query document or bare event) fits GS1's schema."""
    if _is_deeper(document, DEEPEST):
        raise BadEvent("too_deep", problems=(Problem("", f"nested deeper than {DEEPEST}"),))
    problems = schema_problems(document)
    if problems:
        raise BadEvent("schema", problems=tuple(problems))


def schema_problems(document: Mapping[str, Any]) -> list[Problem]:
    """What GS1's schema finds wrong, the most telling fault of each place."""
    return [_told(best_match([fault]) or fault) for fault in _validator().iter_errors(document)]


def profile_problems(event: Mapping[str, Any]) -> Iterator[Problem]:
    """What our own rules find wrong with an event that fits the schema."""
    for name in _REQUIRED:
        if not event.get(name):
            yield Problem(f"/{_escaped(name)}", "is required")
    yield from _context_problems(event)
    yield from _time_problems(event)
    if event["type"] == "TransformationEvent" and not (
        event.get("inputQuantityList") and event.get("outputQuantityList")
    ):
        yield Problem("", "a transformation names the lots that went in and the lots that came out")
    if "ilmd" in event and event["type"] != "TransformationEvent" and event.get("action") != "ADD":
        yield Problem("/ilmd", "only an event that creates a lot carries its master data")
    yield from _quantity_problems(event)
    if event.get("ocop:whoSays") not in WHO_SAYS:
        yield Problem("/ocop:whoSays", f"is not one of {sorted(WHO_SAYS)}")
    for place, digest in enumerate(event.get("ocop:evidence", ())):
        if not (isinstance(digest, str) and _EVIDENCE.fullmatch(digest)):
            yield Problem(f"/ocop:evidence/{place}", "is not ni:///sha-256;<64 hex digits>")
    if event.get("eventID") and event["eventID"] != event_id(event):
        yield Problem("/eventID", "is not the CBV 2.0 hash of the event")


def _context_problems(event: Mapping[str, Any]) -> Iterator[Problem]:
    context = event.get("@context")
    first, own = context if isinstance(context, list) and len(context) == 2 else (None, None)
    if not (first == EPCIS_CONTEXT and isinstance(own, Mapping) and set(own) == {"ocop"}):
        yield Problem("/@context", "is GS1's context and one entry for ocop")


def _time_problems(event: Mapping[str, Any]) -> Iterator[Problem]:
    happened = _moment(event["eventTime"])
    recorded = _moment(event.get("ocop:recordedAt"))
    if happened is None:
        yield Problem("/eventTime", "is not a point in time")
        return
    if happened.strftime("%z") != str(event["eventTimeZoneOffset"]).replace(":", ""):
        yield Problem("/eventTimeZoneOffset", "differs from the offset of eventTime")
    if recorded is None:
        yield Problem("/ocop:recordedAt", "is not a point in time with offset")
    elif happened > recorded + CLOCK_SKEW:
        yield Problem("/eventTime", "lies after the moment it was recorded")


def _quantity_problems(event: Mapping[str, Any]) -> Iterator[Problem]:
    for name in _QUANTITY_LISTS:
        seen: set[str] = set()
        for place, element in enumerate(event.get(name, ())):
            pointer = f"/{name}/{place}"
            if element["epcClass"] in seen:
                yield Problem(f"{pointer}/epcClass", "is named twice")
            seen.add(element["epcClass"])
            if "quantity" in element and not element["quantity"] > 0:
                yield Problem(f"{pointer}/quantity", "is not greater than zero")
            if "uom" in element and element["uom"] not in UNITS:
                yield Problem(f"{pointer}/uom", f"is not one of {sorted(UNITS)}")
            yield from _identifier_problems(element["epcClass"], f"{pointer}/epcClass")


def _identifier_problems(uri: str, pointer: str) -> Iterator[Problem]:
    if _GTIN_PATH.match(uri):
        try:
            parse_digital_link(uri)
        except BadDigitalLink as fault:
            yield Problem(pointer, f"is not a valid GS1 Digital Link: {fault.code}")


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text).upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@cache
def _validator() -> Draft7Validator:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _told(fault: ValidationError) -> Problem:
    return Problem("".join(f"/{_escaped(str(part))}" for part in fault.absolute_path), fault.message[:300])


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _is_deeper(value: object, levels: int) -> bool:
    """True if nesting exceeds ``levels``; walks without recursion, so that hostile depth cannot hurt."""
    layer: list[object] = [value]
    for _ in range(levels + 1):
        layer = [
            child
            for part in layer
            for child in (part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ())
        ]
        if not layer:
            return False
    return True
