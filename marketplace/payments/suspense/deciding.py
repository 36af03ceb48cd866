"""Closing what a person had to decide, and trying again what failed. Money is never closed away: while it lies in

suspense or is owed to a buyer, the exception stays open.
"""

from __future__ import annotations

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.payments.arriving.spending import spend_again
from marketplace.payments.hearing.inbox import process_event
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import InboxEvent, PaymentException, Refund
from marketplace.payments.parking import close_by_itself
from marketplace.payments.refunds.refunding import OF_EXCEPTION, call_off_refund
from marketplace.payments.states import (
    PROMISED_REFUND,
    ExceptionKind,
    ExceptionStatus,
    InboxStatus,
    RefundStatus,
)
from marketplace.payments.suspense.settling import closed_by, left_in_suspense


class CannotDecide(DomainError):
    """Nothing was changed. Codes: ``decided`` (by, at, act), ``money_waits``, ``money_owed``, ``no_note``,

    ``still_gone``, ``promised``, ``nothing_to_try``.
    """


@transaction.atomic
def close_exception(*, exception: PaymentException, actor: Actor, note: str, dismissed: bool = False) -> None:
    """Done, in the words of who did it. ``dismissed``: there was nothing to do."""
    words = note.strip()
    if not words:
        raise CannotDecide("no_note")
    if exception.payment is not None:
        lock_payments(order_id=exception.payment.order_id)
    _check_money_is_settled(exception)
    status = ExceptionStatus.DISMISSED if dismissed else ExceptionStatus.RESOLVED
    closed = PaymentException.objects.filter(pk=exception.pk, status=ExceptionStatus.OPEN).update(
        status=status, closed_at=clock.now(), closed_by=actor.user, resolution=words[:300]
    )
    exception.refresh_from_db()
    if not closed:
        raise CannotDecide("decided", **closed_by(exception))
    _note(exception, actor, "dismissed" if dismissed else "resolved")


def _check_money_is_settled(exception: PaymentException) -> None:
    if exception.capture is not None and left_in_suspense(exception.capture) > 0:
        raise CannotDecide("money_waits")
    if exception.kind in OF_EXCEPTION and exception.payment is not None:
        refund = refund_of(exception)
        if refund is None or refund.status not in (RefundStatus.DONE, RefundStatus.CANCELLED):
            raise CannotDecide("money_owed")


def refund_of(exception: PaymentException) -> Refund | None:
    """The refund that the clock asked for because of this exception."""
    return Refund.objects.filter(payment=exception.payment, reason=f"exception:{exception.pk}").first()


def retry_event(*, exception: PaymentException, actor: Actor) -> str:
    """Try a message again that was given up; returns its state afterwards. Call outside a transaction."""
    event = exception.event
    if event is None or exception.kind != ExceptionKind.STUCK_EVENT:
        raise CannotDecide("nothing_to_try")
    waiting = InboxEvent.objects.filter(pk=event.pk, status=InboxStatus.DEAD)
    if not waiting.update(status=InboxStatus.FAILED, next_at=clock.now()):
        raise CannotDecide("nothing_to_try")
    status = process_event(event_id=event.pk)
    if status in (InboxStatus.PROCESSED, InboxStatus.IGNORED, InboxStatus.REJECTED):
        close_exception(exception=exception, actor=actor, note=str(InboxStatus(status).label))
    return status


@transaction.atomic
def try_goods_again(*, exception: PaymentException, actor: Actor) -> None:
    """Late money whose goods were gone: they may be back. The wish to refund is called off when they are.

    Only this exception's parcel is tried: others of the same payment have exceptions of their own.
    """
    payment, parcel = exception.payment, exception.parcel
    if payment is None or parcel is None or exception.kind != ExceptionKind.PAID_BUT_UNAVAILABLE:
        raise CannotDecide("nothing_to_try")
    lock_payments(order_id=payment.order_id)
    exception.refresh_from_db()
    if exception.status != ExceptionStatus.OPEN:
        raise CannotDecide("decided", **closed_by(exception))
    refund = refund_of(exception)
    wished = Refund.objects.filter(payment=payment, parcel=parcel).exclude(status=RefundStatus.CANCELLED)
    if any(one != refund or one.status in PROMISED_REFUND for one in wished):
        raise CannotDecide("promised")
    payment.refresh_from_db()
    match spend_again(payment=payment, parcel_id=parcel.pk):
        case ExceptionKind.PAID_BUT_UNAVAILABLE:
            raise CannotDecide("still_gone")
        case "paid" | ExceptionKind.PAID_AFTER_END:
            raise CannotDecide("nothing_to_try")
    if refund is not None and refund.status == RefundStatus.REQUESTED:
        call_off_refund(refund=refund, actor=actor, note="")
    cause = exception.key.removeprefix(f"{exception.kind}:")
    close_by_itself(
        payment=payment, kind=ExceptionKind.PAID_BUT_UNAVAILABLE, resolution="goods_again", key=cause, actor=actor
    )
    _note(exception, actor, "goods_again")


def _note(exception: PaymentException, actor: Actor, word: str) -> None:
    record(
        actor=actor,
        action=f"payment_exception.{word}",
        subject=exception,
        cooperative=exception.parcel.cooperative if exception.parcel else None,
        kind=str(exception.kind),
        amount_dong=exception.amount_dong,
    )
