"""Refunds on their way: a bank transfer that a person makes and names, or a call to the card provider.

The provider is called outside every transaction: first the intent is written (``submitted``), then the call, then the
answer. A lost answer leaves the refund submitted; the same call again carries the same key and finds the same refund.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.payments.books.bookkeeping import book_refund_returned, book_refund_sent
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Capture, Payment, Refund
from marketplace.payments.notices import tell_refunded
from marketplace.payments.parking import SYSTEM
from marketplace.payments.providers.registry import card_provider
from marketplace.payments.refunds.questions import made_elsewhere
from marketplace.payments.refunds.refunding import (
    CannotRefund,
    check_second_person,
    close_refunded,
    move_refund,
    note_refund,
)
from marketplace.payments.states import ProviderCode, RefundStatus
from marketplace.receiving.changing import tidy_number

SHORTEST_REFERENCE = 4


def send_by_bank(*, refund: Refund, actor: Actor, bank_ref: str, to_account: str) -> Refund:
    """A person transferred the money and names the bank's reference: the refund is done.

    ``to_account`` is the number it was sent to: the one the buyer named (who may have named another meanwhile), or,
    when the buyer named none, the one the sender found out. Over the limit whoever approved may not send. One transfer
    is one refund. Raises :class:`CannotRefund` and changes nothing.
    """
    reference = bank_ref.strip()[:120]
    if len(reference) < SHORTEST_REFERENCE:
        raise CannotRefund("no_reference")
    target = tidy_number(to_account)
    if not target:
        raise CannotRefund("no_target")
    with transaction.atomic():
        lock_payments(order_id=refund.payment.order_id)
        refund.refresh_from_db()
        if refund.payment.provider != ProviderCode.VIETQR:
            raise CannotRefund("by_provider")
        owner = refund.payment.account.cooperative_id if refund.payment.account else None
        if actor.cooperative is not None and actor.cooperative.pk != owner:
            raise CannotRefund("not_yours")
        if refund.to_account not in ("", target):
            raise CannotRefund("other_target")
        if Refund.objects.filter(bank_ref__iexact=reference).exclude(pk=refund.pk).exists():
            raise CannotRefund("reference_used")
        check_second_person(refund, refund.approved_by, actor)
        move_refund(refund, RefundStatus.SUBMITTED, submitted_at=clock.now(), submitted_by=actor.user)
        Refund.objects.filter(pk=refund.pk).update(to_account=target)
        _done(refund, at=clock.now(), actor=actor, bank_ref=reference)
    return refund


def send_by_card(*, refund: Refund, actor: Actor) -> Refund:
    """Ask the card provider to give the money back; done, waiting or failed as it answers."""
    provider = card_provider(refund.payment.provider)
    if provider is None:
        raise CannotRefund("provider_off")
    money = _card_money(refund.payment)
    if money is None:
        raise CannotRefund("nothing_paid")
    with transaction.atomic():
        lock_payments(order_id=refund.payment.order_id)
        refund.refresh_from_db()
        if refund.status == RefundStatus.SUBMITTED and made_elsewhere(refund):
            raise CannotRefund("by_provider")  # it is on its way; asked again it would go twice
        if refund.status != RefundStatus.SUBMITTED:  # a lost answer: ask again under the same key
            check_second_person(refund, refund.approved_by, actor)
            move_refund(refund, RefundStatus.SUBMITTED, submitted_at=clock.now(), submitted_by=actor.user)
    try:
        answer = provider.refund(refund, money_ref=money.txn_id)
    except ProviderFailed as failure:
        if failure.code != "unreachable":
            refund_failed(refund=refund, reason=failure.code)
        return refund
    if answer.outcome == "done":
        refund_arrived(refund=refund, at=clock.now(), provider_ref=answer.provider_ref)
    elif answer.outcome == "failed":
        refund_failed(refund=refund, reason=answer.reason, provider_ref=answer.provider_ref)
    else:
        refund_waits(refund=refund, provider_ref=answer.provider_ref)
    return refund


def _card_money(payment: Payment) -> Capture | None:
    """What the card brought: told with the payment's mark, or counted for it by staff out of suspense."""
    told = payment.captures.order_by("pk").first()
    if told is not None:
        return told
    counted = payment.decisions.filter(undoes=None, undone_by=None, capture__provider=payment.provider)
    decision = counted.select_related("capture").order_by("pk").first()
    return decision.capture if decision is not None else None


@transaction.atomic
def refund_waits(*, refund: Refund, provider_ref: str) -> None:
    """The provider has it and will tell later; from now on only what it tells of this try counts."""
    if _locked(refund, provider_ref) and refund.status == RefundStatus.SUBMITTED:
        Refund.objects.filter(pk=refund.pk).update(provider_ref=provider_ref, failure="")
        refund.refresh_from_db()


@transaction.atomic
def refund_arrived(*, refund: Refund, at: datetime, provider_ref: str = "") -> bool:
    """The provider says the money went. False when that was known, or is told of an earlier try."""
    if not _locked(refund, provider_ref) or refund.status == RefundStatus.DONE:
        return False
    if refund.status == RefundStatus.FAILED:  # a try that we gave up too early
        move_refund(refund, RefundStatus.SUBMITTED)
    Refund.objects.filter(pk=refund.pk).update(provider_ref=provider_ref or refund.provider_ref, failure="")
    _done(refund, at=at, actor=SYSTEM)
    return True


@transaction.atomic
def refund_failed(*, refund: Refund, reason: str, provider_ref: str = "") -> bool:
    """The money did not go, or came back after it had arrived; it is still owed. False when it is not on its way."""
    known = _locked(refund, provider_ref)
    had_arrived = refund.status == RefundStatus.DONE and bool(provider_ref)
    if not known or not (refund.status == RefundStatus.SUBMITTED or had_arrived):
        return False
    ref = provider_ref or refund.provider_ref
    move_refund(refund, RefundStatus.FAILED, failure=reason[:200] or "failed", provider_ref=ref, ended_at=None)
    if had_arrived:
        book_refund_returned(refund, at=clock.now())
    record(actor=SYSTEM, action="refund.failed", subject=refund, amount_dong=refund.amount_dong, reason=reason[:80])
    return True


def _locked(refund: Refund, provider_ref: str) -> bool:
    """Lock and reread; False when the provider's word is about an earlier try, or comes late about one that failed.

    ``provider_ref`` of the row is the newest try's; while ``failure`` says why, that of the one that failed.
    """
    lock_payments(order_id=refund.payment.order_id)
    refund.refresh_from_db()
    if not provider_ref or not refund.provider_ref:
        return True
    return (provider_ref == refund.provider_ref) != bool(refund.failure)


def _done(refund: Refund, *, at: datetime, actor: Actor, bank_ref: str = "") -> None:
    move_refund(refund, RefundStatus.DONE, ended_at=at, bank_ref=bank_ref)
    book_refund_sent(refund)
    close_refunded(refund)
    note_refund(refund, actor, "done")
    _tell(refund)


def _tell(refund: Refund) -> None:
    """The buyer once, of all of it: one refund of the provider may be for several parcels here."""
    together = [refund]
    if refund.provider_ref:
        same = Refund.objects.filter(payment=refund.payment_id, provider_ref=refund.provider_ref)
        together = list(same.exclude(status=RefundStatus.CANCELLED).order_by("pk"))
    if all(one.status == RefundStatus.DONE for one in together):
        dong = sum(one.amount_dong for one in together)
        tell_refunded(refund.payment.order, refund_key=str(together[0].pk), amount_dong=dong)
