"""What devices measured over a time, summed up: lowest, highest, mean. Only where a device reported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from community.text.quantities import show_number
from traceability.events.models import Event

SENSOR_STEP = "sensor_reporting"
NAMES = {
    "Temperature": gettext_noop("Temperature"),
    "RelativeHumidity": gettext_noop("Relative humidity"),
    "AbsoluteHumidity": gettext_noop("Humidity"),
}
UNITS = {"CEL": "°C", "P1": "%", "A93": "g/m³"}


@dataclass(frozen=True, slots=True)
class Sensed:
    """One window of one metric, in words; ``range`` is "18–24 °C"."""

    name: str
    range: str
    mean: str
    since: datetime
    until: datetime


def sensed_by(events: Sequence[Event]) -> tuple[Sensed, ...]:
    found: list[Sensed] = []
    for event in events:
        if event.biz_step.rpartition("/")[2] == SENSOR_STEP:
            for element in json.loads(event.body).get("sensorElementList", []):
                found += _windows(element, event.event_time)
    return tuple(found)


def _windows(element: dict[str, Any], at: datetime) -> list[Sensed]:
    about = element.get("sensorMetadata", {})
    since, until = _moment(about.get("startTime"), at), _moment(about.get("endTime"), at)
    windows = []
    for report in element.get("sensorReport", []):
        kind = str(report.get("type", "")).rpartition("/")[2].rpartition(":")[2]
        low, high = report.get("minValue", report.get("value")), report.get("maxValue", report.get("value"))
        if low is None or high is None:
            continue
        unit = UNITS.get(report.get("uom", ""), report.get("uom", ""))
        told = f"{_shown(low)} {unit}" if low == high else f"{_shown(low)}–{_shown(high)} {unit}"
        mean = f"{_shown(report['meanValue'])} {unit}" if "meanValue" in report else ""
        windows.append(Sensed(_(NAMES[kind]) if kind in NAMES else kind, told.strip(), mean.strip(), since, until))
    return windows


def _moment(text: Any, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise


def _shown(number: Any) -> str:
    return show_number(Decimal(str(number)), (get_language() or "vi")[:2])
