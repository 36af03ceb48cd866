"""MB-5: a claim (VietGAP, organic, GI) travels as mass. A lot may show it only when all of it carries it (segregated);
one input without it drops it for everything that is made. Pure sums; ``claiming`` reads and answers for a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from traceability.balance.facts import Finding, Making
from traceability.balance.models import ClaimModel, Severity

MASS_SCHEMES = ("vietgap", "globalgap", "organic", "gi")
NEVER_BY_MASS_BALANCE = frozenset({"organic", "gi"})  # on the consumer's page


@dataclass(frozen=True, slots=True)
class Source:
    """What came into a lot from outside our lots: harvested or packed at home with these schemes, or bought in."""

    lot_id: int
    base: int
    schemes: frozenset[str] = frozenset()
    plot_id: int | None = None


@dataclass(slots=True)
class Carried:
    """Of one lot: all that ever came in, how much of it carries each scheme, and from which plots. ``blended`` schemes
    had an input without them somewhere before: however the whole units fell, such a lot is never pure."""

    total: int = 0
    masses: dict[str, int] = field(default_factory=dict)
    plots: set[int | None] = field(default_factory=set)
    blended: set[str] = field(default_factory=set)

    def part(self, scheme: str) -> Fraction:
        return Fraction(min(self.masses.get(scheme, 0), self.total), self.total) if self.total else Fraction(0)

    def is_whole(self, scheme: str) -> bool:
        return self.total > 0 and self.masses.get(scheme, 0) >= self.total and scheme not in self.blended


def carry_claims(sources: Iterable[Source], makings: Sequence[Making]) -> dict[int, Carried]:
    """Claims of every lot, from the sources down. ``makings`` in any order; a lot that waits for ever carries none."""
    lots: dict[int, Carried] = defaultdict(Carried)
    for source in sources:
        lot = lots[source.lot_id]
        lot.total += source.base
        lot.plots.add(source.plot_id)
        for scheme in source.schemes:
            lot.masses[scheme] = lot.masses.get(scheme, 0) + source.base
    waiting = {making.event_id: making for making in makings if making.inputs and making.outputs}
    pending: dict[int, int] = defaultdict(int)
    for making in waiting.values():
        for part in making.outputs:
            pending[part.lot.id] += 1
    while ready := [one for one in waiting.values() if not any(pending[part.lot.id] for part in one.inputs)]:
        for making in sorted(ready, key=lambda one: one.event_id):
            _pass_on(making, lots)
            del waiting[making.event_id]
            for part in making.outputs:
                pending[part.lot.id] -= 1
    return dict(lots)


def _pass_on(making: Making, lots: dict[int, Carried]) -> None:
    """Σ c(out) ≤ y · Σ c(in), in whole units; outputs share by the largest remainder."""
    taken = sum(part.base for part in making.inputs)
    plots: set[int | None] = set().union(*(lots[part.lot.id].plots for part in making.inputs))
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for part in making.inputs:
        for scheme in lots[part.lot.id].masses:
            shares[scheme] += lots[part.lot.id].part(scheme) * part.base
    blended = {one for one in shares if not all(lots[part.lot.id].is_whole(one) for part in making.inputs)}
    for part in making.outputs:
        lots[part.lot.id].total += part.base
        lots[part.lot.id].plots |= plots
        lots[part.lot.id].blended |= blended
    for scheme, share in shares.items():
        carried = int(share * making.given / taken)
        for part, mass in zip(making.outputs, allocate(carried, [p.base for p in making.outputs]), strict=True):
            masses = lots[part.lot.id].masses
            masses[scheme] = masses.get(scheme, 0) + mass


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number by weights: each its floor, what remains to the largest remainders, earlier ones first."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    floors = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in order[: total - sum(floors)]:
        floors[place] += 1
    return floors


@dataclass(frozen=True, slots=True)
class Said:
    """What the cooperative claims of a lot under a certificate."""

    scheme: str
    certificate: str
    mass: int
    model: str


def check_claims(said: Sequence[Said], carried: Carried) -> list[Finding]:
    """More than the inputs carry: block. A model the claim does not allow: review."""
    found = []
    for one in said:
        most = min(carried.masses.get(one.scheme, 0), carried.total)
        inputs: dict[str, object] = {"scheme": one.scheme, "certificate": one.certificate, "total": carried.total}
        key = f"{one.scheme}:{one.certificate}"[:60]
        if one.mass > most:
            found.append(Finding("MB-5", Severity.BLOCK, "claimed <= carried", one.mass, most, key=key, inputs=inputs))
        elif (fault := _wrong_model(one, carried)) is not None:
            formula, observed, limit = fault
            found.append(Finding("MB-5", Severity.REVIEW, formula, observed, limit, key=key, inputs=inputs))
    return found


def _wrong_model(said: Said, carried: Carried) -> tuple[str, int, int] | None:
    if said.model == ClaimModel.MB:
        if said.scheme in NEVER_BY_MASS_BALANCE:
            return "not by mass balance", said.mass, 0
        return None
    if not carried.is_whole(said.scheme):
        return "segregated: all of the lot", carried.masses.get(said.scheme, 0), carried.total
    if said.model == ClaimModel.IP and len(carried.plots) > 1:
        return "identity preserved: one set of plots", len(carried.plots), 1
    return None
