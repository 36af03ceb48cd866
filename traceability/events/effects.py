"""What a captured event does to our lots: the movements it means and what was made of what. Pure.

=============================================  =======================================
event                                          movement of our lot
=============================================  =======================================
ADD commissioning, creating_class_instance     PACK of packed goods, else HARVEST
transformation: input; output                  OUT; PACK of packed goods, else IN; and an edge
DELETE destroying                              WASTE
DELETE retail_selling                          SELL, of goods nobody reserved
anything else                                  none: seen, not moved
=============================================  =======================================
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from traceability.batches.models import Batch, PostingKind
from traceability.batches.posting import Movement
from traceability.epcis.incoming import Incoming, Item
from traceability.epcis.problems import Problem
from traceability.events.lots import Lots
from traceability.products.models import BaseUnit

MOST_BASE = 10**15

# UN/ECE Recommendation 20 → (base unit, how many of it). Without a unit, and as H87 or C62, a quantity counts pieces.
UNITS: dict[str, tuple[str, Decimal]] = {
    "KGM": (BaseUnit.GRAM, Decimal(1000)),
    "GRM": (BaseUnit.GRAM, Decimal(1)),
    "TNE": (BaseUnit.GRAM, Decimal(1_000_000)),
    "LTR": (BaseUnit.MILLILITRE, Decimal(1000)),
    "MLT": (BaseUnit.MILLILITRE, Decimal(1)),
}
PIECES = frozenset({"", "H87", "C62", "EA", "PCE"})
_BIRTHS = frozenset({"commissioning", "creating_class_instance"})


@dataclass(frozen=True, slots=True)
class Effect:
    """One movement: of which lot, how, how much, and the item that says so."""

    batch: Batch
    movement: Movement
    item: Item


class UnfitAmount(ValueError):
    """A quantity that cannot be one of this lot. The text says why."""


def base_quantity(quantity: Decimal, uom: str, batch: Batch) -> int:
    """``quantity`` in base units of ``batch``; pieces of packed goods are packs. Raises :class:`UnfitAmount`."""
    if uom in PIECES:
        if batch.base_unit != BaseUnit.PIECE and batch.pack is None:
            raise UnfitAmount("counts pieces of a lot that is measured")
        size = Decimal(batch.pack.net_quantity_base if batch.pack else 1)
    else:
        unit, size = UNITS.get(uom, ("", Decimal(0)))
        if unit != batch.base_unit:
            raise UnfitAmount(f"has a unit that does not fit the lot, which is kept in {batch.base_unit}")
    exact = quantity * size
    if exact != exact.to_integral_value():
        raise UnfitAmount(f"is not a whole number of {batch.base_unit}")
    if exact > MOST_BASE:
        raise UnfitAmount("is more than any lot can hold")
    return int(exact)


def amounts_of(event: Incoming, lots: Lots) -> tuple[dict[str, int], list[Problem]]:
    """Per item (by its pointer) how much of our lot it names, in base units; and which amounts do not fit."""
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for item in event.items:
        batch = lots.batch_of(item)
        if batch is None or item.quantity is None or not item.quantity:
            continue
        try:
            found[item.pointer] = base_quantity(item.quantity, item.uom, batch)
        except UnfitAmount as fault:
            problems.append(Problem(item.pointer.removesuffix("epcClass") + "quantity", str(fault)))
    return found, problems


def effects_of(event: Incoming, lots: Lots, amounts: dict[str, int]) -> list[Effect]:
    """The movements of our lots that ``event`` means, in the order of its items."""
    found: list[Effect] = []
    for item in event.items:
        batch, amount = lots.batch_of(item), amounts.get(item.pointer)
        kind = _kind(event, item, batch) if batch and amount else None
        if batch is None or amount is None or kind is None:
            continue
        movement = Movement(kind, amount, at=event.at, from_reserve=kind != PostingKind.SELL)
        found.append(Effect(batch, movement, item))
    return found


def _kind(event: Incoming, item: Item, batch: Batch) -> PostingKind | None:
    if event.document["type"] == "TransformationEvent":
        made = PostingKind.PACK if batch.kind == Batch.Kind.FINISHED else PostingKind.IN
        return {"input": PostingKind.OUT, "output": made}.get(item.role)
    if event.document["type"] != "ObjectEvent":
        return None
    action = event.document.get("action")
    if action == "ADD" and event.biz_step in _BIRTHS:
        return PostingKind.PACK if batch.kind == Batch.Kind.FINISHED else PostingKind.HARVEST
    if action == "DELETE":
        return {"destroying": PostingKind.WASTE, "retail_selling": PostingKind.SELL}.get(event.biz_step)
    return None
