"""Which entries of a cooperative's account may be paid out: of parcels that are over and that nobody contests.

A payout settles entries, not sums: what was given back to a buyer after a payout is an entry like any other, and makes
the next payout smaller. While a parcel waits, all its entries wait; once some were paid out, later ones count at once.
Dues settle the fees they were paid for, also of parcels that wait: alone they would be paid straight back.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.text.dates import midnight
from marketplace.ledger.accounts import payable
from marketplace.ledger.models import LedgerEntry
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.models import Dispute, PaymentException, Refund
from marketplace.payments.refunds.refunding import PARCEL_ENDED
from marketplace.payments.states import DisputeStatus, ExceptionKind, ExceptionStatus, RefundStatus
from marketplace.payouts.models import PayoutItem

PAYOUT_SENT, PAYOUT_RETURNED = "payout_sent", "payout_returned"
OF_PAYOUTS = frozenset({PAYOUT_SENT, PAYOUT_RETURNED})
PARCEL_PAID = "parcel_paid"
IN_FLIGHT = frozenset({RefundStatus.REQUESTED, RefundStatus.APPROVED, RefundStatus.SUBMITTED, RefundStatus.FAILED})
# More or less money than was asked is between the buyer and the money desk: the parcel's own share stands.
HARMLESS = frozenset({ExceptionKind.OVERPAID, ExceptionKind.UNDERPAID})
ENDED = frozenset({ParcelStatus.REJECTED, ParcelStatus.CANCELLED})


def unsettled(cooperative_id: int, *, livemode: bool) -> QuerySet[LedgerEntry]:
    """Every entry of the cooperative's account that no payout has taken."""
    taken = PayoutItem.objects.filter(entry=OuterRef("pk"), released=False)
    return (
        LedgerEntry.objects.filter(account__code=payable(cooperative_id).code, transaction__livemode=livemode)
        .exclude(transaction__kind__in=OF_PAYOUTS)
        .exclude(Exists(taken))
    )


def ready(cooperative_id: int, *, until: date, livemode: bool) -> list[LedgerEntry]:
    """The entries a payout may take now, of what happened before ``until`` began; four queries."""
    ends = midnight(until)
    entries = list(
        unsettled(cooperative_id, livemode=livemode)
        .filter(transaction__at__lt=ends)
        .select_related("transaction")
        .order_by("pk")
    )
    parcels = {entry.transaction.parcel_id for entry in entries if entry.transaction.parcel_id}
    free = (_free(parcels, ends=ends) | _begun(parcels)) - _giving_back(parcels, ends=ends)
    dues_until = _last_dues(entries)
    return [entry for entry in entries if _may_go(entry, free, dues_until)]


def _last_dues(entries: list[LedgerEntry]) -> int:
    """The number of the last entry of dues that stand; 0 without any."""
    told = [(entry.pk, entry.transaction.key.split(":")) for entry in entries if entry.transaction.parcel_id is None]
    undone = {key[1] for _pk, key in told if key[0] == "dues-undone"}
    return max((pk for pk, key in told if key[0] == "dues" and key[1] not in undone), default=0)


def _may_go(entry: LedgerEntry, free: set[int], dues_until: int) -> bool:
    """``dues_until``: the last entry of dues; fees that stood before it are settled by them."""
    told = entry.transaction
    if told.parcel_id is None or told.parcel_id in free:
        return True
    return told.kind == PARCEL_PAID and entry.amount_dong > 0 and entry.pk < dues_until


def _giving_back(parcels: set[int], *, ends: datetime) -> set[int]:
    """Those whose buyer gets money back from the cooperative's own bank: unsent, or sent only after ``ends``.

    The promise alone would be taken from its payout, and then the same sum from its bank.
    """
    own = Refund.objects.filter(parcel__in=parcels, payment__account__cooperative__isnull=False)
    late = Q(status__in=IN_FLIGHT) | Q(status=RefundStatus.DONE, ended_at__gte=ends)
    return {pk for pk in own.filter(late).values_list("parcel_id", flat=True) if pk is not None}


def _free(parcels: set[int], *, ends: datetime) -> set[int]:
    """Of these, those that were over before ``ends`` and are not frozen."""
    returned = Refund.objects.filter(
        parcel=OuterRef("pk"), reason=PARCEL_ENDED, status__in=[RefundStatus.DONE, RefundStatus.CANCELLED]
    )
    over = Q(status=ParcelStatus.COMPLETED, ended_at__lt=ends) | (Q(status__in=ENDED) & Exists(returned))
    found = Parcel.objects.filter(over, pk__in=parcels).values_list("pk", flat=True)
    return set(found) - frozen(parcels)


def frozen(parcels: set[int]) -> set[int]:
    """Those with a refund in flight, an open question about their money, or a contested payment: also one that was

    lost, while nobody said who bears it.
    """
    refunds = Refund.objects.filter(parcel__in=parcels, status__in=IN_FLIGHT).values_list("parcel_id", flat=True)
    open_questions = PaymentException.objects.filter(parcel__in=parcels, status=ExceptionStatus.OPEN)
    asked = open_questions.exclude(kind__in=HARMLESS).values_list("parcel_id", flat=True)
    undecided = Q(status=DisputeStatus.OPEN) | Q(status=DisputeStatus.LOST, borne_by="")
    disputes = Dispute.objects.filter(undecided, payment__order=OuterRef("order"))
    of_it = Q(payment__parcel=OuterRef("pk")) | Q(payment__parcel=None)
    contested = Parcel.objects.filter(Exists(disputes.filter(of_it)), pk__in=parcels).values_list("pk", flat=True)
    return {pk for pk in [*refunds, *asked, *contested] if pk is not None}


def _begun(parcels: set[int]) -> set[int]:
    items = PayoutItem.objects.filter(entry__transaction__parcel__in=parcels, released=False)
    return {pk for pk in items.values_list("entry__transaction__parcel_id", flat=True) if pk is not None}
