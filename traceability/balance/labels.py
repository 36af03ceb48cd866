"""MB-3: no more labels than packs (2 % for the printer), no more packs than goods went in."""

from __future__ import annotations

from dataclasses import dataclass

from traceability.balance.facts import Finding, Making, tolerance
from traceability.balance.models import Severity

SPARE = 102  # per cent of the packs


@dataclass(frozen=True, slots=True)
class Labelled:
    """Of one packed lot, in pieces. ``activated`` are serial labels that were put on packs."""

    packs: int
    issued: int
    activated: int = 0
    reason: str = ""


def most_labels(packs: int) -> int:
    """⌈packs · 1.02⌉: 20,000 → 20,400; 10 → 11."""
    return -(-packs * SPARE // 100)


def check_labels(told: Labelled) -> list[Finding]:
    """Labels printed beyond the spare ones are asked about; one more *on packs* than there are packs cannot be."""
    found = []
    if told.packs and told.issued > most_labels(told.packs):
        inputs: dict[str, object] = {"packs": told.packs, "reason": told.reason}
        found.append(
            Finding(
                "MB-3",
                Severity.REVIEW,
                "issued <= 102 % of packs",
                told.issued,
                most_labels(told.packs),
                key="issued",
                inputs=inputs,
            )
        )
    if told.activated > told.packs:
        found.append(Finding("MB-3", Severity.BLOCK, "activated <= packs", told.activated, told.packs, key="activated"))
    return found


def check_filling(making: Making) -> list[Finding]:
    """packs · net content ≤ what went in (+ tolerance). Only for packing out of known lots."""
    if not (making.is_packing and making.inputs and making.is_comparable):
        return []
    most = making.taken + tolerance(making.taken, making.outputs[0].lot.unit)
    if making.given <= most:
        return []
    return [
        Finding(
            rule="MB-3",
            severity=Severity.BLOCK,
            formula="packed <= in + tolerance",
            observed=making.given,
            limit=most,
            key=making.key,
            inputs={"in": making.taken, "out": making.given, "lots": [part.lot.code for part in making.inputs]},
            event_id=making.event_id,
        )
    ]
