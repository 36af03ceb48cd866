"""One transfer that may have been told twice under two references: by a person, a statement, another feed."""

from __future__ import annotations

from datetime import timedelta

from marketplace.payments.models import Capture, Payment, PaymentException, SuspenseDecision
from marketplace.payments.refunds.questions import growing_question
from marketplace.payments.states import ExceptionKind, SourceCode

SAME_TRANSFER_WITHIN = timedelta(days=2)
# Money that a person would give back although it may have come once: too much, or too little to buy anything.
DOUBTFUL = (ExceptionKind.OVERPAID, ExceptionKind.UNDERPAID)


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
    """(later, earlier) rows that may tell one transfer, while that much waits to be given back: a person has to say."""
    most = max((question.amount_dong or 0 for question in _questions(payment)), default=0)
    if not most:
        return []
    rows = payment.captures.filter(amount_dong__lte=most).order_by("pk")
    return [(row, twin) for row in rows if (twin := told_before(row)) is not None]


def doubted(payment: Payment, *, dong: int) -> ExceptionKind | None:
    """The kind of the open question that a transfer of ``dong`` belongs to."""
    fits = (question for question in _questions(payment) if (question.amount_dong or 0) >= dong)
    return next((ExceptionKind(question.kind) for question in fits), None)


def _questions(payment: Payment) -> list[PaymentException]:
    found = (growing_question(payment, kind) for kind in DOUBTFUL)
    return [question for question in found if question is not None]


def _said(capture: Capture) -> bool:
    return SuspenseDecision.objects.filter(capture=capture, undoes=None, undone_by=None).exists()
