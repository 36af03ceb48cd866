"""Events of other systems, taken apart: from one document to what each of its events says, or why it is refused.

Pure. Nothing here knows which lots are ours; identifiers are read in the one form the CBV hash uses, so that a URN and
a Digital Link of the same thing are the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from traceability.epcis.hashing import event_id, events_of
from traceability.epcis.identifiers import constrained
from traceability.epcis.problems import BadEvent, Problem
from traceability.epcis.validation import schema_problems
from traceability.gs1.check_digits import check_digit

CLOCK_TOLERANCE = timedelta(minutes=5)
LONGEST_URI = 240
LONGEST_WORD = 120
MOST_ITEMS = 10_000

_BODIES = {"EPCISDocument": ("epcisBody",), "EPCISQueryDocument": ("epcisBody", "queryResults", "resultsBody")}
_EPC_LISTS = {
    "epcList": "object",
    "childEPCs": "child",
    "inputEPCList": "input",
    "outputEPCList": "output",
}
_QUANTITY_LISTS = {
    "quantityList": "object",
    "childQuantityList": "child",
    "inputQuantityList": "input",
    "outputQuantityList": "output",
}
_WITH_CHECK_DIGIT = re.compile(r"https://id\.gs1\.org/(01|00|414|417)/(\d+)")
_GTIN_NAMES = {"01", "gtin"}
_LOT_NAMES = {"10", "lot"}
_STANDARD_WORD = re.compile(
    r"(?:https://(?:ref\.gs1\.org|ns\.gs1\.org)/cbv/(?:BizStep|Disp)-|cbv:(?:BizStep|Disp)-)(\w+)"
)


@dataclass(frozen=True, slots=True)
class Item:
    """A thing an event names. ``uri`` is canonical; ``quantity`` and ``uom`` as they came."""

    role: str
    uri: str
    given: str
    is_class: bool
    pointer: str
    quantity: Decimal | None = None
    uom: str = ""

    @property
    def lot(self) -> tuple[str, str] | None:
        """(GTIN-14, lot), the lot empty where the identifier names none; None for what is no trade item."""
        return trade_lot(self.given, self.uri)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event. ``document`` stands alone: with its own context and eventID."""

    place: int
    pointer: str
    document: dict[str, Any]
    event_id: str
    computed_id: str
    at: datetime
    items: tuple[Item, ...]

    @property
    def says_it_was_wrong(self) -> bool:
        return "errorDeclaration" in self.document

    @property
    def biz_step(self) -> str:
        return bare_word(self.document.get("bizStep", ""))


@dataclass(slots=True)
class Delivery:
    """What a document holds: events that can be taken and, by place in the list, what is wrong with the others."""

    events: list[Incoming] = field(default_factory=list)
    refused: dict[int, list[Problem]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.events) + len(self.refused)


def read_delivery(document: Mapping[str, Any], *, now: datetime) -> Delivery:
    """The events of an EPCIS document, a query document or a bare event.

    Raises BadEvent(schema) when the document as a whole is at fault, so that no event can be told from another.
    """
    base = _base_of(document)
    problems = schema_problems(document)
    delivery = Delivery()
    stem = base + "/eventList/"
    for problem in problems:
        if not base or not problem.pointer.startswith(stem):
            raise BadEvent("schema", problems=tuple(problems))
        place = int(problem.pointer[len(stem) :].split("/", 1)[0])
        delivery.refused.setdefault(place, []).append(problem)
    for place, event in enumerate(events_of(document)):
        if place in delivery.refused:
            continue
        pointer = pointer_of(document, base, place)
        found = _read_event(event, document if base else {}, place=place, pointer=pointer, now=now)
        if isinstance(found, Incoming):
            delivery.events.append(found)
        else:
            delivery.refused[place] = found
    return delivery


def pointer_of(document: Mapping[str, Any], base: str, place: int) -> str:
    if not base:
        return ""
    holder: Any = document
    for name in base.split("/")[1:]:
        holder = holder[name]
    return f"{base}/eventList/{place}" if holder.get("eventList") else f"{base}/event"


@lru_cache(maxsize=4096)
def trade_lot(given: str, canonical: str) -> tuple[str, str] | None:
    """(GTIN-14, lot or "") of a trade item's identifier, also where a serial hides the lot from the canonical form."""
    if not canonical.startswith("https://id.gs1.org/01/"):
        return None
    parts = canonical.split("/")
    gtin = parts[4]
    if len(parts) > 6 and parts[5] == "10":
        return gtin, unquote(parts[6])
    segments = given.split("?", 1)[0].split("#", 1)[0].rstrip("/").split("/")
    for place in range(len(segments) - 2, 2, -1):
        if segments[place] in _LOT_NAMES and segments[place - 2] in _GTIN_NAMES:
            return gtin, unquote(segments[place + 1])
    return gtin, ""


