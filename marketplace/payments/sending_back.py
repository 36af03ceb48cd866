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
from marketplace.payments.bookkeeping import book_refund_sent
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Refund
from marketplace.payments.notices import tell_refunded
from marketplace.payments.parking import SYSTEM
from marketplace.payments.providers.base import ProviderFailed
from marketplace.payments.providers.registry import card_provider
from marketplace.payments.refunding import (
    CannotRefund,
    check_second_person,
    close_refunded,
    move_refund,
    note_refund,
)
from marketplace.payments.states import ProviderCode, RefundStatus

SHORTEST_REFERENCE = 4


def send_by_bank(*, refund: Refund, actor: Actor, bank_ref: str) -> Refund:
    """A person transferred the money and names the bank's reference: the refund is done.

    Over the limit whoever approved may not send. Raises :class:`CannotRefund` and changes nothing.
    """
    reference = bank_ref.strip()
    if len(reference) < SHORTEST_REFERENCE:
        raise CannotRefund("no_reference")
    with transaction.atomic():
        lock_payments(order_id=refund.payment.order_id)
        refund.refresh_from_db()
        if refund.payment.provider != ProviderCode.VIETQR:
            raise CannotRefund("by_provider")
        check_second_person(refund, refund.approved_by, actor)
        move_refund(refund, RefundStatus.SUBMITTED, submitted_at=clock.now(), submitted_by=actor.user)
        _done(refund, at=clock.now(), actor=actor, bank_ref=reference[:120])
    return refund


def send_by_card(*, refund: Refund, actor: Actor) -> Refund:
    """Ask the card provider to give the money back; done, waiting or failed as it answers."""
    provider = card_provider(refund.payment.provider)
    if provider is None:
        raise CannotRefund("provider_off")
    with transaction.atomic():
        lock_payments(order_id=refund.payment.order_id)
        refund.refresh_from_db()
        if refund.status != RefundStatus.SUBMITTED:  # a lost answer: ask again under the same key
            check_second_person(refund, refund.approved_by, actor)
            move_refund(refund, RefundStatus.SUBMITTED, submitted_at=clock.now(), submitted_by=actor.user, failure="")
    money = refund.payment.captures.order_by("pk").first()
    if money is None:
        raise CannotRefund("nothing_paid")
    try:
        answer = provider.refund(refund, money_ref=money.txn_id)
    except ProviderFailed as failure:
        if failure.code != "unreachable":
            refund_failed(refund=refund, reason=failure.code)
        return refund
    Refund.objects.filter(pk=refund.pk, provider_ref="").update(provider_ref=answer.provider_ref)
    if answer.outcome == "done":
        refund_arrived(refund=refund, at=clock.now())
    elif answer.outcome == "failed":
        refund_failed(refund=refund, reason=answer.reason)
    return refund


@transaction.atomic
def refund_arrived(*, refund: Refund, at: datetime) -> bool:
    """The provider says the money went. False when that was known."""
    lock_payments(order_id=refund.payment.order_id)
    refund.refresh_from_db()
    if refund.status == RefundStatus.DONE:
        return False
    if refund.status == RefundStatus.FAILED:  # told out of order: the later word counts
        move_refund(refund, RefundStatus.SUBMITTED)
    _done(refund, at=at, actor=SYSTEM)
    return True


@transaction.atomic
def refund_failed(*, refund: Refund, reason: str) -> bool:
    """The money did not go; it is still owed. False when the refund is not on its way."""
    lock_payments(order_id=refund.payment.order_id)
    refund.refresh_from_db()
    if refund.status != RefundStatus.SUBMITTED:
        return False
    move_refund(refund, RefundStatus.FAILED, failure=reason[:200])
    record(actor=SYSTEM, action="refund.failed", subject=refund, amount_dong=refund.amount_dong, reason=reason[:80])
    return True


def _done(refund: Refund, *, at: datetime, actor: Actor, bank_ref: str = "") -> None:
    move_refund(refund, RefundStatus.DONE, ended_at=at, bank_ref=bank_ref)
    book_refund_sent(refund)
    close_refunded(refund)
    note_refund(refund, actor, "done")
    tell_refunded(refund.payment.order, refund_key=str(refund.pk), amount_dong=refund.amount_dong)
