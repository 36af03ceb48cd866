"""MB-0: a lot never held less than nothing, at no moment of its history, in the order in which things happened.

What is reserved has not left, so reserving and releasing do not count here. A movement and the one that takes it back
count as one. The database finds the dips (``checking``); :func:`lowest_dip` says the same of a list, for the tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from traceability.balance.facts import Finding
from traceability.balance.models import Severity


@dataclass(frozen=True, slots=True)
class Step:
    """One physical movement; ``seq`` orders equal moments, and is that of the movement it takes back."""

    at: datetime
    seq: int
    delta: int
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Dip:
    """The first moment below zero, and how far below zero it ever went."""

    at: datetime
    event_id: int | None
    lowest: int


def lowest_dip(steps: Iterable[Step]) -> Dip | None:
    """None when every prefix is at least zero."""
    running, first, lowest = 0, None, 0
    for _order, same in groupby(sorted(steps, key=_order_of), key=_order_of):
        together = list(same)
        running += sum(step.delta for step in together)
        if running < 0:
            first = first or together[0]
            lowest = min(lowest, running)
    return Dip(first.at, first.event_id, lowest) if first else None


def _order_of(step: Step) -> tuple[datetime, int]:
    return step.at, step.seq


def check_prefix(dip: Dip | None) -> list[Finding]:
    if dip is None:
        return []
    return [
        Finding(
            rule="MB-0",
            severity=Severity.BLOCK,
            formula="running_sum >= 0",
            observed=dip.lowest,
            limit=0,
            inputs={"since": dip.at.isoformat()},
            event_id=dip.event_id,
        )
    ]
