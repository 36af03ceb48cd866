"""Money to give back: found from the states of parcels and payments, or asked for by a person; approved; called off.

Orders know nothing of payments, so nobody has to remember to ask: the clock looks for what is owed. Sending the money
is its own step (sending_back.py).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.books.bookkeeping import book_refund_called_off, book_refund_promised, refunded_of
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Dispute, Payment, PaymentException, Refund
from marketplace.payments.notices import tell_seller_to_send_back
from marketplace.payments.parking import SYSTEM, close_by_itself
from marketplace.payments.refunds.twins import doubts
from marketplace.payments.states import (
    LIVE_PAYMENT,
    PROMISED_REFUND,
    ExceptionKind,
    ExceptionStatus,
    RefundKind,
    RefundStatus,
    refund_states_before,
)

log = logging.getLogger(__name__)
PARCEL_ENDED = "parcel_ended"
OF_CHANGE = "change:"  # and the number of what made the parcel smaller
BATCH = 200
OF_EXCEPTION = {
    ExceptionKind.OVERPAID: RefundKind.SURPLUS,
    ExceptionKind.PAID_BUT_UNAVAILABLE: RefundKind.UNSPENT,
    ExceptionKind.PAID_AFTER_END: RefundKind.UNSPENT,
    ExceptionKind.UNDERPAID: RefundKind.UNSPENT,
}


class CannotRefund(DomainError):
    """Codes: ``more_than_came`` (facts: left_dong), ``not_positive``, ``moved`` (facts: status), ``second_person``,

    ``no_reference``, ``reference_used``, ``no_target``, ``other_target``, ``by_provider``, ``provider_off``,

    ``nothing_paid``, ``told_twice`` (nobody said yet whether the money came once).
    """


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund somebody asks for. ``reason`` is a whole word, ``note`` a sentence of a person."""

    payment: Payment
    amount_dong: int
    kind: RefundKind
    reason: str
    parcel: Parcel | None = None
    note: str = ""


# --- asking -----------------------------------------------------------------------------------------------------------
def parcels_owed_back() -> QuerySet[Parcel]:
    """Paid parcels that ended without goods and have no refund yet; a contested card payment goes back by its bank."""
    contested = Dispute.objects.against_us().filter(payment__spendings__parcel=OuterRef("pk"))
    return (
        Parcel.objects.filter(status__in=[ParcelStatus.REJECTED, ParcelStatus.CANCELLED], spending__isnull=False)
        .filter(~Exists(contested))
        .exclude(refunds__reason=PARCEL_ENDED)
        .order_by("pk")
    )


def request_due_refunds() -> int:
    """Open a refund for each parcel and each exception that is owed back; returns how many.

    What cannot be asked for now (contested money, a part given back by hand) holds up nothing behind it.
    """
    owed: list[Parcel | PaymentException] = [*parcels_owed_back(), *_exceptions_owed_back()]
    return sum(islice(filter(None, map(request_if_possible, owed)), BATCH))


def request_if_possible(owed: Parcel | PaymentException) -> bool:
    """Whether a refund is open now. What cannot be asked for yet is the clock's to try again."""
    try:
        return request_refund(parcel=owed) is not None if isinstance(owed, Parcel) else _request_for(owed)
    except CannotRefund as refused:
        log.warning("no refund for %s %s: %s", type(owed).__name__, owed.pk, refused.code)
        return False


def request_refund(*, parcel: Parcel) -> Refund | None:
    """Once per parcel, over what its payment brought. None when no confirmed payment paid for it, or it is contested:

    then its bank gives the money back.
    A part that was only asked for because the parcel became smaller goes back with the rest of it.
    """
    payment = payment_of(parcel)
    if payment is None or Dispute.objects.against_us().filter(payment=payment).exists():
        return None
    for part in Refund.objects.filter(parcel=parcel, status=RefundStatus.REQUESTED, reason__startswith=OF_CHANGE):
        call_off_refund(refund=part, actor=SYSTEM, note="")
    back = Refund.objects.filter(parcel=parcel, kind=RefundKind.PARCEL, status__in=PROMISED_REFUND)
    left = parcel.total_dong - (back.aggregate(sum=Sum("amount_dong"))["sum"] or 0)
    if left <= 0:
        return None
    return ask_refund(
        wish=Wish(payment=payment, parcel=parcel, amount_dong=left, kind=RefundKind.PARCEL, reason=PARCEL_ENDED),
        actor=SYSTEM,
    )


