"""Our own terms (``ocop:…``) in events of others: whether they have the shape that our pages read, and reading them all
the same where they have not. What is stored stays as it came, so a reader never relies on the check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from traceability.epcis.hashing import prefixes_of
from traceability.epcis.incoming import LONGEST_URI, moment_of
from traceability.epcis.problems import Problem, pointer_to

PREFIX = "ocop"
LONGEST_STAGE, LONGEST_NAME, LONGEST_TEXT, LONGEST_NOTE = 40, 160, 200, 300
MOST_LISTED = 100

_EVIDENCE = re.compile(r"ni:///sha-256;[0-9a-f]{64}")


def is_ours(event: Mapping[str, Any], vocabulary: str) -> bool:
    """False when the event's own context gives our prefix to somebody else's namespace."""
    return prefixes_of(event.get("@context")).get(PREFIX, vocabulary) == vocabulary


def shape_problems(event: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    """What is wrong with the own terms of ``event`` and of its errorDeclaration; ``pointer`` is where the event is."""
    for name, holds, message in _SHAPES:
        if name in event and not holds(event[name]):
            yield Problem(pointer + pointer_to(name), message)
    declared = event.get("errorDeclaration")
    if isinstance(declared, Mapping):
        at = pointer + pointer_to("errorDeclaration")
        if "ocop:note" in declared and not _is_text(LONGEST_NOTE)(declared["ocop:note"]):
            yield Problem(at + "/ocop:note", f"is not a text of at most {LONGEST_NOTE} characters")
        if "ocop:byRole" in declared:
            yield Problem(at + "/ocop:byRole", "is said by this house only: a key has no role among people")


def trust_problems(event: Mapping[str, Any], pointer: str, *, reserved: frozenset[str]) -> Iterator[Problem]:
    """What only this house may say: that another than the cooperative stands for it, and its own sales."""
    if event.get("ocop:whoSays", "self") != "self":
        yield Problem(pointer + "/ocop:whoSays", "can only be self: a key speaks for its cooperative")
    if event.get("ocop:stage") in reserved:
        yield Problem(pointer + "/ocop:stage", "is reserved for the shop")


def parameters_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parameters of a stored event; what has another shape than ours is left out."""
    return [each for each in _listed(body.get("ocop:parameters")) if _is_parameter(each)]


def evidence_of(body: Mapping[str, Any]) -> list[str]:
    """The names of photos of a stored event, as ``ni:///sha-256;<hex>``."""
    return [each for each in _listed(body.get("ocop:evidence")) if _is_digest(each)]


def said_as_of(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """How the amount of a stored event was said (``ocop:value``, ``ocop:unit``, ``ocop:each``); None where it was not,
    or has another shape than ours."""
    said = body.get("ocop:saidAs")
    return dict(said) if isinstance(said, Mapping) and _is_said_as(said) else None


def word_of(body: Mapping[str, Any], name: str) -> str:
    """A text of a stored event, "" for whatever is none."""
    word = body.get(name)
    return word if isinstance(word, str) else ""


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_text(longest: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_parameter(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    said = value.get("ocop:value")
    texts = all(isinstance(value.get(name), str) for name in ("ocop:key", "ocop:label"))
    return texts and isinstance(value.get("ocop:unit", ""), str) and (isinstance(said, str) or _is_number(said))


def _is_said_as(value: object) -> bool:
    if not isinstance(value, Mapping) or not all(_is_number(value.get(name)) for name in ("ocop:value", "ocop:each")):
        return False
    texts = [value.get("ocop:unit"), value.get("ocop:eachUnit", "")]
    return all(isinstance(text, str) and len(text) <= LONGEST_STAGE for text in texts)


def _fits_a_page(value: dict[str, Any]) -> bool:
    return all(len(word) <= LONGEST_TEXT for word in value.values() if isinstance(word, str))


def _are_parameters(value: object) -> bool:
    return _is_list(value, lambda each: _is_parameter(each) and _fits_a_page(each))


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _EVIDENCE.fullmatch(value) is not None


def _is_list(value: object, holds: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and len(value) <= MOST_LISTED and all(holds(each) for each in value)


_SHAPES: tuple[tuple[str, Callable[[object], bool], str], ...] = (
    *(
        (name, _is_text(longest), f"is not a text of at most {longest} characters")
        for name, longest in (
            ("ocop:stage", LONGEST_STAGE),
            ("ocop:stageName", LONGEST_NAME),
            ("ocop:whoSays", LONGEST_STAGE),
            ("ocop:party", LONGEST_URI),
            ("ocop:corrects", LONGEST_URI),
            ("ocop:note", LONGEST_NOTE),
            ("ocop:lateReason", LONGEST_NOTE),
        )
    ),
    (
        "ocop:recordedAt",
        lambda value: isinstance(value, str) and moment_of(value) is not None,
        "is not a point in time",
    ),
    ("ocop:parameters", _are_parameters, "is not a list of ocop:key, ocop:label, ocop:value and perhaps ocop:unit"),
    ("ocop:saidAs", _is_said_as, "is not ocop:value and ocop:each (numbers) with ocop:unit and perhaps ocop:eachUnit"),
    ("ocop:evidence", lambda value: _is_list(value, _is_digest), "is not a list of ni:///sha-256;<64 hex digits>"),
)
