"""MB-7: at the end of a month the books and the scale agree, or somebody says why before signing."""

from __future__ import annotations

from dataclasses import dataclass

from traceability.balance.facts import Finding, tolerance
from traceability.balance.models import Severity

MOST_UP = 30  # per mille of what there was: more found than that is looked at by an inspector


@dataclass(frozen=True, slots=True)
class Month:
    """Of one line and kind of goods, in base units. ``adjusted_up`` and ``adjusted_down`` are counted corrections."""

    opening: int
    came: int
    went: int
    lost: int
    unit: str
    adjusted_up: int = 0
    adjusted_down: int = 0

    @property
    def closing(self) -> int:
        """opening + in − out − loss (± what was corrected)."""
        return self.opening + self.came - self.went - self.lost + self.adjusted_up - self.adjusted_down


def check_month(month: Month, *, counted: int) -> list[Finding]:
    """A block means: not signed until the difference is corrected, lot by lot, with a photo of the scale."""
    found = []
    gap = abs(counted - month.closing)
    most = tolerance(month.closing, month.unit)
    if gap > most:
        inputs: dict[str, object] = {"book": month.closing, "counted": counted}
        found.append(Finding("MB-7", Severity.BLOCK, "|counted - book| <= tolerance", gap, most, inputs=inputs))
    base = month.opening + month.came
    if month.adjusted_up * 1000 > MOST_UP * base:
        found.append(
            Finding("MB-7", Severity.REVIEW, "adjusted up <= 3 %", month.adjusted_up, base * MOST_UP // 1000, key="up")
        )
    return found
