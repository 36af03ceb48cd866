"""What less goods cost less. Pure sums over what was read; đồng and base units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.orders.models import OrderLine, Parcel
from marketplace.shipping.costing import Delivery, Load, delivery
from traceability.balance.facts import tolerance

MASS = "g"


@dataclass(frozen=True, slots=True)
class Weight:
    """What the scale said of a line. ``is_off``: beyond what a scale errs; only then anything follows from it."""

    line: OrderLine
    promised_base: int
    content_base: int

    @property
    def difference_base(self) -> int:
        return self.content_base - self.promised_base

    @property
    def is_off(self) -> bool:
        return abs(self.difference_base) > tolerance(self.promised_base, MASS)

    @property
    def back_dong(self) -> int:
        if not self.is_off:
            return 0
        return for_less_weight(self.line, promised_base=self.promised_base, content_base=self.content_base)


def weight_of(line: OrderLine) -> Weight | None:
    """The last weighing of what goes now; None where nobody weighed since. Prefetch ``weighings`` and ``changes``."""
    last = max(line.weighings.all(), key=lambda one: one.pk, default=None)
    if last is None or last.packs != line.packs_to_send or line.weighed_base is not None:
        return None
    return Weight(line, line.packs_to_send * line.net_quantity_base, last.content_base)


def for_fewer_packs(line: OrderLine, packs: int) -> int:
    """What goes back when only ``packs`` of those to be sent are there."""
    return line.price_of(line.packs_to_send) - line.price_of(packs)


def for_less_weight(line: OrderLine, *, promised_base: int, content_base: int) -> int:
    """In proportion to what is missing, half a đồng up; nothing for more than was promised."""
    short = max(promised_base - content_base, 0)
    return (line.due_dong * short + promised_base // 2) // promised_base


def for_delivery(parcel: Parcel, lines: Sequence[OrderLine], packs: Mapping[int, int], *, fewer_grams: int = 0) -> int:
    """What a lighter parcel costs less to send, by today's tariff for both; never below zero nor above what was paid.

    ``packs``: by line id, of lines that change. ``fewer_grams``: that the packs weigh less than they should.
    """
    if not parcel.shipping_due_dong:
        return 0
    before = _load(lines, {})
    after = _load(lines, packs)
    lighter = Load(max(after.grams - fewer_grams, 0), goods_dong=after.goods_dong, needs_cold=after.needs_cold)
    ways = [
        delivery(cooperative=parcel.cooperative, place=parcel.order.commune, load=load) for load in (before, lighter)
    ]
    if not all(isinstance(way, Delivery) for way in ways):
        return 0  # nobody goes there any more: what was agreed stands
    was, now = (way.dong for way in ways if isinstance(way, Delivery))
    return min(max(was - now, 0), parcel.shipping_due_dong)


def _load(lines: Sequence[OrderLine], packs: Mapping[int, int]) -> Load:
    """Needs ``pack__product`` of the lines."""
    counted = [(line, packs.get(line.pk, line.packs_to_send)) for line in lines]
    return Load(
        grams=sum(line.pack.ship_weight_g * count for line, count in counted),
        goods_dong=sum(line.unit_price_dong * count for line, count in counted),
        needs_cold=any(line.pack.product.needs_cold for line, count in counted if count),
    )
