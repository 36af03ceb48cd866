"""Capture: everything good comes in whole and once, everything bad stays out with its place named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from community.audit.models import AuditEntry
from community.errors import DomainError
from tests.cast import Cast
from tests.vectors import vector_path
from traceability.batches.models import Posting
from traceability.epcis.json_text import read_json
from traceability.epcis.problems import BadEvent, Problem
from traceability.events.capturing import CaptureRefused, capture
from traceability.events.models import ErrorDeclaration, Event, EventItem
from traceability.log.models import LogEntry

NOT_BY_GS1 = {
    "AggregationEvent_with_persistentDisposition.json",
    "SensorData_with_combined_events.json",
    "TransactionEvent_with_userExtensions.json",
}
"""Named valid by OpenEPCIS, refused by GS1's own schema; reference: GS1 wins."""

GS1 = sorted(vector_path("epcis/JSON").rglob("*.jsonld"))
OPEN = sorted(
    path
    for folder in ("openepcis/Capture/Documents", "openepcis/Capture/Events", "openepcis/Query")
    for path in vector_path(folder).glob("*.json")
)
INVALID = sorted(
    path
    for folder in ("openepcis/Capture/Invalid", "openepcis/Query/Invalid")
    for path in vector_path(folder).glob("*.json")
)


def rows() -> tuple[int, ...]:
    tables = (Event, EventItem, ErrorDeclaration, Posting, LogEntry, AuditEntry)
    return tuple(table.objects.count() for table in tables)


def read(path: Path) -> dict[str, Any]:
    return read_json(path.read_bytes())


@pytest.mark.parametrize("path", [p for p in GS1 + OPEN if p.name not in NOT_BY_GS1], ids=lambda path: path.stem)
def test_every_valid_example_is_taken(path: Path, cast: Cast) -> None:
    document = read(path)
    captured = capture(document=document, cooperative=cast.huong_que, actor=cast.lan_acts)
    assert captured.stored
    assert not captured.refused
    assert Event.objects.count() == len(captured.stored)
    again = capture(document=document, cooperative=cast.huong_que, actor=cast.lan_acts)
    assert (again.stored, again.refused) == ([], {})
    assert Event.objects.count() == len(captured.stored)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_invalid_example_is_refused(path: Path, cast: Cast) -> None:
    before = rows()
    with pytest.raises((BadEvent, CaptureRefused)) as refused:
        capture(document=read(path), cooperative=cast.huong_que, actor=cast.lan_acts)
    assert problems_of(refused.value)
    assert rows() == before


def problems_of(fault: DomainError) -> tuple[Problem, ...]:
    return fault.problems if isinstance(fault, BadEvent) else fault.facts["captured"].problems
