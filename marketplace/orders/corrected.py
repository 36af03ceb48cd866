"""What of a paid parcel really goes, and what it costs then: the one place every page, paper and file asks (R27).

The sold line is never edited; what changed since stands in rows of its own (``orders/changes``). Prefetch
``lines__changes`` and ``changes`` where many are shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from marketplace.orders.models import OrderLine, Parcel


class LineAsSent:
    """Mixed into ``OrderLine``. Amounts in đồng, contents in base units."""

    @property
    def packs_to_send(self) -> int:
        """Those ordered, or fewer once the buyer took what there was; 0 for a line that is left out."""
        changes = list(_line(self).changes.all())
        return changes[-1].packs if changes else _line(self).quantity

    @property
    def packs_missing(self) -> int:
        return _line(self).quantity - self.packs_to_send

    @property
    def weighed_base(self) -> int | None:
        """What was in the packs when they left, where they were weighed."""
        weighed = [change.content_base for change in _line(self).changes.all() if change.content_base is not None]
        return weighed[-1] if weighed else None

    @property
    def back_dong(self) -> int:
        """What of the line's price goes back to the buyer."""
        return sum(change.back_dong for change in _line(self).changes.all())

    @property
    def due_dong(self) -> int:
        return _line(self).total_dong - self.back_dong

    def price_of(self, packs: int) -> int:
        """What so many of its packs were sold for: their part of the total, a discount among them, half a đồng up."""
        line = _line(self)
        return (line.total_dong * packs * 2 + line.quantity) // (2 * line.quantity)

    def discount_of(self, packs: int) -> int:
        """What a code took off so many of its packs."""
        return _line(self).unit_price_dong * packs - self.price_of(packs)


class ParcelAsSent:
    """Mixed into ``Parcel``."""

    @property
    def discount_dong(self) -> int:
        """What a code of the seller takes off what goes; the parcel's sums are without it."""
        return sum(line.discount_of(line.packs_to_send) for line in _parcel(self).lines.all())

    @property
    def discount_sold_dong(self) -> int:
        """The same of what was sold: beside ``goods_dong``, which fewer packs do not make smaller once it is paid."""
        if not self.goods_back_dong:
            return self.discount_dong
        return sum(line.discount_dong for line in _parcel(self).lines.all())

    @property
    def goods_back_dong(self) -> int:
        return sum(change.goods_back_dong for change in _parcel(self).changes.all())

    @property
    def shipping_back_dong(self) -> int:
        """A lighter parcel may cost less to send."""
        return sum(change.shipping_back_dong for change in _parcel(self).changes.all())

    @property
    def back_dong(self) -> int:
        """What the buyer gets back because less was sent than was paid for."""
        return self.goods_back_dong + self.shipping_back_dong

    @property
    def goods_due_dong(self) -> int:
        return _parcel(self).goods_dong - self.goods_back_dong

    @property
    def shipping_due_dong(self) -> int:
        return _parcel(self).shipping_dong - self.shipping_back_dong

    @property
    def due_dong(self) -> int:
        return _parcel(self).total_dong - self.back_dong


def _line(line: LineAsSent) -> OrderLine:
    return cast("OrderLine", line)


def _parcel(parcel: ParcelAsSent) -> Parcel:
    return cast("Parcel", parcel)