def payment_of(parcel: Parcel) -> Payment | None:
    """The payment whose money bought this parcel: its own transfer, or one for the whole order."""
    return Payment.objects.filter(spendings__parcel=parcel).first()


@transaction.atomic
def ask_refund(*, wish: Wish, actor: Actor) -> Refund:
    """Write a wish down, once per payment, parcel and reason. Raises :class:`CannotRefund`; nothing is promised yet."""
    if type(wish.amount_dong) is not int or wish.amount_dong <= 0:
        raise CannotRefund("not_positive")
    lock_payments(order_id=wish.payment.order_id)
    earlier = Refund.objects.filter(payment=wish.payment, parcel=wish.parcel, reason=wish.reason).first()
    if earlier is not None:
        return earlier
    _check_there_is_enough(wish.payment, wish.amount_dong, of_goods=_goods_of(wish))
    refund = Refund.objects.create(
        payment=wish.payment,
        parcel=wish.parcel,
        kind=wish.kind,
        amount_dong=wish.amount_dong,
        reason=wish.reason,
        note=wish.note,
        requested_at=clock.now(),
        requested_by=actor.user,
    )
    note_refund(refund, actor, "requested")
    return refund


def _exceptions_owed_back() -> QuerySet[PaymentException]:
    reason = Concat(Value("exception:"), Cast(OuterRef("pk"), CharField()))
    asked = Refund.objects.filter(payment=OuterRef("payment"), reason=reason)
    return (
        PaymentException.objects.filter(kind__in=OF_EXCEPTION, status=ExceptionStatus.OPEN, amount_dong__gt=0)
        .filter(~Exists(asked), payment__isnull=False)
        .exclude(payment__status__in=LIVE_PAYMENT)
        .select_related("payment", "parcel")
        .order_by("pk")
    )


@transaction.atomic
def _request_for(exception: PaymentException) -> bool:
    """A surplus, or money whose goods were gone. Money that still may become complete waits for its end."""
    payment = exception.payment
    assert payment is not None and exception.amount_dong is not None
    lock_payments(order_id=payment.order_id)
    if not _exceptions_owed_back().filter(pk=exception.pk).exists():  # the rest of the money came a moment ago
        return False
    kind = OF_EXCEPTION[ExceptionKind(exception.kind)]
    wish = Wish(payment, exception.amount_dong, kind, f"exception:{exception.pk}", parcel=exception.parcel)
    ask_refund(wish=wish, actor=SYSTEM)
    return True


# --- deciding ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def approve_refund(*, refund: Refund, actor: Actor) -> Refund:
    """Promise the money to the buyer. Over the limit whoever asked may not approve. Raises :class:`CannotRefund`."""
    lock_payments(order_id=refund.payment.order_id)
    refund.refresh_from_db()
    if refund.status == RefundStatus.REQUESTED:
        _check_there_is_enough(refund.payment, refund.amount_dong, of_goods=_goods_of(refund))
        check_second_person(refund, refund.requested_by, actor)
        if refund.reason.startswith("exception:") and doubts(refund.payment):
            raise CannotRefund("told_twice")
    move_refund(refund, RefundStatus.APPROVED, approved_at=clock.now(), approved_by=actor.user)
    book_refund_promised(refund)
    note_refund(refund, actor, "approved")
    tell_seller_to_send_back(refund)
    return refund


