"""From facts to rows: money is captured, ends are noted, the unreadable is parked. Call inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from marketplace.payments.arriving.capturing import UNKNOWN_MONEY, record_capture
from marketplace.payments.contested.disputing import hear_of_dispute
from marketplace.payments.facts import (
    FOREIGN_REFUND,
    DisputeFact,
    EndedFact,
    Fact,
    IgnoredFact,
    MoneyFact,
    ParkedFact,
    PayoutFact,
    RefundedTotalFact,
    RefundFact,
)
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException, Refund
from marketplace.payments.parking import close_by_itself, park
from marketplace.payments.refunds.sending_back import refund_arrived, refund_failed
from marketplace.payments.refunds.taking_over import hear_of_foreign_refund
from marketplace.payments.states import (
    PROMISED_REFUND,
    ExceptionKind,
    InboxStatus,
    PaymentStatus,
    RefundStatus,
)
from marketplace.payments.treasury.provider_payouts import hear_of_payout


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
            if outcome == "not_ours":
                return InboxStatus.IGNORED, outcome
            return InboxStatus.PROCESSED, outcome
        case EndedFact():
            return InboxStatus.PROCESSED, str(fact.outcome) if end_payment(fact) else "nothing to end"
        case RefundFact():
            return _refund(fact, event)
        case RefundedTotalFact():
            return _refunded_total(fact, event)
        case DisputeFact():
            outcome = hear_of_dispute(fact=fact, event=event)
            return (InboxStatus.IGNORED if outcome == UNKNOWN_MONEY else InboxStatus.PROCESSED), outcome
        case PayoutFact():
            return InboxStatus.PROCESSED, hear_of_payout(fact)
        case ParkedFact():
            return _park(fact, event)
        case IgnoredFact():
            return InboxStatus.IGNORED, fact.reason


def end_payment(fact: EndedFact) -> bool:
    """Failed or expired at the provider; never undoes money that came first (events arrive in any order)."""
    new = PaymentStatus.FAILED if fact.outcome == "failed" else PaymentStatus.EXPIRED
    waiting = Payment.objects.filter(uuid=fact.payment_uuid, status__in=[PaymentStatus.CREATED, PaymentStatus.PENDING])
    return bool(waiting.update(status=new))


def _park(fact: ParkedFact, event: InboxEvent) -> tuple[InboxStatus, str]:
    payment = Payment.objects.filter(uuid=fact.payment_uuid).first() if fact.payment_uuid else None
    if fact.money_ref:
        payment = payment or _payment_of(fact.source, fact.money_ref)
    kind = ExceptionKind(fact.kind)
    if kind == ExceptionKind.PROVIDER_NOTICE and payment is None:
        return InboxStatus.IGNORED, UNKNOWN_MONEY
    if payment is not None:
        lock_payments(order_id=payment.order_id)
    question = park(
        kind=kind,
        key=fact.key or str(event.pk),
        amount_dong=fact.amount_dong,
        payment=payment,
        event=event,
        reason=fact.reason,
        told=fact.told,
    )
    if payment is not None and fact.money_ref:
        # The sum of it may have been told first.
        close_by_itself(payment=payment, kind=kind, key=f"refunded:{fact.money_ref}", resolution="told on its own")
    if fact.reason == FOREIGN_REFUND and (heard := _foreign_refund(fact, question, event)):
        return InboxStatus.PROCESSED, heard
    status = InboxStatus.REJECTED if kind == ExceptionKind.MALFORMED else InboxStatus.PROCESSED
    return status, fact.reason


def _foreign_refund(fact: ParkedFact, question: PaymentException, event: InboxEvent) -> str:
    """Later words about a refund of the provider's own page; one that came back after it went is for a person again."""
    reason = str(fact.told.get("failure") or "")
    heard = hear_of_foreign_refund(question=question, outcome=str(fact.told.get("outcome") or "done"), reason=reason)
    if heard == "refund bounced":
        key = f"bounced:{fact.key}"
        park(
            kind=ExceptionKind.PROVIDER_NOTICE,
            key=key,
            amount_dong=fact.amount_dong,
            payment=question.payment,
            event=event,
            reason=reason,
        )
    return heard


