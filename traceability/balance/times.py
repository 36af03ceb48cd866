"""MB-8: nothing is made before its inputs exist, faster than its step takes, out of season, or soon after a spray."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from traceability.balance.facts import Band, Finding, Making
from traceability.balance.models import Severity

SEASON_SLACK = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Spray:
    """``days`` to keep between this treatment and the harvest (PHI). ``withdrawn_on``: somebody took its record back.
    What was harvested until then waits for staff all the same; what came later is asked about.

    ``usual_most``: the days on the package are not known. ``days`` are then the fewest that are usual for the line,
    and between them and the most that are usual somebody is asked to look at the package.
    """

    on: date
    days: int
    substance: str = ""
    withdrawn_on: date | None = None
    usual_most: int | None = None

    def limit_of(self, waited: int) -> int | None:
        """The days that should have been kept; None: they were."""
        return next((days for days in (self.days, self.usual_most or 0) if waited < days), None)

    def severity_of(self, harvested_on: date) -> Severity:
        is_later = self.withdrawn_on is not None and harvested_on > self.withdrawn_on
        is_unclear = self.usual_most is not None and (harvested_on - self.on).days >= self.days
        return Severity.REVIEW if is_later or is_unclear else Severity.BLOCK

    @property
    def formula(self) -> str:
        if self.withdrawn_on:
            return "days since withdrawn spray >= interval"
        return "days since spray >= interval" if self.usual_most is None else "days since spray >= usual interval"


def check_duration(making: Making, band: Band | None) -> list[Finding]:
    """Output time against the youngest input, in minutes."""
    born = [part.lot.born_at for part in making.inputs if part.lot.born_at]
    if not born:
        return []
    minutes = int((making.at - max(born)).total_seconds() // 60)
    if minutes < 0:
        return [_time(making, Severity.BLOCK, "made after its inputs", minutes, 0)]
    if band and band.least_minutes is not None and minutes < band.least_minutes:
        return [_time(making, Severity.REVIEW, "duration >= least", minutes, band.least_minutes)]
    if band and band.most_minutes is not None and minutes > band.most_minutes:
        return [_time(making, Severity.REVIEW, "duration <= most", minutes, band.most_minutes)]
    return []


def check_spraying(harvested_on: date, sprays: Sequence[Spray]) -> list[Finding]:
    """Harvest ≥ last spray + its interval: a block for food safety. Observed and limit are days."""
    found = []
    for spray in sprays:
        waited = (harvested_on - spray.on).days
        limit = spray.limit_of(waited)
        if waited >= 0 and limit is not None:
            found.append(
                Finding(
                    rule="MB-8",
                    severity=spray.severity_of(harvested_on),
                    formula=spray.formula,
                    observed=waited,
                    limit=limit,
                    key=f"{'back' if spray.withdrawn_on else 'spray'}:{spray.on:%y%m%d}:{spray.substance}"[:60],
                    inputs={
                        "sprayed_on": spray.on.isoformat(),
                        "harvested_on": harvested_on.isoformat(),
                        "substance": spray.substance,
                    },
                )
            )
    return found


def check_season(harvested_on: date, months: Collection[int]) -> list[Finding]:
    """Within the product's season, give or take 15 days. Observed is how many days outside."""
    if not months:
        return []
    days = next((away for away in range(184) if _in_season(harvested_on, away, months)), 184)
    if days <= SEASON_SLACK.days:
        return []
    inputs: dict[str, object] = {"harvested_on": harvested_on.isoformat(), "months": sorted(months)}
    return [Finding("MB-8", Severity.REVIEW, "harvest in season", days, SEASON_SLACK.days, key="season", inputs=inputs)]


def _in_season(day: date, away: int, months: Collection[int]) -> bool:
    return any((day + timedelta(days=sign * away)).month in months for sign in (-1, 1))


def _time(making: Making, severity: Severity, formula: str, observed: int, limit: int) -> Finding:
    return Finding(
        rule="MB-8",
        severity=severity,
        formula=formula,
        observed=observed,
        limit=limit,
        key=making.key,
        inputs={"step": making.step, "lots": [part.lot.code for part in making.inputs]},
        event_id=making.event_id,
    )
