"""EPCIS documents as another system would send them all day: for the bench and for counting queries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from traceability.epcis.documents import EPCIS_CONTEXT

STEPS = (
    ("storing", "in_progress"),
    ("inspecting", "conformant"),
    ("shipping", "in_transit"),
    ("receiving", "in_progress"),
)


def capture_bodies(
    *, requests: int, per_request: int, lots: Sequence[str], since: datetime, first: int = 0
) -> Iterator[bytes]:
    """``requests`` documents of ``per_request`` ObjectEvents each, every event another moment after ``since`` (aware)
    and about one of ``lots`` (their URIs). ``first`` continues the numbering, so that nothing is said twice."""
    for number in range(requests):
        start = first + number * per_request
        events = [_event(place, lots[place % len(lots)], since) for place in range(start, start + per_request)]
        yield json.dumps(
            {
                "@context": [EPCIS_CONTEXT, {"example": "https://ns.example.com/epcis/"}],
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": since.isoformat(),
                "epcisBody": {"eventList": events},
            }
        ).encode()


def _event(place: int, lot: str, since: datetime) -> dict[str, object]:
    biz_step, disposition = STEPS[place % len(STEPS)]
    return {
        "type": "ObjectEvent",
        "eventTime": (since + timedelta(milliseconds=place)).isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": biz_step,
        "disposition": disposition,
        "epcList": ["https://id.gs1.org/01/09521234001560/21/S" + str(place)],
        "quantityList": [{"epcClass": lot, "quantity": 2.5, "uom": "KGM"}],
        "readPoint": {"id": "https://id.gs1.org/414/9521234000013"},
        "bizLocation": {"id": "https://id.gs1.org/414/9521234000013"},
        "bizTransactionList": [{"type": "desadv", "bizTransaction": f"https://example.com/desadv/{place}"}],
        "sensorElementList": [
            {
                "sensorMetadata": {"time": (since + timedelta(milliseconds=place)).isoformat(timespec="milliseconds")},
                "sensorReport": [{"type": "Temperature", "value": 4.5, "uom": "CEL"}],
            }
        ],
        "example:counter": place,
    }