def _payment_of(source: str, money_ref: str) -> Payment | None:
    capture = Capture.objects.filter(provider=source, txn_id=money_ref).select_related("payment").first()
    return capture.payment if capture else None


def _refunded_total(fact: RefundedTotalFact, event: InboxEvent) -> tuple[InboxStatus, str]:
    """More went back than we sent: a refund made in the provider's dashboard, in case its own events are lost."""
    payment = _payment_of(fact.source, fact.money_ref)
    if payment is None:
        return InboxStatus.IGNORED, UNKNOWN_MONEY
    ours = payment.refunds.filter(status__in=PROMISED_REFUND).aggregate(sum=Sum("amount_dong"))["sum"] or 0
    ours += sum(question.amount_dong or 0 for question in _foreign_of(payment))
    if fact.amount_dong > ours:
        park(
            kind=ExceptionKind.PROVIDER_NOTICE,
            key=f"refunded:{fact.money_ref}",
            payment=payment,
            event=event,
            reason="more went back than we sent",
            refunded_dong=fact.amount_dong,
        )
    return InboxStatus.PROCESSED, "refunds compared"


def _foreign_of(payment: Payment) -> list[PaymentException]:
    """Refunds of the provider's own page that went, and are no refunds of ours by now."""
    notices = PaymentException.objects.filter(kind=ExceptionKind.PROVIDER_NOTICE, payment=payment)
    taken = set(payment.refunds.exclude(provider_ref="").values_list("provider_ref", flat=True))
    foreign = [one for one in notices if one.facts.get("reason") == FOREIGN_REFUND]
    return [
        one
        for one in foreign
        if one.facts["told"].get("id") not in taken and one.facts["told"].get("outcome") != "failed"
    ]


def _refund(fact: RefundFact, event: InboxEvent) -> tuple[InboxStatus, str]:
    refund = Refund.objects.filter(uuid=fact.refund_uuid).select_related("payment").first()
    if refund is None:
        return InboxStatus.IGNORED, "not our refund"
    had_arrived = refund.status == RefundStatus.DONE
    ref = fact.provider_ref
    if trouble := _other_refund(fact, refund):
        park(
            kind=ExceptionKind.PROVIDER_NOTICE,
            key=f"refund:{refund.pk}:{ref}:{trouble}",
            amount_dong=fact.amount_dong,
            payment=refund.payment,
            parcel=refund.parcel,
            event=event,
            reason=trouble,
            currency=fact.currency,
        )
        return InboxStatus.REJECTED, trouble
    if fact.outcome == "done" and refund_arrived(refund=refund, at=fact.at, provider_ref=ref):
        return InboxStatus.PROCESSED, "refund arrived"
    if fact.outcome == "failed" and refund_failed(refund=refund, reason=fact.reason or "failed", provider_ref=ref):
        if not had_arrived:
            return InboxStatus.PROCESSED, "refund failed"
        # The buyer's bank sent it back after all: a person has to find another way to pay it.
        park(
            kind=ExceptionKind.PROVIDER_NOTICE,
            key=f"bounced:{refund.pk}:{ref}",
            amount_dong=refund.amount_dong,
            payment=refund.payment,
            parcel=refund.parcel,
            event=event,
            reason=fact.reason,
        )
        return InboxStatus.PROCESSED, "refund bounced"
    return InboxStatus.PROCESSED, "nothing new"


def _other_refund(fact: RefundFact, refund: Refund) -> str:
    """What the provider tells under our mark is not what we asked it for: in words, or "" when it is."""
    payment = refund.payment
    if payment.provider != fact.source or payment.livemode != fact.livemode:
        return "refund of other money"
    if fact.currency != "VND":
        return "refund in another currency"
    return "" if fact.amount_dong == refund.amount_dong else "refund of another amount"
