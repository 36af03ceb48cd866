"""One transfer that may have been told twice under two references: by a person, a statement, another feed."""

from __future__ import annotations

from datetime import timedelta

from marketplace.payments.models import Capture, Payment, SuspenseDecision
from marketplace.payments.refunds.questions import growing_question
from marketplace.payments.states import ExceptionKind, SourceCode

SAME_TRANSFER_WITHIN = timedelta(days=2)


def told_before(capture: Capture) -> Capture | None:
    """An earlier row of its payment that may be the same transfer; None once somebody said what it was."""
    if capture.payment_id is None or _said(capture):
        return None
    near = (capture.booked_at - SAME_TRANSFER_WITHIN, capture.booked_at + SAME_TRANSFER_WITHIN)
    twins = Capture.objects.filter(
        payment=capture.payment_id, amount_dong=capture.amount_dong, booked_at__range=near, pk__lt=capture.pk
    )
    if capture.provider != SourceCode.MANUAL:
        twins = twins.exclude(provider=capture.provider)  # one teller's two numbers are two transfers
    return next((one for one in twins.order_by("pk") if not _said(one)), None)


def doubts(payment: Payment) -> list[tuple[Capture, Capture]]:
    """(later, earlier) rows that may tell one transfer, while more lies there than was asked: a person has to say."""
    surplus = growing_question(payment, ExceptionKind.OVERPAID)
    if surplus is None or surplus.amount_dong is None:
        return []
    rows = payment.captures.filter(amount_dong__lte=surplus.amount_dong).order_by("pk")
    return [(row, twin) for row in rows if (twin := told_before(row)) is not None]


def _said(capture: Capture) -> bool:
    return SuspenseDecision.objects.filter(capture=capture, undoes=None, undone_by=None).exists()
