"""The books: accounts, transactions and entries. Double entry, whole đồng, nothing is ever changed or deleted.

Debits are positive, credits negative; the entries of a transaction sum to zero. Balances are sums of entries and are
stored nowhere.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.append_only import AppendOnly


class AccountKind(models.TextChoices):
    ASSET = "asset", _("Asset")
    LIABILITY = "liability", _("Liability")
    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")


class LedgerAccount(AppendOnly):
    """``code`` is its whole name, e.g. ``payable:HTX1A2B3`` (see marketplace/ledger/accounts.py)."""

    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=AccountKind)
    cooperative = models.ForeignKey(
        "community.Cooperative", null=True, blank=True, on_delete=models.PROTECT, related_name="ledger_accounts"
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="ledger_account_kind_known"),
        ]

    def __str__(self) -> str:
        return self.code


class LedgerTransaction(AppendOnly):
    """One business fact, booked once: ``key`` names the fact (``capture:17``)."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=24)
    order = models.ForeignKey(
        "marketplace.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="ledger_transactions"
    )
    parcel = models.ForeignKey(
        "marketplace.Parcel", null=True, blank=True, on_delete=models.PROTECT, related_name="ledger_transactions"
    )
    livemode = models.BooleanField(default=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["kind", "at"])]

    def __str__(self) -> str:
        return self.key


class LedgerEntry(AppendOnly):
    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries")
    amount_dong = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_dong=0), name="ledger_entry_moves_something"),
            models.UniqueConstraint(fields=["transaction", "account"], name="ledger_entry_once_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount_dong}"
