"""How much of a payment's money is the buyer's again: one open question per payment and kind, whose amount is what is

too much (or too little to buy anything) *now*. So what staff see depends neither on the order in which messages came
nor on who told them. See docs/decisions/0096-one-question-per-payment.md.
"""

from __future__ import annotations

from django.db.models import F

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.payments.models import Capture, Payment, PaymentException, Refund
from marketplace.payments.parking import SYSTEM, park
from marketplace.payments.refunds.questions import growing_question, wishes_of
from marketplace.payments.refunds.refunding import call_off_refund
from marketplace.payments.states import ExceptionKind, ExceptionStatus, RefundStatus


def owe_more(
    *, payment: Payment, kind: ExceptionKind, dong: int, part: str, capture: Capture | None = None
) -> PaymentException:
    """``part`` names for ever where the đồng come from ("capture:12"); told again it changes nothing.

    A question whose refund is promised or decided stands as it is: what comes afterwards is the next question. Call
    with the order's payments locked.
    """
    questions = list(PaymentException.objects.filter(payment=payment, kind=kind).order_by("pk"))
    for question in questions:
        if part in question.facts.get("parts", {}):
            return question
    growing = growing_question(payment, kind)
    if growing is None:
        return park(
            kind=kind,
            key=f"{payment.pk}:{len(questions) + 1}",
            amount_dong=dong,
            payment=payment,
            parcel=payment.parcel,
            capture=capture,
            parts={part: dong},
        )
    facts = growing.facts | {"parts": growing.facts.get("parts", {}) | {part: dong}}
    PaymentException.objects.filter(pk=growing.pk).update(facts=facts)
    _change(growing, dong, SYSTEM)
    return growing


def owe_less(*, payment: Payment, kind: ExceptionKind, dong: int, actor: Actor, resolution: str) -> bool:
    """Part of it was nobody's: told twice, or another's. False, and nothing changes, when that much is not open or was

    promised to the buyer. Call with the order's payments locked.
    """
    question = growing_question(payment, kind)
    if question is None or question.amount_dong is None or question.amount_dong < dong:
        return False
    if question.amount_dong > dong:
        _change(question, -dong, actor)
        return True
    for refund in wishes_of(question):
        call_off_refund(refund=refund, actor=actor, note="")
    PaymentException.objects.filter(pk=question.pk).update(
        status=ExceptionStatus.RESOLVED, closed_at=clock.now(), closed_by=actor.user, resolution=resolution
    )
    return True


def _change(question: PaymentException, dong: int, actor: Actor) -> None:
    """The question and the wish for its refund stay one sum."""
    PaymentException.objects.filter(pk=question.pk).update(amount_dong=F("amount_dong") + dong)
    wishes = [refund.pk for refund in wishes_of(question)]
    Refund.objects.filter(pk__in=wishes, status=RefundStatus.REQUESTED).update(amount_dong=F("amount_dong") + dong)
    question.refresh_from_db()
    record(
        actor=actor,
        action="payment_exception.changed",
        subject=question,
        cooperative=question.parcel.cooperative if question.parcel else None,
        kind=str(question.kind),
        amount_dong=question.amount_dong,
    )
