"""EPCIS 2.0 JSON-LD events from our facts, and documents around events.

An event is a bare JSON-LD object with its own ``@context``, so the stored text stands alone: valid against the GS1
schema, hashable without anything beside it. Own terms live under ``ocop:`` ({ID_BASE_URL}/voc/); the prefix ``cbvmda``
is protected in GS1's context and is used, never redefined.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from community.errors import DomainError
from traceability.epcis.facts import LotAmount, LotBirth, Parameter, Reference, SaidAs, SensorWindow, StepFacts
from traceability.epcis.hashing import event_id

EPCIS_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
SCHEMA_VERSION = "2.0"
LARGEST_EXACT = 2**53 - 1  # beyond it JSON readers that use doubles (and RFC 8785) lose digits

_UNITS = {"g": (1000, "KGM"), "ml": (1000, "LTR"), "piece": (1, "")}


class InexactNumber(DomainError, ValueError):
    """A number that JSON would change: too large, or with more than 15 to 17 digits. Fact: number."""


def vocabulary_of(base_url: str) -> str:
    """The namespace of our own terms under a base address."""
    return base_url.rstrip("/") + "/voc/"


def build_event(facts: StepFacts, *, base_url: str) -> dict[str, Any]:
    """The event as JSON-ready dict, ``eventID`` computed. Raises ValueError for a naive time or an unknown unit."""
    shape = facts.stage.value
    event: dict[str, Any] = {
        "@context": [EPCIS_CONTEXT, {"ocop": vocabulary_of(base_url)}],
        "eventID": "",
        "type": shape.type,
        "eventTime": time_text(facts.at),
        "eventTimeZoneOffset": offset_text(facts.at),
    }
    if shape.type == "TransformationEvent":
        event |= _filled(
            inputQuantityList=[_amount(lot) for lot in facts.inputs],
            outputQuantityList=[_amount(lot) for lot in facts.outputs],
            transformationID=facts.transformation,
        )
    elif shape.type == "AggregationEvent":
        event |= _filled(
            parentID=facts.container, action=shape.action, childQuantityList=[_amount(lot) for lot in facts.lots]
        )
    else:
        event |= _filled(action=shape.action, quantityList=[_amount(lot) for lot in facts.lots])
    event |= _filled(
        bizStep=shape.biz_step,
        disposition=facts.verdict or shape.disposition,
        readPoint={"id": facts.place} if facts.place else None,
        bizLocation={"id": facts.location} if facts.location else None,
        bizTransactionList=[_reference(document, "bizTransaction") for document in facts.documents],
        sourceList=[_reference(source, "source") for source in facts.sources],
        destinationList=[_reference(destination, "destination") for destination in facts.destinations],
        certificationInfo=list(facts.certificates),
        sensorElementList=[_sensor_element(window) for window in facts.sensors],
        ilmd=_birth(facts.birth) if facts.birth else None,
    )
    event |= _own_terms(facts)
    event["eventID"] = event_id(event)
    return event


def declare_error(
    original: Mapping[str, Any], *, declared_at: datetime, reason: str, corrective_ids: Sequence[str] = ()
) -> dict[str, Any]:
    """The original event said again with an errorDeclaration (EPCIS 2.0 §7.4.1.4): same content, same eventID.

    reason: ``did_not_occur`` or ``incorrect_data``. corrective_ids: events that say what is right.
    """
    return {
        **original,
        "errorDeclaration": _filled(
            declarationTime=time_text(declared_at), reason=reason, correctiveEventIDs=list(corrective_ids)
        ),
    }


def build_document(events: Iterable[Mapping[str, Any]], *, created_at: datetime) -> dict[str, Any]:
    """An EPCISDocument around ``events``; a context that all share moves to the document."""
    listed = [dict(event) for event in events]
    contexts = {json.dumps(event.get("@context"), sort_keys=True) for event in listed}
    shared = listed[0].get("@context") if len(contexts) == 1 else None
    if shared:
        for event in listed:
            del event["@context"]
    return {
        "@context": shared or [EPCIS_CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": time_text(created_at),
        "epcisBody": {"eventList": listed},
    }


def render_json(value: Mapping[str, Any]) -> str:
    """The text that is stored and sent: compact, Vietnamese letters as they are; members in the order of RFC 8785, so
    that the log's leaf mostly holds this very text and an audit need not read JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)


