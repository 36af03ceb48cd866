"""Refunds and lost disputes of parcels as moves on their fees, for tax sheets and proofs. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from marketplace.ledger.accounts import DISPUTE
from marketplace.ledger.models import LedgerEntry
from marketplace.ledger.shrinking import Move
from marketplace.payments.models import Refund
from marketplace.payments.states import RefundKind, RefundStatus


def moves_of_parcels(parcels: Iterable[int] | None = None) -> dict[int, list[Move]]:
    """Per parcel, every promise of money for its goods, every promise called off, every share of a

    lost dispute; of all parcels by default."""
    promised = Refund.objects.filter(kind=RefundKind.PARCEL, approved_at__isnull=False, parcel__isnull=False)
    if parcels is not None:
        promised = promised.filter(parcel__in=parcels)
    moves: dict[int, list[Move]] = defaultdict(list)
    columns = ("pk", "parcel_id", "amount_dong", "approved_at", "status", "ended_at")
    for pk, parcel, dong, approved_at, status, ended_at in promised.order_by("pk").values_list(*columns):
        moves[parcel].append(Move(approved_at, refund_name(pk), dong))
        if status == RefundStatus.CANCELLED:
            moves[parcel].append(Move(ended_at, refund_name(pk), dong, called_off=True))
    losses = LedgerEntry.objects.filter(transaction__kind="dispute_borne", account__code=DISPUTE.code)
    if parcels is not None:
        losses = losses.filter(transaction__parcel__in=parcels)
    for key, parcel, dong, at in losses.values_list(
        "transaction__key", "transaction__parcel_id", "amount_dong", "transaction__at"
    ):
        moves[parcel].append(Move(at, key, -dong))
    return moves


def refund_name(pk: int) -> str:
    """The name of a refund among the moves of its parcel; names of one moment sort as they were made."""
    return f"refund:{pk:012d}"
