"""What the accounts hold: sums of entries, never a stored figure. Amounts in đồng, debits positive."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Sum

from marketplace.ledger.accounts import Account
from marketplace.ledger.models import LedgerEntry, LedgerTransaction


def balance(account: Account, *, livemode: bool | None = None) -> int:
    """0 for an account nobody opened."""
    entries = LedgerEntry.objects.filter(account__code=account.code)
    if livemode is not None:
        entries = entries.filter(transaction__livemode=livemode)
    return entries.aggregate(sum=Sum("amount_dong"))["sum"] or 0


def balances(prefix: str = "") -> dict[str, int]:
    """Every account whose code begins with ``prefix`` and its balance; one query."""
    rows = LedgerEntry.objects.filter(account__code__startswith=prefix).values_list("account__code")
    return dict(rows.annotate(sum=Sum("amount_dong")).order_by("account__code"))


def unbalanced_transactions() -> Iterable[str]:
    """Keys of transactions that do not sum to zero or have no entries: there is none unless somebody tampered."""
    sums = LedgerTransaction.objects.annotate(sum=Sum("entries__amount_dong"))
    return sums.exclude(sum=0).values_list("key", flat=True)
