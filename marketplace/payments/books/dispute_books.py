"""Contested money in the books: taken by the bank, brought back, or lost and borne by somebody."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from marketplace.ledger import entries
from marketplace.ledger.accounts import DISPUTE, clearing
from marketplace.ledger.booking import Fact, book
from marketplace.ledger.models import LedgerEntry, LedgerTransaction
from marketplace.orders.models import Parcel
from marketplace.payments.books.bookkeeping import parcel_sums, refunded_of
from marketplace.payments.models import Dispute, Payment
from marketplace.payments.states import PaymentStatus
from marketplace.pricing.money import split


def parcels_paid_by(payment: Payment) -> list[Parcel]:
    """What a card payment bought: the order's paid parcels without a transfer of their own, by key."""
    paid = Parcel.objects.filter(order_id=payment.order_id, paid_at__isnull=False)
    own = Payment.objects.filter(order_id=payment.order_id, status=PaymentStatus.CONFIRMED, parcel__isnull=False)
    return list(paid.exclude(pk__in=own.values("parcel_id")).order_by("pk"))


def loss_shares(dispute: Dispute) -> dict[int, int]:
    """Parcel → đồng: the lost sum over the payment's parcels, by what each has left after refunds.

    Empty when they have not that much left together: then the sellers cannot bear it.
    """
    parcels = parcels_paid_by(dispute.payment)
    left = [max(parcel.total_dong - refunded_of(parcel), 0) for parcel in parcels]
    if sum(left) < dispute.amount_dong:
        return {}
    return dict(zip([parcel.pk for parcel in parcels], split(dispute.amount_dong, left), strict=True))


def book_dispute_opened(dispute: Dispute) -> LedgerTransaction:
    """The bank has taken the money back from the card provider, which took it from the operator."""
    assert dispute.withdrawn_at is not None
    lines = entries.dispute_opened(dong=dispute.amount_dong, at_provider=clearing(dispute.payment.provider))
    return book(fact=_of(dispute, "opened", dispute.withdrawn_at), lines=lines)


def book_dispute_won(dispute: Dispute) -> LedgerTransaction:
    """It came back."""
    assert dispute.closed_at is not None
    opened = entries.dispute_opened(dong=dispute.amount_dong, at_provider=clearing(dispute.payment.provider))
    return book(fact=_of(dispute, "won", dispute.closed_at), lines=entries.reversed_lines(opened))


def book_dispute_lost(dispute: Dispute, *, shares: dict[int, int]) -> None:
    """It does not come back: the sellers' shares shrink like after a refund, or the operator writes it off."""
    assert dispute.settled_at is not None
    if not shares:
        book(fact=_of(dispute, "written-off", dispute.settled_at), lines=entries.loss_written_off(dispute.amount_dong))
        return
    for parcel in Parcel.objects.filter(pk__in=shares).order_by("pk"):
        dong = shares[parcel.pk]
        if dong:
            lines = entries.loss_borne(parcel_sums(parcel), dong=dong, refunded_before_dong=refunded_of(parcel))
            book(fact=_of(dispute, f"borne:{parcel.pk}", dispute.settled_at, parcel), lines=lines)


def dispute_balance() -> int:
    """What the books say is with banks or lost and not settled yet, in đồng."""
    return LedgerEntry.objects.filter(account__code=DISPUTE.code).aggregate(sum=Sum("amount_dong"))["sum"] or 0


def _of(dispute: Dispute, word: str, at: datetime, parcel: Parcel | None = None) -> Fact:
    return Fact(
        key=f"dispute-{word}:{dispute.pk}" if parcel is None else f"dispute-borne:{dispute.pk}:{parcel.pk}",
        kind="dispute_borne" if parcel is not None else f"dispute_{word.replace('-', '_')}",
        at=at,
        order_id=dispute.payment.order_id,
        parcel_id=parcel.pk if parcel else None,
        livemode=dispute.payment.livemode,
    )