@transaction.atomic
def call_off_refund(*, refund: Refund, actor: Actor, note: str) -> Refund:
    """Not to be paid after all; what was promised is taken back in the books. Raises :class:`CannotRefund`."""
    lock_payments(order_id=refund.payment.order_id)
    refund.refresh_from_db()
    was_promised = refund.status in PROMISED_REFUND
    move_refund(refund, RefundStatus.CANCELLED, ended_at=clock.now(), note=note[:300])
    if was_promised:
        book_refund_called_off(refund)
    note_refund(refund, actor, "called_off")
    return refund


def close_refunded(refund: Refund) -> None:
    """What had opened this refund (a surplus, late money) is settled now that the money went back."""
    cause, _, number = refund.reason.partition(":")
    if cause == "exception" and number.isdecimal():
        PaymentException.objects.filter(pk=int(number), status=ExceptionStatus.OPEN).update(
            status=ExceptionStatus.RESOLVED, closed_at=clock.now(), resolution="refunded"
        )


def move_refund(refund: Refund, to: RefundStatus, **stamps: Any) -> None:
    """Guarded by the table of states; call inside a transaction. Raises :class:`CannotRefund` (moved)."""
    allowed = Refund.objects.filter(pk=refund.pk, status__in=refund_states_before(to))
    if not allowed.update(status=to, **stamps):
        refund.refresh_from_db()
        raise CannotRefund("moved", status=refund.status)
    refund.refresh_from_db()


def check_second_person(refund: Refund, earlier: User | None, actor: Actor) -> None:
    """Over the limit nobody does two steps in a row."""
    over = refund.amount_dong > settings.REFUND_TWO_PEOPLE_OVER
    if over and earlier is not None and actor.user is not None and earlier.pk == actor.user.pk:
        raise CannotRefund("second_person", limit_dong=settings.REFUND_TWO_PEOPLE_OVER)


def _goods_of(wanted: Wish | Refund) -> Parcel | None:
    return wanted.parcel if wanted.kind == RefundKind.PARCEL else None


def _check_there_is_enough(payment: Payment, dong: int, *, of_goods: Parcel | None) -> None:
    """Never more back than came and is not contested, nor more for a parcel than it cost; payments locked."""
    left = left_to_give(payment, of_goods=of_goods)
    if dong > left:
        raise CannotRefund("more_than_came", left_dong=left)


def left_to_give(payment: Payment, *, of_goods: Parcel | None = None) -> int:
    """What of a payment can still go back, in đồng; ``of_goods``: for this parcel."""
    payment.refresh_from_db(fields=["received_dong"])
    contested = Dispute.objects.against_us().filter(payment=payment).aggregate(sum=Sum("amount_dong"))["sum"] or 0
    left = payment.received_dong - promised_of(payment) - contested
    if of_goods is not None:
        left = min(left, of_goods.total_dong - refunded_of(of_goods))
    return left


def promised_of(payment: Payment) -> int:
    """What of this payment's money went back to the buyer or is promised, in đồng: it buys nothing any more."""
    promised = Refund.objects.filter(payment=payment, status__in=PROMISED_REFUND)
    return int(promised.aggregate(sum=Sum("amount_dong"))["sum"] or 0)


def close_underpaid(payment: Payment) -> None:
    """The rest of the money came: wishes to give the first part back are called off, promises stand."""
    for exception in payment.exceptions.filter(kind=ExceptionKind.UNDERPAID, status=ExceptionStatus.OPEN):
        refund = Refund.objects.filter(payment=payment, reason=f"exception:{exception.pk}").first()
        if refund is not None and refund.status in PROMISED_REFUND:
            continue
        if refund is not None and refund.status == RefundStatus.REQUESTED:
            call_off_refund(refund=refund, actor=SYSTEM, note="the rest of the money came")
        key = exception.key.removeprefix(f"{exception.kind}:")
        close_by_itself(payment=payment, kind=ExceptionKind.UNDERPAID, resolution="the rest of the money came", key=key)


def note_refund(refund: Refund, actor: Actor, word: str) -> None:
    """Into the audit log, under the cooperative whose goods it is about."""
    record(
        actor=actor,
        action=f"refund.{word}",
        subject=refund,
        cooperative=refund.parcel.cooperative if refund.parcel else None,
        amount_dong=refund.amount_dong,
    )
