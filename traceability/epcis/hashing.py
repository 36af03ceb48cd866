"""The CBV 2.0 event hash: the name of an event, computed from what it says.

``eventID = ni:///sha-256;<hex>?ver=CBV2.0`` over the *pre-hash string*: the event's fields in canonical order without
separators. Left out: recordTime, eventID, errorDeclaration and comments, so the hash finds duplicates and names events
but does not protect when they were stored; the log leaf covers the whole document.
Source: CBV 2.0 §8.9 and the algorithm text and vectors of RalphTro/epcis-event-hash-generator (MIT); where text and
vectors disagree the vectors win: certificationInfo third, parentID before epcList, type before its value, and
bizTransactionList, sourceList and destinationList sorted among ilmd and extensions at the end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

from traceability.epcis.identifiers import LONGEST_KEPT
from traceability.epcis.normal_values import CBV, GS1_VOCABULARY, normal_time, normal_value, normal_word

Prefixes = Mapping[str, str]
Writer = Callable[[Any, Prefixes], str]

NEVER_HASHED = frozenset(
    {"@context", "type", "recordTime", "eventID", "errorDeclaration", "rdfs:comment", "comment"}
)  # fmt: skip
_QUANTITY = ("epcClass", "quantity", "uom")
_METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
)  # fmt: skip
_REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism",
    "chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue",
    "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
_TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
_WORDS = {
    "bizStep": CBV + "BizStep-",
    "disposition": CBV + "Disp-",
    "set": CBV + "Disp-",
    "unset": CBV + "Disp-",
    "type": GS1_VOCABULARY,
    "exception": GS1_VOCABULARY,
    "component": CBV + "Comp-",
}


def event_id(event: Mapping[str, Any], context: object = None, ignored: Collection[str] = ()) -> str:
    """The ``ni:`` name of ``event``.

    context: the ``@context`` of the document around it, if any. ignored: compact names of top-level fields that a
    repository added and that do not count.
    """
    digest = hashlib.sha256(prehash(event, context, ignored).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def event_ids(document: Mapping[str, Any]) -> list[str]:
    """The names of all events of an EPCIS document or query document, in their order."""
    return [event_id(event, document.get("@context"), ignored) for event, ignored in _events_of(document)]


def prehash(event: Mapping[str, Any], context: object = None, ignored: Collection[str] = ()) -> str:
    """The canonical text of ``event`` that is hashed."""
    prefixes = {**prefixes_of(context), **prefixes_of(event.get("@context"))}
    text = f"eventType={event.get('type', '')}"
    for name, write in _IN_ORDER:
        if name in event:
            text += write(event[name], prefixes)
    tail = [
        piece
        for name, value in event.items()
        if name not in _ORDERED_NAMES and name not in NEVER_HASHED and name not in ignored
        for piece in _tail(name, value, prefixes)
    ]
    tail += _report_rules(event.get("sensorElementList", []), prefixes)
    return text + "".join(sorted(tail))


def events_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The events inside an EPCIS document, a query document, or a single bare event."""
    return [event for event, _ in _events_of(document)]


def _events_of(document: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], list[str]]]:
    if "epcisBody" not in document:
        return [(document, [])]
    body = document["epcisBody"]
    results = body.get("queryResults", {})
    holder = results.get("resultsBody", body)
    ignored = [
        name
        for part in (document, body, results, holder)
        for key, names in part.items()
        if key.endswith(":ignoreFields") and isinstance(names, list)
        for name in names
    ]
    events = holder.get("eventList") or [holder["event"]]
    return [(event, ignored) for event in events]


def prefixes_of(context: object) -> dict[str, str]:
    """Prefix → namespace, as far as a context says so in place; what is only referred to is never fetched."""
    found: dict[str, str] = {}
    for part in context if isinstance(context, list) else [context]:
        if not isinstance(part, str) and isinstance(part, Mapping):  # most are addresses
            found.update({key: uri for key, uri in part.items() if isinstance(uri, str) and not key.startswith("@")})
    return found


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _field(name: str) -> Writer:
    """``name=value``, once for each value, sorted."""

    def write(value: object, prefixes: Prefixes) -> str:
        if not isinstance(value, list):
            return _pair(name, value, prefixes)
        return "".join(sorted(piece for each in value if (piece := _pair(name, each, prefixes))))

    return write


def _pair(name: str, value: object, prefixes: Prefixes) -> str:
    """``name=value``. What no prefix of the context concerns is kept: the events of a document mostly say the same."""
    is_short = type(value) is str and len(value) <= LONGEST_KEPT and name not in _TIMES
    if is_short and str(value).partition(":")[0].strip() not in prefixes:
        return _kept_pair(name, str(value))
    return _made_pair(name, value, prefixes)


@lru_cache(maxsize=4096)
def _kept_pair(name: str, value: str) -> str:
    return _made_pair(name, value, {})


def _made_pair(name: str, value: object, prefixes: Prefixes) -> str:
    if value is None or value == "":
        return ""
    if name in _TIMES:
        return f"{name}={normal_time(str(value))}"
    if name in _WORDS:
        return f"{name}={normal_word(value, _WORDS[name], prefixes)}"
    return f"{name}={normal_value(value, prefixes)}"


