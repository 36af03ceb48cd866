"""The EPCIS SimpleEventQuery: what may be asked, read from the texts of an address and judged name by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from community.errors import DomainError
from traceability.epcis.incoming import moment_of

EVENT_TYPES = ("AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent")
ACTIONS = ("ADD", "OBSERVE", "DELETE")
PER_PAGE, MOST_PER_PAGE = 50, 500
MOST_VALUES = 100
LARGEST = 2**53 - 1


class BadQuery(DomainError):
    """A question we cannot answer. Codes: unknown_parameter, bad_value, not_together; facts: name, message."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query. ``wanted`` holds the typed values of what was asked, by the standard's own names."""

    wanted: dict[str, Any] = field(default_factory=dict)
    order_by: str = "eventTime"
    descending: bool = False
    per_page: int = PER_PAGE
    limit: int | None = None  # the first so many, and no more
    most: int | None = None  # refuse when there are more
    after: str = ""


def _texts(name: str, given: Sequence[str]) -> tuple[str, ...]:
    """Values apart by ``|`` (the standard's style) or the parameter given again."""
    found = tuple(part for text in given for part in text.split("|"))
    if len(found) > MOST_VALUES:
        raise BadQuery("bad_value", name=name, message=f"takes at most {MOST_VALUES} values")
    for text in found:
        if not text or "\0" in text or len(text) > 2048:
            raise BadQuery("bad_value", name=name, message="has an empty or unreadable value")
    return found


def _one_of(*allowed: str) -> Callable[[str, Sequence[str]], tuple[str, ...]]:
    def read(name: str, given: Sequence[str]) -> tuple[str, ...]:
        found = _texts(name, given)
        if not set(found) <= set(allowed):
            raise BadQuery("bad_value", name=name, message=f"is not one of {', '.join(allowed)}")
        return found

    return read


def _uris(name: str, given: Sequence[str]) -> tuple[str, ...]:
    found = _texts(name, given)
    if not all(":" in text for text in found):
        raise BadQuery("bad_value", name=name, message="is not a URI")
    return found


def _single(name: str, given: Sequence[str]) -> str:
    if len(given) != 1 or not given[0]:
        raise BadQuery("bad_value", name=name, message="takes one value")
    return given[0]


def _time(name: str, given: Sequence[str]) -> datetime:
    moment = moment_of(_single(name, given).replace(" ", "+"))  # a "+" that nobody encoded
    if moment is None:
        raise BadQuery("bad_value", name=name, message="is not a date and time with offset")
    return moment


def _count(name: str, given: Sequence[str]) -> int:
    text = _single(name, given)
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) <= LARGEST):
        raise BadQuery("bad_value", name=name, message="is not a whole number above zero")
    return int(text)


def _flag(name: str, given: Sequence[str]) -> bool:
    text = _single(name, given).lower()
    if text not in ("true", "false"):
        raise BadQuery("bad_value", name=name, message="is neither true nor false")
    return text == "true"


PARAMETERS: dict[str, Callable[[str, Sequence[str]], Any]] = {
    "eventType": _one_of(*EVENT_TYPES),
    "GE_eventTime": _time,
    "LT_eventTime": _time,
    "GE_recordTime": _time,
    "LT_recordTime": _time,
    "EQ_action": _one_of(*ACTIONS),
    "EQ_bizStep": _texts,
    "EQ_disposition": _texts,
    "EQ_readPoint": _uris,
    "EQ_bizLocation": _uris,
    "EQ_transformationID": _uris,
    "EQ_eventID": _uris,
    "MATCH_anyEPC": _uris,
    "MATCH_anyEPCClass": _uris,
    "MATCH_epc": _uris,
    "MATCH_epcClass": _uris,
    "MATCH_parentID": _uris,
    "MATCH_inputEPC": _uris,
    "MATCH_inputEPCClass": _uris,
    "MATCH_outputEPC": _uris,
    "MATCH_outputEPCClass": _uris,
    "EXISTS_errorDeclaration": _flag,
    "GE_errorDeclarationTime": _time,
    "LT_errorDeclarationTime": _time,
    "EQ_errorReason": _one_of("did_not_occur", "incorrect_data"),
    "EQ_correctiveEventID": _uris,
}
_STEERING: dict[str, Callable[[str, Sequence[str]], Any]] = {
    "orderBy": _one_of("eventTime", "recordTime"),
    "orderDirection": _one_of("ASC", "DESC"),
    "eventCountLimit": _count,
    "maxEventCount": _count,
    "perPage": _count,
    "nextPageToken": _single,
}
NAMES = frozenset(PARAMETERS) | frozenset(_STEERING)


def read_question(given: Mapping[str, Sequence[str]]) -> Question:
    """The question in an address's parameters. Raises :class:`BadQuery` naming the parameter."""
    for name in given:
        if name not in NAMES:
            raise BadQuery("unknown_parameter", name=name[:100], message="is no query parameter of this interface")
    wanted = {name: PARAMETERS[name](name, given[name]) for name in given if name in PARAMETERS}
    steer = {name: _STEERING[name](name, given[name]) for name in given if name in _STEERING}
    if "eventCountLimit" in steer and "maxEventCount" in steer:
        raise BadQuery("not_together", name="maxEventCount", message="cannot stand beside eventCountLimit")
    if "eventCountLimit" in steer and "orderBy" not in steer:
        raise BadQuery("not_together", name="eventCountLimit", message="needs orderBy")
    for name in ("orderBy", "orderDirection"):
        if len(steer.get(name, ())) > 1:
            raise BadQuery("bad_value", name=name, message="takes one value")
    order_by = steer["orderBy"][0] if "orderBy" in steer else "eventTime"
    direction = steer["orderDirection"][0] if "orderDirection" in steer else ("DESC" if "orderBy" in steer else "ASC")
    return Question(
        wanted=wanted,
        order_by=order_by,
        descending=direction == "DESC",
        per_page=min(steer.get("perPage", PER_PAGE), MOST_PER_PAGE),
        limit=steer.get("eventCountLimit"),
        most=steer.get("maxEventCount"),
        after=steer.get("nextPageToken", ""),
    )
