"""What a case tells: figures with an optional goal, and how they are shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` in ``unit``; ``goal`` like ">= 0.45" is judged when it is there, everything else only told."""

    case: str
    name: str
    value: float
    unit: str
    goal: str = ""
    note: str = ""

    @property
    def holds(self) -> bool | None:
        if not self.goal:
            return None
        sign, limit = self.goal.split()
        return self.value >= float(limit) if sign == ">=" else self.value <= float(limit)

    @property
    def shown(self) -> str:
        digits = 0 if abs(self.value) >= 100 or self.value == int(self.value) else 1 if abs(self.value) >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}".strip()

    def row(self) -> dict[str, object]:
        return asdict(self)


def percentile(values: list[float], percent: int) -> float:
    """Of at least two values."""
    return quantiles(sorted(values), n=100, method="inclusive")[percent - 1]


def table(figures: list[Figure]) -> str:
    """Markdown."""
    lines = ["| case | figure | measured | goal | |", "|---|---|---:|---|---|"]
    marks = {True: "holds", False: "**misses**", None: ""}
    for one in figures:
        said = " · ".join(filter(None, (marks[one.holds], one.note)))
        lines.append(
            f"| {one.case} | {one.name} | {one.shown} | {one.goal.replace('>=', '≥').replace('<=', '≤')} | {said} |"
        )
    return "\n".join(lines)
