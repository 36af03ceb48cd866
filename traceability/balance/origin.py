"""MB-1 over the whole way: packs are held against what was harvested for them, however many steps lie between.

Each step may stay below its own most and all of them together still be too much; and a lot may have been raised by a
count. So every lot hands on, in proportion, what its harvests can become at the line's hardest yield. What was bought
may be half-made already, so it counts in full.
"""

from __future__ import annotations

from traceability.balance.conservation import WHOLE
from traceability.balance.facts import Finding, Lot, Making, tolerance
from traceability.balance.gathering import Gathered
from traceability.balance.labels import filled_from
from traceability.balance.models import Severity
from traceability.batches.models import PostingKind

Milli = int | None  # thousandths of a base unit; None: cannot be said (pieces of grams, an unknown lot)


def origin_findings(batch_id: int, gathered: Gathered) -> list[Finding]:
    """For a packed lot made of known lots; nothing where the line has no band of its own or much was cut off."""
    makings = gathered.made_by.get(batch_id, [])
    line = makings[0].outputs[0].lot.line_id if makings else None
    band = gathered.bands.get((line, "")) if line is not None else None
    if band is None or gathered.ancestry.truncated:
        return []
    added = gathered.added.get(makings[0].outputs[0].lot.product_id, 0)
    can_be = _Ways(gathered, band.most).of(batch_id)
    can_be = can_be if can_be is None else filled_from(can_be, WHOLE, added)
    packed = gathered.made(batch_id)
    if can_be is None or packed * 1000 <= can_be + 1000 * tolerance(packed, makings[0].outputs[0].lot.unit):
        return []
    inputs: dict[str, object] = {"most": band.most, "added": added}
    return [
        Finding("MB-1", Severity.BLOCK, "packed <= harvested x hardest yield", packed, can_be // 1000, "origin", inputs)
    ]


class _Ways:
    """What lots can become, each reckoned once. Rounds up, by less than a thousandth of a gram a step."""

    def __init__(self, gathered: Gathered, most: int) -> None:
        self.gathered, self.most = gathered, most
        self.known = set(gathered.ancestry.ids)
        self.found: dict[int, Milli] = {}

    def of(self, batch_id: int) -> Milli:
        """Depth first without recursion: a history may be a thousand steps long."""
        waiting = [batch_id]
        begun: set[int] = set()
        while waiting:
            lot = waiting[-1]
            before = [] if lot in begun else [one for one in self._inputs(lot) if one not in self.found]
            begun.add(lot)
            if before:
                waiting += [one for one in before if one not in begun]
                continue
            waiting.pop()
            if lot not in self.found:
                self.found[lot] = self._reckoned(lot)
        return self.found[batch_id]

    def _inputs(self, lot: int) -> list[int]:
        parts = [part for making in self.gathered.made_by.get(lot, ()) for part in making.inputs]
        return [part.lot.id for part in parts if part.lot.id in self.known]

    def _reckoned(self, lot: int) -> Milli:
        total = 0
        for row in self.gathered.from_outside(lot):
            total += row.delta * (self.most if row.kind == PostingKind.HARVEST else max(WHOLE, self.most))
        for making in self.gathered.made_by.get(lot, ()):
            handed = self._handed(making, lot)
            if handed is None:
                return None
            total += handed
        return total

    def _handed(self, making: Making, lot: int) -> Milli:
        """The part of what went into ``making`` that belongs to ``lot``."""
        if not making.is_comparable:
            return None
        total = 0
        for part in making.inputs:
            can_be = self.found.get(part.lot.id)
            if can_be is None:
                return None
            total += -(-can_be * part.base // max(1, self._held(part.lot)))
        own = sum(part.base for part in making.outputs if part.lot.id == lot)
        return -(-total * own // max(1, making.given))

    def _held(self, lot: Lot) -> int:
        """All that came into a lot, or all that left it for others when a count raised it: nothing is shared twice."""
        rows = self.gathered.rows.get(lot.id, ())
        taken = -sum(row.delta for row in rows if row.kind == PostingKind.OUT)
        return max(self.gathered.made(lot.id), taken)
