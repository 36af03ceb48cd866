"""A week of a cooperative order by order: what each brought it in the end. The same facts as the statement, told apart.

Refunds stand with their order in the week in which they were promised, also when it was sold before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.statements.periods import month_of, week_of
from marketplace.statements.reading import WITH_FEES, Change, CooperativeStatement, Sale


@dataclass(frozen=True, slots=True)
class OrderSum:
    """One parcel in the week. ``sale`` is None when it was sold earlier and only gave money back now.

    ``yours_dong`` = goods + delivery − commission − tax − ``refunded_dong`` + ``fees_back_dong``.
    """

    parcel: str
    at: datetime
    sale: Sale | None
    refunded_dong: int
    fees_back_dong: int

    @property
    def yours_dong(self) -> int:
        return (self.sale.share_dong if self.sale else 0) - self.refunded_dong + self.fees_back_dong

    @property
    def back_dong(self) -> int:
        """What was to be given back and is not, after all."""
        return max(0, -self.refunded_dong)


@dataclass(frozen=True, slots=True)
class WeekSums:
    """``orders`` newest first; ``others``: what moved the account and is of no order (payouts, dues, sent refunds)."""

    orders: list[OrderSum]
    others: list[Change]

    @property
    def sold(self) -> int:
        return sum(order.sale is not None for order in self.orders)

    @property
    def yours_dong(self) -> int:
        return sum(order.yours_dong for order in self.orders)

    @property
    def direct_dong(self) -> int:
        """What buyers paid straight into the cooperative's own account."""
        return sum(order.sale.total_dong for order in self.orders if order.sale and order.sale.direct)

    @property
    def direct_fees_dong(self) -> int:
        """Of that, what is the market's: commission and withheld tax."""
        sales = [order.sale for order in self.orders if order.sale and order.sale.direct]
        return sum(sale.commission_dong + sale.tax_dong for sale in sales)

    @property
    def collected_dong(self) -> int:
        """The cooperative's share of what the market collected for it."""
        return sum(order.sale.share_dong for order in self.orders if order.sale and not order.sale.direct)


def week_sums(statement: CooperativeStatement) -> WeekSums:
    """Of a statement of any period. What the orders bring, less what came straight, plus the others' movements, is
    exactly how the account moved."""
    sales = {sale.parcel: sale for sale in statement.sales}
    given: dict[str, list[Change]] = {}
    others = []
    for change in statement.changes:
        if change.kind in WITH_FEES and change.moves_dong:
            given.setdefault(change.name, []).append(change)
        else:
            others.append(change)
    orders = [_order(parcel, sales.get(parcel), given.get(parcel, [])) for parcel in dict.fromkeys([*sales, *given])]
    return WeekSums(sorted(orders, key=lambda order: order.at, reverse=True), others)


def _order(parcel: str, sale: Sale | None, given: Sequence[Change]) -> OrderSum:
    fees = sum(change.fees_dong for change in given)
    return OrderSum(
        parcel=parcel,
        at=sale.at if sale else given[0].at,
        sale=sale,
        refunded_dong=fees - sum(change.moves_dong for change in given),
        fees_back_dong=fees,
    )


def next_payout_day(every: str, *, today: date) -> date | None:
    """When payouts are drafted next; ``every``: week (Mondays), month (the first), never (None)."""
    if every == "week":
        return week_of(today).after
    return month_of(today).after if every == "month" else None
