"""What the rules look at and what they answer: plain values, no database. Amounts are whole base units (g, ml, piece).

Rules and their numbers: MB-0 … MB-10 of docs/decisions/0069-checks-and-locks.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from traceability.balance.models import Severity

MASS_UNITS = frozenset({"g", "ml"})
CONSERVING_STEPS = frozenset({"split", "merge"})
SCALE_STEP = {"g": 10, "ml": 10, "piece": 0}


def tolerance(base: int, unit: str) -> int:
    """max(0.5 %, the step of the scale)."""
    return max(abs(base) * 5 // 1000, SCALE_STEP[unit])


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's word about one batch (MB-10). ``formula`` names the comparison, ``observed`` and ``limit`` its sides;
    ``inputs`` are JSON; ``key`` tells two findings of one rule apart."""

    rule: str
    severity: Severity
    formula: str
    observed: int
    limit: int
    key: str = ""
    inputs: dict[str, object] = field(default_factory=dict)
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch as the rules see it. ``goods`` is what must be equal for nothing to have been transformed."""

    id: int
    code: str
    goods: tuple[object, ...]
    kind: str
    unit: str
    product_id: int = 0
    line_id: int | None = None
    plot_id: int | None = None
    born_at: datetime | None = None

    def comparable(self, other: Lot) -> bool:
        """Grams and millilitres can be set against each other, pieces only against pieces."""
        return self.unit == other.unit or {self.unit, other.unit} <= MASS_UNITS


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a lot, always positive."""

    lot: Lot
    base: int


@dataclass(frozen=True, slots=True)
class Making:
    """One event that took from lots and gave to lots. ``lost`` is what it declared as loss, part of what was taken;
    ``wasted`` that part of it which was posted apart from the inputs."""

    event_id: int
    step: str
    at: datetime
    inputs: tuple[Part, ...]
    outputs: tuple[Part, ...]
    lost: int = 0
    wasted: int = 0
    is_packing: bool = False

    @property
    def taken(self) -> int:
        """All that left the inputs, the declared loss among it."""
        return sum(part.base for part in self.inputs) + self.wasted

    @property
    def given(self) -> int:
        return sum(part.base for part in self.outputs)

    @property
    def is_comparable(self) -> bool:
        first = self.outputs[0].lot
        return all(first.comparable(part.lot) for part in (*self.inputs, *self.outputs))

    @property
    def conserves(self) -> bool:
        """Split, merge, transfer, repacking: the same goods before and after."""
        same = len({part.lot.goods for part in (*self.inputs, *self.outputs)}) == 1
        return same or self.step in CONSERVING_STEPS

    @property
    def key(self) -> str:
        return f"event:{self.event_id}"


@dataclass(frozen=True, slots=True)
class Band:
    """Per mille of output per input; see ``traceability.products.bands.YieldBand``."""

    low: int
    high: int
    most: int
    least_minutes: int | None = None
    most_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Harvest:
    """One harvest posting of a plot, in the order of what happened."""

    batch_id: int
    at: datetime
    seq: int
    on: date
    base: int
