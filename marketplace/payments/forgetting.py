"""Forget who bought: asked for by the buyer, or when accounts need to be kept no longer. Sums, goods and codes stay.

An order in which something is still to be done keeps its buyer: goods to deliver, money to give back, a question open.
Rows are never deleted: the books, the tax sheets and the proofs need them, and need no name. Files of banks hold the
words of many payers and go by age (purging.py); what banks and the card provider keep is theirs to erase.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.forgetting import empty_messages
from community.outbox.models import OutboxMessage
from community.text.folding import fold
from marketplace.invoices.asking import erase_invoice_data
from marketplace.orders.models import Order, Parcel, new_order_token
from marketplace.orders.states import DEAD_PARCELS, ParcelStatus
from marketplace.packing.photographing import forget_photos
from marketplace.payments.asking.on_delivery import REFUSED_COUNTS_FOR, came_back
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import (
    Capture,
    Dispute,
    InboxEvent,
    Payment,
    PaymentException,
    Proposal,
    Refund,
    SuspenseDecision,
)
from marketplace.payments.parking import SYSTEM
from marketplace.payments.purging import ENDED, MARK, purged_body
from marketplace.payments.states import ExceptionStatus, ProposalStatus, RefundStatus
from marketplace.payments.suspense.settling import left_in_suspense

log = logging.getLogger(__name__)
OVER = DEAD_PARCELS | {ParcelStatus.COMPLETED}
BATCH = 200
SHORTEST_NAME = 4  # a shorter one is a word of many sentences
NOBODY = {
    "buyer_name": "", "buyer_phone": "", "buyer_email": "", "place_text": "", "landmark": "", "alt_name": "",
    "alt_phone": "", "note": "", "gift_words": "",
}  # fmt: skip


ALSO: list[Callable[[Order, Actor], None]] = []
"""What rooms above keep about a buyer, each told by itself at start (``also``): this room knows none of them."""


RUNS: list[Callable[[Order], bool]] = []


def also(forget: Callable[[Order, Actor], None], *, runs: Callable[[Order], bool] | None = None) -> None:
    """``forget`` is called with every order whose buyer is erased, in the same transaction; an order that ``runs``

    keeps its buyer.
    """
    if forget not in ALSO:
        ALSO.append(forget)
    if runs is not None and runs not in RUNS:
        RUNS.append(runs)


class CannotErase(DomainError):
    """Codes: ``still_running`` (goods, money or a question of it are open), ``erased`` (facts: at), ``no_reason``,

    ``came_back`` (a parcel to be paid on delivery, within half a year: it counts for the telephone; facts: until),
    ``names_buyer`` (the reason does: it would stay for ever).
    """


@transaction.atomic
def erase_buyer(*, order: Order, reason: str, actor: Actor, time_is_over: bool = False) -> Order:
    """Empty every word about the buyer. ``reason`` goes into the audit: why, never who.

    An invoice that was issued keeps its name until the time that law wants is over (``time_is_over``; erasing again
    then takes it too). Raises :class:`CannotErase` and changes nothing.
    """
    words = " ".join(reason.split())[:200]
    if not words:
        raise CannotErase("no_reason")
    lock_payments(order_id=order.pk)
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.erased_at is not None and not time_is_over:
        raise CannotErase("erased", at=order.erased_at)
    if _runs(order):
        raise CannotErase("still_running")
    last = Parcel.objects.filter(came_back(), order=order).order_by("-ended_at").first()
    if last is not None and last.ended_at is not None and not time_is_over:
        raise CannotErase("came_back", until=last.ended_at + REFUSED_COUNTS_FOR)
    who = _names_of(order)
    if _says(words, who):
        raise CannotErase("names_buyer")
    named_in = [entry.pk for entry in _audit_of(order) if _says(json.dumps(entry.facts, ensure_ascii=False), who)]
    for forget in ALSO:
        forget(order, actor)
    _empty_messages(order)
    _empty_money(order)
    forget_photos(order)
    Order.objects.filter(pk=order.pk).update(**NOBODY, token=new_order_token(), erased_at=clock.now())
    Parcel.objects.filter(order=order).update(courier_code="", end_reason="")
    erase_invoice_data(order=order, actor=actor, time_is_over=time_is_over)
    order.refresh_from_db()
    more: dict[str, Any] = {"named_in": named_in} if named_in else {}
    record(actor=actor, action="order.buyer_erased", subject=order, why=words, **more)
    return order


def erase_old_buyers(*, now: datetime) -> int:
    """The clock's part: orders older than they have to be kept; returns how many."""
    before = now.replace(month=1, day=1) if (now.month, now.day) == (2, 29) else now
    before = before.replace(year=now.year - settings.ORDERS_KEPT_YEARS)
    old = Order.objects.filter(placed_at__lt=before)
    named = Q(parcels__invoice_request__isnull=False, parcels__invoice_request__erased_at=None)
    due = old.filter(Q(erased_at=None) | named)
    done = 0
    for number in list(due.distinct().order_by("pk").values_list("pk", flat=True)):
        if done == BATCH:  # those that keep their buyer do not count: else they would starve the rest
            break
        order = Order.objects.get(pk=number)
        try:
            erase_buyer(order=order, reason="the time to keep it is over", actor=SYSTEM, time_is_over=True)
            done += 1
        except CannotErase as refused:
            log.warning("order %s keeps its buyer: %s", order.pk, refused.code)
    return done


