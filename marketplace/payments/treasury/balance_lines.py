"""Movements of the operator's balance at a card provider: kept as told, and the fees in them booked, each once.

What was charged, refunded or contested is in the books by its own message; here come the fees that the provider kept
of it, and what it takes for itself. The operator bears them all.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from marketplace.ledger.accounts import DISPUTE_FEES, PROVIDER_FEES, Account, clearing
from marketplace.ledger.booking import Fact, book
from marketplace.ledger.models import LedgerTransaction
from marketplace.ledger.own_money import fee_kept
from marketplace.payments.facts import BalanceFact
from marketplace.payments.models import BalanceLine, Capture

# Stripe's reporting categories. The first are fees and nothing else: all of the line is one.
ALL_FEE = frozenset({"fee", "tax", "network_cost"})
DISPUTED = frozenset({"dispute", "dispute_reversal"})
OF_BUYERS = frozenset({"charge", "charge_failure", "refund", "refund_failure"}) | DISPUTED
PAYOUTS = frozenset({"payout", "payout_reversal"})
KEY = "provider-fee:"


@transaction.atomic
def hear_of_lines(facts: Iterable[BalanceFact]) -> int:
    """Keep what is new; returns how many were."""
    told = {fact.txn_id: fact for fact in facts}
    known = set(BalanceLine.objects.filter(txn_id__in=told).values_list("txn_id", flat=True))
    fresh = [
        BalanceLine(
            source=fact.source,
            txn_id=fact.txn_id,
            category=fact.category,
            amount=fact.amount,
            fee=fact.fee,
            net=fact.net,
            currency=fact.currency,
            thing=fact.thing,
            money_ref=fact.money_ref,
            charged_dong=fact.charged_dong,
            livemode=fact.livemode,
            at=fact.at,
        )
        for number, fact in told.items()
        if number not in known
    ]
    BalanceLine.objects.bulk_create(fresh, ignore_conflicts=True)  # told to another worker a moment ago
    return len(fresh)


def book_fees() -> int:
    """Book what can be booked by now: the fee of a charge waits until its money is known here. Returns how many."""
    booked = 0
    for line in unbooked_fees(BalanceLine.objects.all()):
        dong = fee_dong(line)
        if dong is not None:
            _book(line, dong)
            booked += 1
    return booked


def unbooked_fees(lines: QuerySet[BalanceLine]) -> list[BalanceLine]:
    """Those of ours with a fee in đồng that is not in the books, oldest first. One query, however many there are."""
    named = lines.annotate(fee_key=Concat(Value(KEY), Cast("pk", CharField())))
    unbooked = named.exclude(Exists(LedgerTransaction.objects.filter(key=OuterRef("fee_key"))))
    with_fee = unbooked.filter(~Q(fee=0) | Q(category__in=ALL_FEE), is_ours())
    return [line for line in with_fee.order_by("at", "pk") if fee_dong(line)]


def fee_dong(line: BalanceLine) -> int | None:
    """What the provider kept, in đồng; below zero when it gave back. None when only another currency is told.

    A balance kept in another currency tells the fee in that; it is the same part of what the buyer paid.
    """
    if line.category in ALL_FEE:
        return -line.net if line.currency == "VND" else None
    if line.currency == "VND" or line.fee == 0:
        return line.fee
    if not line.charged_dong or not line.amount:
        return None
    # What was charged is below zero for all that went back, and also for a dispute that was won: only sizes count.
    part, whole = abs(line.charged_dong * line.fee), abs(line.amount)
    dong = (2 * part + whole) // (2 * whole)
    return dong if line.fee > 0 else -dong


def is_ours() -> Q:
    """Another system may use the same account at the provider: its charges are not ours, nor are their fees."""
    money = Capture.objects.filter(provider=OuterRef("source"), txn_id=OuterRef("money_ref"))
    return ~Q(category__in=OF_BUYERS) | Q(Exists(money))


def key_of(line: BalanceLine) -> str:
    return f"{KEY}{line.pk}"


def expense_of(line: BalanceLine) -> Account:
    return DISPUTE_FEES if line.category in DISPUTED else PROVIDER_FEES


@transaction.atomic
def _book(line: BalanceLine, dong: int) -> None:
    capture = Capture.objects.filter(provider=line.source, txn_id=line.money_ref).select_related("payment").first()
    order = capture.payment.order_id if line.money_ref and capture is not None and capture.payment else None
    fact = Fact(key=key_of(line), kind="provider_fee", at=line.at, order_id=order, livemode=line.livemode)
    book(fact=fact, lines=fee_kept(dong=dong, by=clearing(line.source), expense=expense_of(line)))
