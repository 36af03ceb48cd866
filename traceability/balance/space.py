"""MB-9: a harvest lies on its plot, and nobody is in two places at once.

A position is told only by whoever presses the button while standing there; without one the place is said by the member
("tự khai"), and nothing is checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt

from traceability.balance.facts import Finding
from traceability.balance.models import Severity

EARTH_M = 6_371_000
LEAST_BUFFER_M = 50
FAR_M = 1000
VAGUE_M = 500  # a phone that knows no better has measured nothing; its word alone must not widen the buffer
FASTEST_KMH = 120
SELF_DECLARED, MEASURED = "self_declared", "measured"


@dataclass(frozen=True, slots=True)
class Fix:
    """A position of a device, degrees and metres."""

    latitude: float
    longitude: float
    accuracy_m: int
    at: datetime


def place_class(fix: Fix | None) -> str:
    return MEASURED if fix and fix.accuracy_m <= VAGUE_M else SELF_DECLARED


def metres_between(one: Fix, other: Fix) -> int:
    """Great circle (haversine), rounded down."""
    rise = radians(other.latitude - one.latitude)
    run = radians(other.longitude - one.longitude)
    chord = sin(rise / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(run / 2) ** 2
    return int(2 * EARTH_M * asin(sqrt(chord)))


def check_place(fix: Fix | None, *, away_m: int) -> list[Finding]:
    """``away_m`` from the plot's outline: at most max(50 m, twice the accuracy); beyond a kilometre: not there."""
    if place_class(fix) == SELF_DECLARED or fix is None:
        return []
    most = max(LEAST_BUFFER_M, 2 * fix.accuracy_m)
    if away_m <= most:
        return []
    severity = Severity.BLOCK if away_m > max(FAR_M, 2 * most) else Severity.REVIEW
    return [Finding("MB-9", severity, "distance to plot <= buffer", away_m, most, key="place")]


def check_speed(one: Fix, other: Fix) -> list[Finding]:
    """The same device at two places: more than 120 km/h between them is asked about."""
    hours = abs((other.at - one.at).total_seconds()) / 3600
    metres = max(0, metres_between(one, other) - one.accuracy_m - other.accuracy_m)
    if metres <= FASTEST_KMH * 1000 * hours:
        return []
    kmh = int(metres / 1000 / hours) if hours else 100_000
    return [Finding("MB-9", Severity.REVIEW, "speed <= 120 km/h", kmh, FASTEST_KMH, key="speed")]
