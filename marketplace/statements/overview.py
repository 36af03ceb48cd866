"""How a cooperative stands, month by month. Positive: the operator owes it."""

from __future__ import annotations

from django.db.models import Min, Sum
from django.db.models.functions import TruncMonth

from community import clock
from community.cooperatives.models import Cooperative
from community.text.dates import VIETNAM
from marketplace.ledger.accounts import payable
from marketplace.ledger.balances import balance
from marketplace.ledger.models import LedgerEntry, LedgerTransaction
from marketplace.statements.periods import Period, month_of


def standing_of(cooperative: Cooperative, *, livemode: bool) -> int:
    """Now; a sum of entries."""
    return -balance(payable(cooperative.pk), livemode=livemode)


def months_of(cooperative: Cooperative, *, livemode: bool) -> list[tuple[Period, int]]:
    """Every month from the first sale to this one, newest first, with how it stood at its end; two queries."""
    sold = LedgerTransaction.objects.filter(parcel__cooperative=cooperative, livemode=livemode)
    first = sold.aggregate(first=Min("at"))["first"]
    rows = LedgerEntry.objects.filter(account__code=payable(cooperative.pk).code, transaction__livemode=livemode)
    by_month = rows.annotate(month=TruncMonth("transaction__at", tzinfo=VIETNAM)).values_list("month")
    moved = {month.date(): -dong for month, dong in by_month.annotate(sum=Sum("amount_dong")).order_by("month")}
    begins = [*moved, *([first.astimezone(VIETNAM).date()] if first else []), clock.today()]
    month, stands, told = month_of(min(begins)), 0, []
    while month.first <= clock.today():
        stands += moved.get(month.first, 0)
        told.append((month, stands))
        month = month.next
    return told[::-1]
