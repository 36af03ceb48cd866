"""From facts to rows: money is captured, ends are noted, the unreadable is parked. Call inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.payments.capturing import record_capture
from marketplace.payments.facts import EndedFact, Fact, IgnoredFact, MoneyFact, ParkedFact, RefundFact
from marketplace.payments.models import InboxEvent, Payment, Refund
from marketplace.payments.parking import park
from marketplace.payments.sending_back import refund_arrived, refund_failed
from marketplace.payments.states import ExceptionKind, InboxStatus, PaymentStatus, RefundStatus


def apply_facts(*, facts: Sequence[Fact], event: InboxEvent) -> tuple[InboxStatus, str]:
    """Apply what one event told; returns the event's new state and the outcomes in words."""
    outcomes = [_apply(fact, event) for fact in facts] or [(InboxStatus.IGNORED, "nothing told")]
    statuses = {status for status, _ in outcomes}
    if InboxStatus.REJECTED in statuses:
        status = InboxStatus.REJECTED
    elif InboxStatus.PROCESSED in statuses:
        status = InboxStatus.PROCESSED
    else:
        status = InboxStatus.IGNORED
    return status, ", ".join(words for _, words in outcomes)


def _apply(fact: Fact, event: InboxEvent) -> tuple[InboxStatus, str]:
    match fact:
        case MoneyFact():
            outcome = record_capture(fact=fact, event=event).outcome
            return (InboxStatus.IGNORED if outcome == "not_ours" else InboxStatus.PROCESSED), outcome
        case EndedFact():
            return InboxStatus.PROCESSED, _end(fact)
        case RefundFact():
            return _refund(fact, event)
        case ParkedFact():
            return _park(fact, event)
        case IgnoredFact():
            return InboxStatus.IGNORED, fact.reason


def _end(fact: EndedFact) -> str:
    """Failed or expired at the provider; never undoes money that came first (events arrive in any order)."""
    new = PaymentStatus.FAILED if fact.outcome == "failed" else PaymentStatus.EXPIRED
    waiting = Payment.objects.filter(uuid=fact.payment_uuid, status__in=[PaymentStatus.CREATED, PaymentStatus.PENDING])
    return str(new) if waiting.update(status=new) else "nothing to end"


def _park(fact: ParkedFact, event: InboxEvent) -> tuple[InboxStatus, str]:
    payment = Payment.objects.filter(uuid=fact.payment_uuid).first() if fact.payment_uuid else None
    kind = ExceptionKind(fact.kind)
    if kind == ExceptionKind.PROVIDER_NOTICE and payment is None:
        return InboxStatus.IGNORED, "not ours"
    park(kind=kind, key=str(event.pk), payment=payment, event=event, reason=fact.reason, told=fact.told)
    status = InboxStatus.REJECTED if kind == ExceptionKind.MALFORMED else InboxStatus.PROCESSED
    return status, fact.reason


def _refund(fact: RefundFact, event: InboxEvent) -> tuple[InboxStatus, str]:
    refund = Refund.objects.filter(uuid=fact.refund_uuid).first()
    if refund is None:
        return InboxStatus.IGNORED, "not our refund"
    if fact.outcome == "done" and refund_arrived(refund=refund, at=fact.at):
        return InboxStatus.PROCESSED, "refund arrived"
    if fact.outcome == "failed" and refund_failed(refund=refund, reason=fact.reason or "failed"):
        return InboxStatus.PROCESSED, "refund failed"
    refund.refresh_from_db()
    if fact.outcome == "failed" and refund.status == RefundStatus.DONE:
        # The buyer's bank sent it back after all: a person has to find another way to pay it.
        park(
            kind=ExceptionKind.PROVIDER_NOTICE,
            key=f"bounced:{refund.pk}",
            amount_dong=refund.amount_dong,
            payment=refund.payment,
            parcel=refund.parcel,
            event=event,
            reason=fact.reason,
        )
        return InboxStatus.PROCESSED, "refund bounced"
    return InboxStatus.PROCESSED, "nothing new"
