"""The open question of how much of a payment's money is the buyer's again, and the wish for a refund it led to."""

from __future__ import annotations

from marketplace.payments.models import Payment, PaymentException, Refund
from marketplace.payments.states import ExceptionKind, ExceptionStatus, RefundStatus

TAKEN_OVER = "taken_over"


def made_elsewhere(refund: Refund) -> bool:
    """It was made on the provider's own page and taken over: the provider knows it by no key of ours."""
    notices = PaymentException.objects.filter(payment=refund.payment_id, resolution=TAKEN_OVER)
    return bool(refund.provider_ref) and notices.filter(facts__told__id=refund.provider_ref).exists()


def growing_question(payment: Payment, kind: ExceptionKind) -> PaymentException | None:
    """The open one of which nothing was promised or refused yet."""
    questions = PaymentException.objects.filter(payment=payment, kind=kind, status=ExceptionStatus.OPEN)
    for question in questions.order_by("-pk"):
        decided = Refund.objects.filter(payment=payment, reason=reason_of(question))
        if not decided.exclude(status=RefundStatus.REQUESTED).exists():
            return question
    return None


def wishes_of(question: PaymentException) -> list[Refund]:
    """Refunds asked for because of it and not decided."""
    wished = Refund.objects.filter(payment=question.payment_id, reason=reason_of(question))
    return list(wished.filter(status=RefundStatus.REQUESTED).select_related("payment", "parcel"))


def reason_of(question: PaymentException) -> str:
    """The reason of its refund: a wish is written down once per payment, parcel and reason."""
    return f"exception:{question.pk}"
