"""What somebody says happened, as small frozen values: the input of the event builder.

Quantities are integers of base units (g, ml, piece), times are aware datetimes whose offset is the place's own,
URIs are text. Nothing here may hold a name, phone number or exact place of a person: events end up in a public log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from traceability.epcis.stages import Stage


@dataclass(frozen=True)
class LotAmount:
    """A lot by its URI, with how much of it took part (None: the whole lot, amount not stated)."""

    uri: str
    quantity_base: int | None = None
    base_unit: str = "g"


@dataclass(frozen=True)
class Parameter:
    """A value measured or chosen in a step: seed rate, temperature, moisture. ``label`` as the recorder saw it."""

    key: str
    label: str
    value: Decimal | str
    unit: str = ""


@dataclass(frozen=True)
class SaidAs:
    """How an amount was said where people do not speak of kilograms: 3 "bao", each 50,000 g at that moment.

    ``unit`` is the word as it was said. What ``value * each_base`` makes is the quantity of the one lot that the event
    brings forth; when a sack weighs something else next year, this still says what a sack was.
    """

    value: Decimal
    unit: str
    each_base: int
    base_unit: str = "g"


@dataclass(frozen=True)
class SensorWindow:
    """What a device measured over a time, summed up. ``metric`` is a GS1 measurement type, ``uom`` UN/ECE Rec. 20."""

    device_uri: str
    metric: str
    uom: str
    started_at: datetime
    ended_at: datetime
    lowest: Decimal
    highest: Decimal
    mean: Decimal


@dataclass(frozen=True)
class Reference:
    """A business document or a party: CBV type (``testres``, ``inv``, ``possessing_party``) and URI."""

    type: str
    uri: str


@dataclass(frozen=True)
class LotBirth:
    """Master data of a lot at its creation (ilmd)."""

    lot_code: str
    country: str = "VN"
    best_before_on: date | None = None
    produced_on: date | None = None
    harvested_from_on: date | None = None
    harvested_to_on: date | None = None
    growing_area_code: str = ""


@dataclass(frozen=True)
class StepFacts:
    """One step. ``lots`` are the objects of an ObjectEvent; a transformation has ``inputs`` and ``outputs`` instead.

    container: URI of the box, pallet or tank of an aggregation; ``lots`` are what is put in or taken out.
    place: where it happened (readPoint). location: where the goods are afterwards (bizLocation), if that is said.
    evidence: SHA-256 of each photo or paper, 64 hex digits. party: URI of the cooperative that declares it.
    verdict: ``conformant`` or ``non_conformant`` when a check came to one. corrects: eventID this event puts right.
    late_reason: why it was written down so long after it happened. said_as: the amount in the words of the place.
    """

    stage: Stage
    stage_code: str
    stage_name: str
    at: datetime
    recorded_at: datetime
    place: str
    party: str
    who_says: str = "self"
    lots: tuple[LotAmount, ...] = ()
    inputs: tuple[LotAmount, ...] = ()
    outputs: tuple[LotAmount, ...] = ()
    birth: LotBirth | None = None
    location: str = ""
    transformation: str = ""
    container: str = ""
    verdict: str = ""
    note: str = ""
    corrects: str = ""
    late_reason: str = ""
    said_as: SaidAs | None = None
    parameters: tuple[Parameter, ...] = ()
    evidence: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    documents: tuple[Reference, ...] = ()
    sources: tuple[Reference, ...] = ()
    destinations: tuple[Reference, ...] = ()
    sensors: tuple[SensorWindow, ...] = field(default=())
