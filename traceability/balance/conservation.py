"""MB-1: goods neither appear nor vanish. Splitting and merging conserve exactly; transforming stays in its band.

A step that nobody set a band for is no way round: out of nothing comes nothing, so no more than went in, or than the
line's most generous step can give where a line adds water or salt.
"""

from __future__ import annotations

from traceability.balance.facts import CONSERVING_STEPS, Band, Finding, Making
from traceability.balance.models import Severity

WHOLE = 1000  # per mille: as much as went in
MOST_LOSS = 20  # per mille of what was taken, when nothing is transformed


def check_making(making: Making, band: Band | None, most: int = WHOLE) -> list[Finding]:
    """What one event did, for its outputs. Goods that cannot be compared (pieces of grams) say nothing.

    ``most``: per mille that can come out where there is no ``band``. Packing without one is for MB-3 to weigh.
    """
    if not making.is_comparable:
        return []
    if making.step in CONSERVING_STEPS or (making.conserves and band is None):
        return _conserved(making)
    if band is not None:
        return _in_band(making, band)
    if not making.is_packing and is_impossible(taken=making.taken, given=making.given, most=most):
        return [_finding(making, Severity.BLOCK, "yield <= hard", making.given, most * making.taken // 1000)]
    return []


def _conserved(making: Making) -> list[Finding]:
    """out + loss = in, exactly; a loss above 2 % is asked about."""
    out, taken = making.given + making.lost, making.taken
    if out > taken:
        return [_finding(making, Severity.BLOCK, "out + loss <= in", out, taken)]
    if out < taken:
        return [_finding(making, Severity.REVIEW, "out + loss >= in", out, taken)]
    if making.lost * 1000 > MOST_LOSS * taken:
        return [_finding(making, Severity.REVIEW, "loss <= 2 % of in", making.lost, taken * MOST_LOSS // 1000)]
    return []


def _in_band(making: Making, band: Band) -> list[Finding]:
    """Beyond ``most`` cannot be; outside ``low`` … ``high`` is asked about, too little as well as too much."""
    out, taken = making.given, making.taken
    if is_impossible(taken=taken, given=out, most=band.most):
        return [_finding(making, Severity.BLOCK, "yield <= hard", out, band.most * taken // 1000)]
    if out * 1000 > band.high * taken:
        return [_finding(making, Severity.REVIEW, "yield <= high", out, band.high * taken // 1000)]
    if out * 1000 < band.low * taken:
        return [_finding(making, Severity.REVIEW, "yield >= low", out, -(-band.low * taken // 1000))]
    return []


def is_impossible(*, taken: int, given: int, most: int) -> bool:
    """More than can ever come out, at ``most`` per mille. For forms that are still being filled in, too."""
    return given * 1000 > most * taken


def _finding(making: Making, severity: Severity, formula: str, observed: int, limit: int) -> Finding:
    return Finding(
        rule="MB-1",
        severity=severity,
        formula=formula,
        observed=observed,
        limit=limit,
        key=making.key,
        inputs={
            "step": making.step,
            "in": making.taken,
            "out": making.given,
            "loss": making.lost,
            "lots": [part.lot.code for part in making.inputs],
        },
        event_id=making.event_id,
    )