# --- inside -----------------------------------------------------------------------------------------------------------
def _runs(order: Order) -> bool:
    return (
        Parcel.objects.filter(order=order).exclude(status__in=OVER).exists()
        or Refund.objects.filter(payment__order=order)
        .exclude(status__in=[RefundStatus.DONE, RefundStatus.CANCELLED])
        .exists()
        or PaymentException.objects.filter(payment__order=order, status=ExceptionStatus.OPEN).exists()
        or Dispute.objects.open().filter(payment__order=order).exists()
        or Proposal.objects.filter(status=ProposalStatus.WAITING)
        .filter(Q(payment__order=order) | Q(dispute__payment__order=order) | Q(capture__in=_captures(order)))
        .exists()
        or any(runs(order) for runs in RUNS)
    )


def _names_of(order: Order) -> list[str]:
    """By what somebody could be known, folded; a number without its first zero or country."""
    words = [fold(each) for each in (order.buyer_name, order.alt_name, order.buyer_email)]
    phones = [re.sub(r"\D", "", each)[-9:] for each in (order.buyer_phone, order.alt_phone)]
    return [each for each in words if len(each) >= SHORTEST_NAME] + [each for each in phones if len(each) == 9]


def _says(text: str, who: list[str]) -> bool:
    told = fold(text)
    digits = re.sub(r"[\s.\-]", "", told)
    return any(re.search(rf"\b{re.escape(each)}\b", told) or (each.isdigit() and each in digits) for each in who)


def _audit_of(order: Order) -> QuerySet[AuditEntry]:
    """What was written down about the order and what hangs on it. It cannot be emptied: staff are told."""
    about = Q(subject_type=Order._meta.label_lower, subject_id=order.pk)
    for model, rows in (
        (Parcel, Parcel.objects.filter(order=order)),
        (Payment, Payment.objects.filter(order=order)),
        (Refund, Refund.objects.filter(payment__order=order)),
        (PaymentException, PaymentException.objects.filter(payment__order=order)),
    ):
        about |= Q(subject_type=model._meta.label_lower, subject_id__in=list(rows.values_list("pk", flat=True)))
    return AuditEntry.objects.filter(about)


def _empty_messages(order: Order) -> None:
    """What was said to the buyer, and what was said to others about them; that it was said stays."""
    told = Q(key__startswith=order.code)
    for word in (order.buyer_phone, order.buyer_email, order.alt_phone):
        if word:
            told |= Q(to=word, text__contains=order.code) | Q(email=word, text__contains=order.code)
    for word in (order.token, order.buyer_name, order.buyer_phone, order.alt_phone):
        if word:
            told |= Q(text__contains=word)
    said = OutboxMessage.objects.filter(told).filter(Q(key__startswith=order.code) | Q(text__contains=order.code))
    empty_messages(said)


def _captures(order: Order) -> QuerySet[Capture]:
    """The transfers that count for it; what was undone is another's money, or nobody's yet."""
    counted = SuspenseDecision.objects.filter(payment__order=order, undoes=None, undone_by=None).values("capture")
    return Capture.objects.filter(Q(payment__order=order) | Q(pk__in=counted))


def _empty_money(order: Order) -> None:
    """Words of payers and of staff about them; amounts, codes and references stay.

    While a part of a transfer lies in suspense, its words are how its owner is found: they go by age (purging.py).
    """
    captures = [one.pk for one in _captures(order) if left_in_suspense(one) == 0]
    names = [f"{one.uuid}" for one in Payment.objects.filter(order=order)]
    names += [one for one in Payment.objects.filter(order=order).values_list("memo_code", flat=True) if one]
    names += [one for one in Payment.objects.filter(order=order).values_list("provider_ref", flat=True) if one]
    told = Q(captures__in=captures)
    for name in names:
        told |= Q(body__contains=name)
    for event in InboxEvent.objects.filter(told, status__in=ENDED).exclude(body__startswith=MARK).distinct():
        InboxEvent.objects.filter(pk=event.pk).update(body=purged_body(event.body))
    Capture.objects.filter(pk__in=captures).exclude(memo="").update(memo="")
    about = Q(capture__in=captures) | Q(payment__order=order)
    QuerySet(SuspenseDecision).filter(about).exclude(note="").update(note="")
    Proposal.objects.filter(about).exclude(status=ProposalStatus.WAITING).update(note="", answer="")
    PaymentException.objects.filter(about, closed_by__isnull=False).update(resolution="")
    Refund.objects.filter(payment__order=order).update(to_bank_bin="", to_account="", to_holder="", note="")