def time_text(moment: datetime) -> str:
    """ISO 8601 with offset, milliseconds only when there are any. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("an event time needs its UTC offset")
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def offset_text(moment: datetime) -> str:
    """``+07:00``."""
    return time_text(moment)[-6:]


def exact_number(number: Decimal) -> int | float:
    """``number`` as a JSON number that every reader reads back as the same decimal. Raises InexactNumber."""
    if not number.is_finite() or abs(number) > LARGEST_EXACT:
        raise InexactNumber("inexact_number", number=str(number)[:40])
    if number == number.to_integral_value():
        return int(number)
    near = float(number)
    if Decimal(repr(near)) != number:
        raise InexactNumber("inexact_number", number=str(number)[:40])
    return near


def trade_quantity(quantity_base: int, base_unit: str) -> tuple[int | float, str]:
    """Base units as (number, UN/ECE unit): 150500 g → (150.5, "KGM"); pieces have no unit."""
    if base_unit not in _UNITS:
        raise ValueError(f"unknown base unit {base_unit!r}")
    size, uom = _UNITS[base_unit]
    return exact_number(Decimal(quantity_base) / size), uom


def _filled(**fields: Any) -> dict[str, Any]:
    """The fields that say something: EPCIS wants absent fields, not empty ones."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _amount(lot: LotAmount) -> dict[str, Any]:
    if lot.quantity_base is None:
        return {"epcClass": lot.uri}
    quantity, uom = trade_quantity(lot.quantity_base, lot.base_unit)
    return {"epcClass": lot.uri, "quantity": quantity} | _filled(uom=uom)


def _reference(reference: Reference, name: str) -> dict[str, str]:
    return {"type": reference.type, name: reference.uri}


def _birth(birth: LotBirth) -> dict[str, Any]:
    named = {
        "cbvmda:lotNumber": birth.lot_code,
        "cbvmda:countryOfOrigin": birth.country,
        "cbvmda:bestBeforeDate": birth.best_before_on,
        "ocop:productionDate": birth.produced_on,
        "cbvmda:harvestStartDate": birth.harvested_from_on,
        "cbvmda:harvestEndDate": birth.harvested_to_on,
        "ocop:growingAreaCode": birth.growing_area_code,
    }
    return {name: str(value) for name, value in named.items() if value}


def _sensor_element(window: SensorWindow) -> dict[str, Any]:
    return {
        "sensorMetadata": {
            "startTime": time_text(window.started_at),
            "endTime": time_text(window.ended_at),
            "deviceID": window.device_uri,
        },
        "sensorReport": [
            {
                "type": window.metric,
                "minValue": exact_number(window.lowest),
                "maxValue": exact_number(window.highest),
                "meanValue": exact_number(window.mean),
                "uom": window.uom,
            }
        ],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    value = parameter.value
    return {
        "ocop:key": parameter.key,
        "ocop:label": parameter.label,
        "ocop:value": exact_number(value) if isinstance(value, Decimal) else value,
    } | ({"ocop:unit": parameter.unit} if parameter.unit else {})


def _said_as(said: SaidAs) -> dict[str, Any]:
    each, uom = trade_quantity(said.each_base, said.base_unit)
    spoken = {"ocop:value": exact_number(said.value), "ocop:unit": said.unit, "ocop:each": each}
    return spoken | _filled(**{"ocop:eachUnit": uom})


def _own_terms(facts: StepFacts) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "ocop:stage": facts.stage_code,
        "ocop:stageName": facts.stage_name,
        "ocop:whoSays": facts.who_says,
        "ocop:party": facts.party,
        "ocop:recordedAt": time_text(facts.recorded_at),
        "ocop:parameters": [_parameter(parameter) for parameter in facts.parameters],
        "ocop:evidence": [f"ni:///sha-256;{digest}" for digest in facts.evidence],
        "ocop:note": facts.note,
        "ocop:corrects": facts.corrects,
        "ocop:lateReason": facts.late_reason,
        "ocop:saidAs": _said_as(facts.said_as) if facts.said_as else "",
    }
    return {name: value for name, value in terms.items() if value not in ("", [])}
