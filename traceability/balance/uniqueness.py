"""MB-6: one certificate, one field, is used once. Quantities under a certificate end at its maximum; the same growing
area under two cooperatives, or the same ground in two outlines, is asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from traceability.balance.facts import Finding, Harvest
from traceability.balance.models import Severity


def check_certificate(uses: Sequence[Harvest], *, number: str, most: int) -> dict[int, list[Finding]]:
    """By batch id: what is harvested under the certificate, in order of time, against its maximum quantity."""
    total = 0
    worst: dict[int, int] = {}
    for use in sorted(uses, key=lambda each: (each.at, each.seq)):
        total += use.base
        worst[use.batch_id] = max(total, worst.get(use.batch_id, 0))
    return {
        batch_id: [
            Finding(
                rule="MB-6",
                severity=Severity.BLOCK,
                formula="claimed <= maximum of the certificate",
                observed=claimed,
                limit=most,
                key=f"certificate:{number}"[:60],
                inputs={"certificate": number},
            )
        ]
        for batch_id, claimed in worst.items()
        if claimed > most
    }


MOST_SHARED = 30  # per cent of the smaller outline


@dataclass(frozen=True, slots=True)
class Shared:
    """Two outlines of different cooperatives with ground in common, seen from ``plot_id``; nobody has ruled on it."""

    plot_id: int
    other_id: int
    percent: int


def check_overlaps(pairs: Sequence[Shared]) -> dict[int, list[Finding]]:
    """By plot id: more than 30 % of the smaller plot lies in another cooperative's too. Each is told that it is so, not
    how much: by drawing again and again one could feel for the neighbour's corners."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for pair in pairs:
        if pair.percent <= MOST_SHARED:
            continue
        found[pair.plot_id].append(
            Finding(
                rule="MB-6",
                severity=Severity.REVIEW,
                formula="shared ground <= 30 %",
                observed=1,
                limit=0,
                key=f"ground:{pair.other_id}",
                inputs={"percent": pair.percent},
            )
        )
    return dict(found)


@dataclass(frozen=True, slots=True)
class Area:
    plot_id: int
    cooperative_id: int
    growing_area_code: str


def check_areas(areas: Sequence[Area]) -> dict[int, list[Finding]]:
    """By plot id: the same growing-area code declared by several cooperatives. Both are flagged."""
    owners: dict[str, set[int]] = defaultdict(set)
    for area in areas:
        if area.growing_area_code:
            owners[area.growing_area_code].add(area.cooperative_id)
    return {
        area.plot_id: [
            Finding(
                rule="MB-6",
                severity=Severity.REVIEW,
                formula="one cooperative a growing area",
                observed=len(owners[area.growing_area_code]),
                limit=1,
                key=f"area:{area.growing_area_code}"[:60],
                inputs={"growing_area_code": area.growing_area_code},
            )
        ]
        for area in areas
        if len(owners.get(area.growing_area_code, ())) > 1
    }
