"""What a cooperative sold outside the shop: by day, with sums. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from community.cooperatives.models import Cooperative
from marketplace.hand_sales.models import HandSale, PaidHow


@dataclass(frozen=True, slots=True)
class Outside:
    """Of some days: how many sales, their sum, and how it was said to be paid (value of ``PaidHow``, đồng)."""

    count: int
    total_dong: int
    by_paid: tuple[tuple[str, int], ...]


def outside_of(cooperative: Cooperative, *, first: date, after: date) -> Outside:
    """From ``first`` up to, not with, ``after``; without what was taken back. One query."""
    sales = HandSale.objects.of_cooperative(cooperative).standing().filter(day__gte=first, day__lt=after)
    rows = {
        paid: (count, dong)
        for paid, count, dong in sales.order_by().values_list("paid").annotate(n=Count("pk"), sum=Sum("total_dong"))
    }
    by_paid = tuple((paid, rows[paid][1]) for paid in PaidHow.values if paid in rows)
    return Outside(sum(count for count, _dong in rows.values()), sum(dong for _paid, dong in by_paid), by_paid)