def bare_word(word: str) -> str:
    """``shipping`` for any way of writing the standard word; another vocabulary's URI as it is."""
    found = _STANDARD_WORD.fullmatch(word)
    if found:
        return found[1]
    for stem in ("urn:epcglobal:cbv:bizstep:", "urn:epcglobal:cbv:disp:"):
        if word.startswith(stem):
            return word[len(stem) :]
    return word


def own_context(around: object, inner: object) -> list[Any]:
    """The contexts of document and event in one, each part once."""
    found: list[Any] = []
    for context in (around, inner):
        for part in context if isinstance(context, list) else [context]:
            if part is not None and part not in found:
                found.append(part)
    return found


def moment_of(text: object) -> datetime | None:
    """An aware datetime, or None for what is no point in time that we can keep (a leap second, the year 0)."""
    try:
        moment = datetime.fromisoformat(str(text).upper())
        moment.astimezone()
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def _base_of(document: Mapping[str, Any]) -> str:
    """Where the list of events is: "" for a bare event."""
    names = _BODIES.get(str(document.get("type")))
    return "/" + "/".join(names) if names and "epcisBody" in document else ""


def _read_event(
    event: Mapping[str, Any], around: Mapping[str, Any], *, place: int, pointer: str, now: datetime
) -> Incoming | list[Problem]:
    problems: list[Problem] = []
    at = moment_of(event["eventTime"])
    if at is None:
        problems.append(Problem(f"{pointer}/eventTime", "is not a point in time"))
    elif at > now + CLOCK_TOLERANCE:
        problems.append(Problem(f"{pointer}/eventTime", "lies in the future"))
    items = tuple(_items(event, pointer))
    problems += _limits(event, items, pointer)
    problems += [fault for item in items if (fault := _check_digit_fault(item))]
    if problems or at is None:
        return problems
    context = own_context(around.get("@context"), event.get("@context"))
    computed = event_id(event, context)
    named = str(event.get("eventID") or computed)
    document = {"@context": context, **{name: value for name, value in event.items() if name != "@context"}}
    document["eventID"] = named
    return Incoming(place, pointer, document, named, computed, at, items)


def _items(event: Mapping[str, Any], pointer: str) -> Iterator[Item]:
    if "parentID" in event:
        yield _item("parent", event["parentID"], False, f"{pointer}/parentID")
    for name, role in _EPC_LISTS.items():
        for place, given in enumerate(event.get(name) or ()):
            yield _item(role, given, False, f"{pointer}/{name}/{place}")
    for name, role in _QUANTITY_LISTS.items():
        for place, element in enumerate(event.get(name) or ()):
            amount = element.get("quantity")
            yield _item(
                role,
                element["epcClass"],
                True,
                f"{pointer}/{name}/{place}/epcClass",
                None if amount is None else Decimal(str(amount)),
                element.get("uom", ""),
            )


def _item(role: str, given: str, is_class: bool, pointer: str, quantity: Decimal | None = None, uom: str = "") -> Item:
    return Item(role, constrained(given), given, is_class, pointer, quantity, uom)


def _limits(event: Mapping[str, Any], items: tuple[Item, ...], pointer: str) -> Iterator[Problem]:
    if len(items) > MOST_ITEMS:
        yield Problem(pointer, f"names more than {MOST_ITEMS} things")
    for name in ("eventID", "transformationID"):
        if len(event.get(name) or "") > LONGEST_URI:
            yield Problem(f"{pointer}/{name}", f"is longer than {LONGEST_URI} characters")
    for name in ("readPoint", "bizLocation"):
        if len((event.get(name) or {}).get("id", "")) > LONGEST_URI:
            yield Problem(f"{pointer}/{name}/id", f"is longer than {LONGEST_URI} characters")
    for name in ("bizStep", "disposition"):
        if len(event.get(name) or "") > LONGEST_WORD:
            yield Problem(f"{pointer}/{name}", f"is longer than {LONGEST_WORD} characters")
    if len(event["type"]) > 24:
        yield Problem(f"{pointer}/type", "is no event type of EPCIS 2.0")
    for item in items:
        if len(item.uri) > LONGEST_URI or len(item.given) > LONGEST_URI:
            yield Problem(item.pointer, f"is longer than {LONGEST_URI} characters")
        if item.quantity is not None and item.quantity < 0:
            yield Problem(item.pointer.removesuffix("epcClass") + "quantity", "is less than zero")


def _check_digit_fault(item: Item) -> Problem | None:
    """A key whose last digit does not fit was mistyped somewhere; URNs carry no check digit, there we compute it."""
    key = _WITH_CHECK_DIGIT.match(item.uri)
    if key and check_digit(key[2][:-1]) != key[2][-1]:
        names = {"01": "GTIN", "00": "SSCC"}
        return Problem(item.pointer, f"has a wrong check digit in its {names.get(key[1], 'GLN')}")
    return None
