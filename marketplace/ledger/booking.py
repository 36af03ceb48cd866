"""The one door into the books: a balanced transaction, written once per key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from marketplace.ledger.accounts import Account
from marketplace.ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction

LARGEST_DONG = 10**15


class Unbalanced(ValueError):
    """The entries do not sum to zero, or one is no whole number of đồng: a programming error, nothing is booked."""


class BookedOtherwise(ValueError):
    """The same fact was booked before with other amounts: a programming error, the first booking stands."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is booked. ``key`` names it for ever; ``at`` is when it happened; ``livemode`` False for play money."""

    key: str
    kind: str
    at: datetime
    order_id: int | None = None
    parcel_id: int | None = None
    livemode: bool = True


@transaction.atomic
def book(*, fact: Fact, lines: Iterable[tuple[Account, int]]) -> LedgerTransaction:
    """Book one fact; lines of one account are added up, lines of nothing are left out.

    The same key again answers with the transaction that stands. Raises :class:`Unbalanced` or
    :class:`BookedOtherwise`.
    """
    amounts = _summed(lines)
    booked, fresh = LedgerTransaction.objects.get_or_create(
        key=fact.key,
        defaults={
            "kind": fact.kind,
            "at": fact.at,
            "order_id": fact.order_id,
            "parcel_id": fact.parcel_id,
            "livemode": fact.livemode,
        },
    )
    if not fresh:
        stands = {entry.account.code: entry.amount_dong for entry in booked.entries.select_related("account")}
        if stands != {account.code: amount for account, amount in amounts.items()}:
            raise BookedOtherwise(fact.key)
        return booked
    rows = _accounts(amounts)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=booked, account=rows[account.code], amount_dong=amount)
        for account, amount in amounts.items()
    )
    return booked


def lines_of(key: str) -> list[tuple[Account, int]]:
    """What stands in the books under this key; [] when nothing does. To book the reverse of it where it was booked."""
    entries = LedgerEntry.objects.filter(transaction__key=key).select_related("account").order_by("pk")
    return [
        (Account(one.account.code, AccountKind(one.account.kind), one.account.cooperative_id), one.amount_dong)
        for one in entries
    ]


def _summed(lines: Iterable[tuple[Account, int]]) -> dict[Account, int]:
    sums: dict[Account, int] = defaultdict(int)
    for account, amount in lines:
        if type(amount) is not int or abs(amount) > LARGEST_DONG:
            raise Unbalanced(f"{account.code}: {amount!r} is no sum of đồng")
        sums[account] += amount
    if sum(sums.values()):
        raise Unbalanced(f"off by {sum(sums.values())}")
    amounts = {account: amount for account, amount in sums.items() if amount}
    if not amounts:
        raise Unbalanced("nothing moves")
    return amounts


def _accounts(amounts: Iterable[Account]) -> dict[str, LedgerAccount]:
    wanted = {account.code: account for account in amounts}
    rows = {row.code: row for row in LedgerAccount.objects.filter(code__in=wanted)}
    missing = [account for code, account in wanted.items() if code not in rows]
    if missing:
        LedgerAccount.objects.bulk_create(
            [
                LedgerAccount(code=account.code, kind=account.kind, cooperative_id=account.cooperative_id)
                for account in sorted(missing, key=lambda account: account.code)
            ],
            ignore_conflicts=True,  # somebody else opened it a moment ago
        )
        rows = {row.code: row for row in LedgerAccount.objects.filter(code__in=wanted)}
    return rows
