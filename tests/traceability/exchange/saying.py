"""Short EPCIS documents for tests, and what tables hold before and after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from community.audit.models import AuditEntry
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, Posting
from traceability.epcis.documents import EPCIS_CONTEXT
from traceability.events.models import ErrorDeclaration, Event, EventItem
from traceability.exchange.models import CaptureJob
from traceability.genealogy.models import Edge
from traceability.log.models import LogEntry

FIRST = "/epcisBody/eventList/0"
PLACE = {"id": "https://id.gs1.org/414/9521234000013"}


def when(**ago: float) -> str:
    return (timezone.localtime() - timedelta(**(ago or {"hours": 1}))).isoformat(timespec="milliseconds")


def event(**said: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": when(),
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "storing",
        "disposition": "in_progress",
        "readPoint": PLACE,
        **said,
    }


def amount(uri: str, quantity: float | None = None, uom: str = "") -> dict[str, Any]:
    return {"epcClass": uri} | ({} if quantity is None else {"quantity": quantity}) | ({"uom": uom} if uom else {})


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": [EPCIS_CONTEXT, {"example": "https://ns.example.com/epcis/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-01T00:00:00+07:00",
        "epcisBody": {"eventList": list(events)},
    }


def refused(response: Any, status: int, *pointers: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    said = response.json()
    assert [one["pointer"] for one in said.get("errors", [])] == list(pointers)
    return said


def transformation(source: Batch, taken: float, target: Batch, made: float, **said: Any) -> dict[str, Any]:
    whole = event(
        type="TransformationEvent",
        bizStep="commissioning",
        inputQuantityList=[amount(batch_uri(source), taken, "KGM")],
        outputQuantityList=[amount(batch_uri(target), made, "KGM")],
        **said,
    )
    del whole["action"]
    return whole


def bare(**said: Any) -> dict[str, Any]:
    return {"@context": [EPCIS_CONTEXT], **event(**said)}


def state() -> tuple[Any, ...]:
    """Everything a capture may touch."""
    tables = (Event, EventItem, ErrorDeclaration, Posting, Edge, LogEntry, CaptureJob, AuditEntry)
    held = tuple(Batch.objects.order_by("pk").values_list("pk", "on_hand_base", "available_base", "page_version"))
    return (*(table.objects.count() for table in tables), held)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
