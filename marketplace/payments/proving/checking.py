"""Proves the books: invariants that hold after every act, whatever came in which order. Reads only.

Each check is one or two queries over whole tables and answers with what does not fit, in words for the operator.
Numbering: docs/decisions/0056-books.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from community import clock, guarding
from community.outbox.models import OutboxMessage
from marketplace.ledger.balances import unbalanced_transactions
from marketplace.ledger.models import LedgerEntry, LedgerTransaction
from marketplace.orders.changes.owing import goods_owed
from marketplace.orders.models import Allocation, Order, Parcel
from marketplace.orders.states import AllocationStatus
from marketplace.payments.books.bookkeeping import parcel_sums
from marketplace.payments.books.dispute_books import dispute_balance
from marketplace.payments.models import Capture, Dispute, InboxEvent, Payment, Refund, SuspenseDecision
from marketplace.payments.proving.change_balances import changes_add_up
from marketplace.payments.proving.discounts import discounts_are_used
from marketplace.payments.proving.order_balances import (
    accounts_stand_on_their_side,
    confirmed_money_bought_or_is_parked,
    money_lies_in_one_place,
)
from marketplace.payments.proving.own_balances import own_accounts_are_told
from marketplace.payments.states import DecisionAct, InboxStatus, PaymentStatus, RefundStatus, SourceCode
from traceability.batches.models import Batch

PATIENCE = timedelta(minutes=10)
REFUNDED = [RefundStatus.APPROVED, RefundStatus.SUBMITTED, RefundStatus.DONE]
HELD = [AllocationStatus.HELD, AllocationStatus.COMMITTED, AllocationStatus.PACKED]
FLOOR = "marketplace"


@dataclass(frozen=True, slots=True)
class Misfit:
    """``rule`` is I1 … I14; ``what`` names the row and the figures."""

    rule: str
    what: str


def check_money() -> list[Misfit]:
    """Everything that does not fit, by rule; an empty list is the proof."""
    return [Misfit(rule, what) for rule, check in RULES.items() for what in check()]


def _captured_once() -> Iterator[str]:
    rows = Capture.objects.values_list("provider", "account_key", "txn_id").annotate(times=Count("pk"))
    for provider, account, txn, times in rows.filter(times__gt=1):
        yield f"{provider} {account} {txn} was written down {times} times"


def _received_is_the_sum_of_captures() -> Iterator[str]:
    captured = Capture.objects.filter(payment=OuterRef("pk")).values("payment").annotate(sum=Sum("amount_dong"))
    refunded = (
        Refund.objects.filter(payment=OuterRef("pk"), status__in=REFUNDED)
        .values("payment")
        .annotate(sum=Sum("amount_dong"))
    )
    decided = SuspenseDecision.objects.values("amount_dong")
    attached = decided.filter(payment=OuterRef("pk")).values("payment").annotate(sum=Sum("amount_dong"))
    twice = (
        decided.filter(capture__payment=OuterRef("pk"), act=DecisionAct.TWICE)
        .values("capture__payment")
        .annotate(sum=Sum("amount_dong"))
    )
    payments = Payment.objects.annotate(
        came=Coalesce(Subquery(captured.values("sum")), 0, output_field=IntegerField())
        + Coalesce(Subquery(attached.values("sum")), 0, output_field=IntegerField())
        - Coalesce(Subquery(twice.values("sum")), 0, output_field=IntegerField()),
        went=Coalesce(Subquery(refunded.values("sum")), 0, output_field=IntegerField()),
    )
    for pk, received, came in payments.exclude(came=F("received_dong")).values_list("pk", "received_dong", "came"):
        yield f"payment {pk} says {received} came, its captures say {came}"
    for pk, went, came in payments.filter(went__gt=F("came")).values_list("pk", "went", "came"):
        yield f"payment {pk}: {went} goes back of {came} that came"
    foreign = Refund.objects.filter(parcel__isnull=False).exclude(parcel__order=F("payment__order"))
    yield from (f"refund {refund.pk} gives back money of another order" for refund in foreign)


def _paid_parcels_are_booked() -> Iterator[str]:
    booked = set(LedgerTransaction.objects.filter(kind="parcel_paid").values_list("parcel_id", flat=True))
    paid = set(Parcel.objects.filter(paid_at__isnull=False).values_list("pk", flat=True))
    for pk in sorted(paid - booked):
        yield f"parcel {pk} is paid and not in the books"
    for pk in sorted(booked - paid):
        yield f"parcel {pk} is in the books and not paid"
    unpaid = Payment.objects.filter(status=PaymentStatus.CONFIRMED, received_dong__lt=F("amount_dong"))
    yield from (f"payment {payment.pk} is confirmed with less than was asked" for payment in unpaid)
    yield from confirmed_money_bought_or_is_parked()


def _held_goods_are_held_for_somebody() -> Iterator[str]:
    allocated = (
        Allocation.objects.filter(batch=OuterRef("pk"), status__in=HELD)
        .values("batch")
        .annotate(sum=Sum("quantity_base"))
    )
    batches = Batch.objects.annotate(
        held=Coalesce(Subquery(allocated.values("sum")), 0, output_field=IntegerField()),
    )
    unlike = batches.exclude(on_hand_base=F("available_base") + F("held"))
    for pk, on_hand, available, held in unlike.values_list("pk", "on_hand_base", "available_base", "held"):
        yield f"batch {pk} keeps {on_hand - available}, orders say {held}"


def _books_balance() -> Iterator[str]:
    yield from (f"transaction {key} does not sum to zero" for key in unbalanced_transactions())
    yield from accounts_stand_on_their_side()
    taken = Dispute.objects.open().filter(withdrawn_at__isnull=False).aggregate(sum=Sum("amount_dong"))["sum"] or 0
    if taken != dispute_balance():
        yield f"banks hold {taken} of contested payments, the books say {dispute_balance()}"


def _messages_are_worked_off() -> Iterator[str]:
    late = InboxEvent.objects.filter(status=InboxStatus.RECEIVED, received_at__lt=clock.now() - PATIENCE)
    yield from (f"message {event.pk} of {event.provider} waits since {event.received_at}" for event in late)


def _captures_are_booked() -> Iterator[str]:
    decided = Capture.objects.annotate(decided=Sum("decisions__amount_dong"))
    for pk, dong, of in decided.filter(decided__gt=F("amount_dong")).values_list("pk", "decided", "amount_dong"):
        yield f"capture {pk}: {dong} was given away of {of}"
    rows = LedgerTransaction.objects.filter(kind="capture").annotate(
        came=Sum("entries__amount_dong", filter=Q(entries__amount_dong__gt=0))
    )
    booked = dict(rows.values_list("key", "came"))
    for pk, dong in Capture.objects.values_list("pk", "amount_dong"):
        if booked.pop(f"capture:{pk}", None) != dong:
            yield f"capture {pk} of {dong} is not in the books as it came"
    yield from (f"{key} is in the books without a capture" for key in booked)
    yield from money_lies_in_one_place()


def _totals_are_sums_of_parts() -> Iterator[str]:
    orders = Order.objects.annotate(parts=Sum("parcels__total_dong")).exclude(parts=F("total_dong"))
    for code, total, parts in orders.values_list("code", "total_dong", "parts"):
        yield f"order {code}: {total}, its parcels {parts}"
    for parcel in Parcel.objects.annotate(parts=Sum("lines__total_dong")).exclude(parts=F("goods_dong")):
        lines: int = parcel.parts  # type: ignore[attr-defined]
        became_smaller = parcel.on_delivery and parcel.goods_dong < lines  # before it was paid
        if not became_smaller or (parcel.owes_on_delivery and parcel.goods_dong != goods_owed(parcel)):
            yield f"parcel {parcel.code}: goods {parcel.goods_dong}, its lines {lines}"


def _parcels_are_shared_out() -> Iterator[str]:
    """What the seller, the operator and the tax office get of a parcel is the parcel."""
    paid = Parcel.objects.filter(paid_at__isnull=False).in_bulk()
    kept = (
        LedgerEntry.objects.filter(
            transaction__kind="parcel_paid", account__code__in=["commission", "tax_vat", "tax_pit"]
        )
        .values_list("transaction__parcel_id")
        .annotate(sum=Sum("amount_dong"))
    )
    fees = dict(kept)
    for pk, parcel in paid.items():
        sums = parcel_sums(parcel)
        due = parcel.commission_dong + (parcel.vat_dong + parcel.pit_dong if parcel.tax_mode == "withhold" else 0)
        if -fees.get(pk, 0) != due:
            yield f"parcel {parcel.code}: {-fees.get(pk, 0)} was kept of {sums.total_dong}, {due} was agreed"


def _play_money_stays_in_the_demo() -> Iterator[str]:
    if not settings.DEMO and Capture.objects.filter(provider=SourceCode.SIMULATED).exists():
        yield "simulated money in a database that is no demo"
    mixed = Capture.objects.filter(payment__isnull=False).exclude(livemode=F("payment__livemode"))
    yield from (f"capture {capture.pk} and its payment disagree on whether money is real" for capture in mixed)


def _people_are_told_once() -> Iterator[str]:
    told = OutboxMessage.objects.order_by().values_list("kind", "key").annotate(times=Count("pk"))
    yield from (f"{kind} {key} was said {times} times" for kind, key, times in told.filter(times__gt=1))


def _amounts_are_positive_and_stay() -> Iterator[str]:
    yield from (f"the trigger {name} is gone: books can be changed" for name in guarding.missing(connection, FLOOR))
    yield from (f"capture {row.pk} of {row.amount_dong}" for row in Capture.objects.filter(amount_dong__lte=0))
    yield from (f"refund {row.pk} of {row.amount_dong}" for row in Refund.objects.filter(amount_dong__lte=0))


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "I1": _captured_once,
    "I2": _received_is_the_sum_of_captures,
    "I3": _paid_parcels_are_booked,
    "I4": _held_goods_are_held_for_somebody,
    "I5": _books_balance,
    "I6": _messages_are_worked_off,
    "I7": _captures_are_booked,
    "I8": _totals_are_sums_of_parts,
    "I9": _parcels_are_shared_out,
    "I10": _play_money_stays_in_the_demo,
    "I11": _people_are_told_once,
    "I12": _amounts_are_positive_and_stay,
    "I13": own_accounts_are_told,
    "I14": changes_add_up,
    "I15": discounts_are_used,
}