def _record(names: tuple[str, ...]) -> Writer:
    """The named fields in order, then extensions of this level sorted."""
    writers = [(name, _field(name)) for name in names]
    known = frozenset(names)

    def write(value: Any, prefixes: Prefixes) -> str:
        regular = "".join([write_field(value[name], prefixes) for name, write_field in writers if name in value])
        if known.issuperset(value):
            return regular
        foreign = [
            piece
            for name, part in value.items()
            if name not in known and ":" in name and name not in NEVER_HASHED
            for piece in _extension(name, part, prefixes)
        ]
        return regular + "".join(sorted(foreign))

    return write


def _listed(list_name: str, item_name: str, write_item: Writer) -> Writer:
    """``listName`` once, then every item behind its own name, sorted; nothing for an empty list."""

    def write(value: object, prefixes: Prefixes) -> str:
        items = sorted(item_name + text for each in _as_list(value) if (text := write_item(each, prefixes)))
        return list_name + "".join(items) if items else ""

    return write


def _identifiers(list_name: str) -> Writer:
    return _listed(list_name, "epc=", normal_value)


def _quantities(list_name: str) -> Writer:
    return _listed(list_name, "quantityElement", _record(_QUANTITY))


def _single(name: str, write_record: Writer) -> Writer:
    def write(value: object, prefixes: Prefixes) -> str:
        text = write_record(value, prefixes)
        return name + text if text else ""

    return write


_sensor_metadata = _single("sensorMetadata", _record(_METADATA))
_sensor_reports = _listed("", "sensorReport", _record(_REPORT))
_foreign = _record(())


def _sensor_element(value: Any, prefixes: Prefixes) -> str:
    metadata = _sensor_metadata(value.get("sensorMetadata", {}), prefixes)
    return metadata + _sensor_reports(value.get("sensorReport", []), prefixes) + _foreign(value, prefixes)


_IN_ORDER: tuple[tuple[str, Writer], ...] = (
    ("eventTime", _field("eventTime")),
    ("eventTimeZoneOffset", _field("eventTimeZoneOffset")),
    ("certificationInfo", _field("certificationInfo")),
    ("parentID", _field("parentID")),
    ("epcList", _identifiers("epcList")),
    ("inputEPCList", _identifiers("inputEPCList")),
    ("childEPCs", _identifiers("childEPCs")),
    ("quantityList", _quantities("quantityList")),
    ("childQuantityList", _quantities("childQuantityList")),
    ("inputQuantityList", _quantities("inputQuantityList")),
    ("outputEPCList", _identifiers("outputEPCList")),
    ("outputQuantityList", _quantities("outputQuantityList")),
    ("action", _field("action")),
    ("transformationID", _field("transformationID")),
    ("bizStep", _field("bizStep")),
    ("disposition", _field("disposition")),
    ("persistentDisposition", _single("persistentDisposition", _record(("set", "unset")))),
    ("readPoint", _single("readPoint", _record(("id",)))),
    ("bizLocation", _single("bizLocation", _record(("id",)))),
    ("sensorElementList", _listed("sensorElementList", "sensorElement", _sensor_element)),
)
_ORDERED_NAMES = frozenset(name for name, _ in _IN_ORDER)
_TYPED_LISTS = {
    "bizTransactionList": ("bizTransaction", CBV + "BTT-"),
    "sourceList": ("source", CBV + "SDT-"),
    "destinationList": ("destination", CBV + "SDT-"),
}


def _tail(name: str, value: Any, prefixes: Prefixes) -> list[str]:
    if name in _TYPED_LISTS:
        return [_typed_list(name, value, prefixes)] if value else []
    return _extension(name, value, prefixes)


def _report_rules(elements: list[Any], prefixes: Prefixes) -> list[str]:
    """bizRules of sensor reports: missing in the canonical order of reports, the vectors write them into the tail."""
    found = [
        "sensorElement" + "".join(sorted("sensorReport" + rules for rules in in_reports))
        for element in elements
        if (
            in_reports := [
                _pair("bizRules", report["bizRules"], prefixes)
                for report in element.get("sensorReport", [])
                if "bizRules" in report
            ]
        )
    ]
    return ["sensorElementList" + "".join(sorted(found))] if found else []


def _typed_list(name: str, items: list[Any], prefixes: Prefixes) -> str:
    key, stem = _TYPED_LISTS[name]
    texts = []
    for item in items:
        kind = f"type={normal_word(item['type'], stem, prefixes)}" if "type" in item else ""
        texts.append(f"{kind}{key}={normal_value(item[key], prefixes)}")
    return name + "".join(sorted(texts))


def _extension(name: str, value: Any, prefixes: Prefixes) -> list[str]:
    """``{namespace}local=value``, nested as deep as it goes, once for each member of a list."""
    key = _extension_key(name, prefixes)
    pieces = []
    for each in _as_list(value):
        if isinstance(each, Mapping):
            children = [
                piece
                for child, part in each.items()
                if child not in ("rdfs:comment", "comment")
                for piece in _extension(child, part, prefixes)
            ]
            pieces.append(key + "".join(sorted(children)))
        elif isinstance(each, list):
            pieces.append(key + "".join(sorted(_extension("", each, prefixes))))
        elif each is not None:
            text = normal_value(each, prefixes)
            pieces.append(f"{key}={text}" if text else key)
    return pieces


def _extension_key(name: str, prefixes: Prefixes) -> str:
    prefix, colon, local = name.partition(":")
    return f"{{{prefixes[prefix]}}}{local}" if colon and prefix in prefixes else name
