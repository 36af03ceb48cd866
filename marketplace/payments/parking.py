"""Open and close what a person has to decide about money. Opened once per cause."""

from __future__ import annotations

from typing import Any

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.orders.models import Parcel
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException
from marketplace.payments.states import ExceptionKind, ExceptionStatus

SYSTEM = Actor.system("payments")


def park(
    *,
    kind: ExceptionKind,
    key: str,
    amount_dong: int | None = None,
    payment: Payment | None = None,
    parcel: Parcel | None = None,
    capture: Capture | None = None,
    event: InboxEvent | None = None,
    **facts: Any,
) -> PaymentException:
    """Open an exception in the caller's transaction; ``key`` names the cause, a second call finds the first row.

    ``facts`` hold codes and states only, no personal data.
    """
    exception, fresh = PaymentException.objects.get_or_create(
        key=f"{kind}:{key}",
        defaults={
            "kind": kind,
            "amount_dong": amount_dong,
            "payment": payment,
            "parcel": parcel,
            "capture": capture,
            "event": event,
            "facts": facts,
        },
    )
    if fresh:
        record(
            actor=SYSTEM,
            action="payment_exception.opened",
            subject=exception,
            cooperative=parcel.cooperative if parcel else None,
            kind=str(kind),
            amount_dong=amount_dong,
        )
    return exception


def close_by_itself(
    *, payment: Payment, kind: ExceptionKind, resolution: str, key: str = "", actor: Actor = SYSTEM
) -> int:
    """Later facts settled it (the rest of the money came): no person is needed any more. ``key``: only this cause."""
    rows = PaymentException.objects.filter(payment=payment, kind=kind, status=ExceptionStatus.OPEN)
    if key:
        rows = rows.filter(key=f"{kind}:{key}")
    return rows.update(
        status=ExceptionStatus.RESOLVED, closed_at=clock.now(), closed_by=actor.user, resolution=resolution
    )


def close_question(*, parcel: Parcel, kind: ExceptionKind, resolution: str, actor: Actor = SYSTEM) -> int:
    """The same for what is asked of a parcel, whoever's money answered it."""
    rows = PaymentException.objects.filter(parcel=parcel, kind=kind, status=ExceptionStatus.OPEN)
    return rows.update(
        status=ExceptionStatus.RESOLVED, closed_at=clock.now(), closed_by=actor.user, resolution=resolution
    )
