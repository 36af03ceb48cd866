"""MB-3: no more labels than packs (2 % for the printer), each of them on a pack or destroyed in the end; no more packs
than goods went in, with what the recipe adds."""

from __future__ import annotations

from dataclasses import dataclass

from traceability.balance.conservation import WHOLE
from traceability.balance.facts import Band, Finding, Making, tolerance
from traceability.balance.models import Severity

SPARE = 102  # per cent of the packs


@dataclass(frozen=True, slots=True)
class Labelled:
    """Of one packed lot, in pieces: labels ``issued`` and destroyed (``void``). ``is_over``: nothing is left of it."""

    packs: int
    issued: int
    void: int = 0
    is_over: bool = False
    reason: str = ""

    @property
    def on_packs(self) -> int:
        """Packing puts one label on each pack, as far as there are any: reckoned, for labels carry the lot's address
        and no number of their own that somebody could scan while packing (docs/decisions/0076)."""
        return max(0, min(self.packs, self.issued - self.void))

    @property
    def left(self) -> int:
        return self.issued - self.void - self.on_packs


def most_labels(packs: int) -> int:
    """⌈packs · 1.02⌉: 20,000 → 20,400; 10 → 11."""
    return -(-packs * SPARE // 100)


def check_labels(told: Labelled) -> list[Finding]:
    """Labels printed beyond the spare ones are asked about; so is every label left when the goods are gone."""
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
    if told.is_over and told.left:
        counted: dict[str, object] = {"packs": told.packs, "void": told.void}
        found.append(
            Finding(
                "MB-3",
                Severity.REVIEW,
                "issued = on packs + void",
                told.left,
                0,
                key="left",
                inputs=counted,
            )
        )
    return found


def check_filling(making: Making, band: Band | None = None, added: int = 0) -> list[Finding]:
    """packs · net content ≤ what went in (+ tolerance). Only for packing out of known lots.

    A step that adds water gives up to the most of its ``band``; a recipe adds up to ``added`` per mille of what comes
    out.
    """
    if not (making.is_packing and making.inputs and making.is_comparable):
        return []
    can_be = filled_from(making.taken, band.most if band else WHOLE, added)
    most = can_be + tolerance(can_be, making.outputs[0].lot.unit)
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


def filled_from(taken: int, most: int, added: int) -> int:
    """What ``taken`` can fill: 100 kg at most 1000 ‰ with a recipe of 200 ‰ water → 125 kg."""
    return max(taken * max(WHOLE, most) // WHOLE, taken * WHOLE // (WHOLE - added))
