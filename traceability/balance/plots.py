"""MB-2: a plot bears only so much a season. Beyond its cap claims wait for an inspector; beyond 110 % they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from traceability.balance.facts import Finding, Harvest
from traceability.balance.models import Severity
from traceability.products.bands import season_of

NOTICE, HARD = 80, 110  # per cent of the cap
MOST_AREA_GAP = 15  # per cent of what the outline measures
MEAN_YEARS, MEAN_FACTOR = 3, 150  # a perennial bears at most 1.5 times its own mean of three years


@dataclass(frozen=True, slots=True)
class PlotLimit:
    """Of one plot for one line; ``cap_base`` in grams for a season."""

    plot: str
    area_m2: int
    kg_per_ha: int
    season_starts: tuple[str, ...]
    is_perennial: bool = False

    @property
    def cap_base(self) -> int:
        return self.area_m2 * self.kg_per_ha // 10

    def season_of(self, day: date) -> date:
        return season_of(day, self.season_starts)


def check_plot(harvests: Sequence[Harvest], limit: PlotLimit) -> dict[int, list[Finding]]:
    """Findings by batch id: each harvest is held against all of its season up to itself, so that what was brought in
    before the cap was reached stays clean, in whatever order the records arrived."""
    sums: dict[date, int] = {}
    worst: dict[int, tuple[int, date]] = {}
    for one in sorted(harvests, key=lambda each: (each.at, each.seq)):
        season = limit.season_of(one.on)
        sums[season] = sums.get(season, 0) + one.base
        if sums[season] > worst.get(one.batch_id, (-1, season))[0]:
            worst[one.batch_id] = (sums[season], season)
    mean = _own_mean(sums, limit)
    found = {}
    for batch_id, (total, season) in worst.items():
        findings = [*_against_cap(total, season, limit), *_against_mean(total, season, mean, limit)]
        if findings:
            found[batch_id] = findings
    return found


def check_shared_ground(harvests: Sequence[Harvest], limit: PlotLimit) -> dict[int, list[Finding]]:
    """MB-6: plots that lie on the same ground bear together what their ground bears, whoever has which paper."""
    found = {}
    for batch_id, findings in check_plot(harvests, replace(limit, is_perennial=False)).items():
        kept = [
            replace(one, rule="MB-6", key="shared", formula="harvest of shared ground <= cap")
            for one in findings
            if one.severity != Severity.INFO
        ]
        if kept:
            found[batch_id] = kept
    return found


def check_area(*, typed_m2: int | None, measured_m2: int | None, plot: str) -> list[Finding]:
    """What somebody typed and what the outline measures differ by more than 15 %: asked about; the outline counts."""
    if not typed_m2 or not measured_m2 or abs(typed_m2 - measured_m2) * 100 <= MOST_AREA_GAP * measured_m2:
        return []
    inputs: dict[str, object] = {"plot": plot}
    return [Finding("MB-2", Severity.REVIEW, "typed area = outline", typed_m2, measured_m2, key="area", inputs=inputs)]


def _against_cap(total: int, season: date, limit: PlotLimit) -> list[Finding]:
    cap = limit.cap_base
    if total * 100 > cap * HARD:
        return [_finding(limit, season, Severity.BLOCK, "harvest <= 110 % of cap", total, cap * HARD // 100)]
    if total > cap:
        return [_finding(limit, season, Severity.REVIEW, "harvest <= cap", total, cap)]
    if total * 100 >= cap * NOTICE:
        return [_finding(limit, season, Severity.INFO, "harvest < 80 % of cap", total, cap)]
    return []


def _against_mean(total: int, season: date, mean: dict[date, int], limit: PlotLimit) -> list[Finding]:
    usual = mean.get(season)
    if usual is None or total * 100 <= usual * MEAN_FACTOR:
        return []
    most = usual * MEAN_FACTOR // 100
    return [_finding(limit, season, Severity.REVIEW, "harvest <= 1.5 x own mean", total, most, key="mean")]


def _own_mean(sums: dict[date, int], limit: PlotLimit) -> dict[date, int]:
    """Of the same season in the three years before, where all three are known."""
    if not limit.is_perennial:
        return {}
    found = {}
    for season in sums:
        before = [sums.get(season.replace(year=season.year - back)) for back in range(1, MEAN_YEARS + 1)]
        known = [total for total in before if total is not None]
        if len(known) == MEAN_YEARS:
            found[season] = sum(known) // MEAN_YEARS
    return found


def _finding(
    limit: PlotLimit, season: date, severity: Severity, formula: str, total: int, most: int, key: str = ""
) -> Finding:
    return Finding(
        rule="MB-2",
        severity=severity,
        formula=formula,
        observed=total,
        limit=most,
        key=key,
        inputs={
            "plot": limit.plot,
            "area_m2": limit.area_m2,
            "kg_per_ha": limit.kg_per_ha,
            "season": season.isoformat(),
            "cap": limit.cap_base,
        },
    )
