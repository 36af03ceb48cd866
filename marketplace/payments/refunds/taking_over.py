"""A refund that was made on the card provider's own page: taken over as a refund of ours once a person says what for.

The money is gone already, so it is asked for, promised and sent in one step. What the provider tells of it afterwards
(it waited, went, came back) moves the same rows. See docs/decisions/0119.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.models import Parcel
from marketplace.payments.agreeing import Wanted, agreed
from marketplace.payments.books.bookkeeping import book_refund_promised
from marketplace.payments.facts import FOREIGN_REFUND
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Payment, PaymentException, Proposal, Refund
from marketplace.payments.notices import tell_seller_given_back
from marketplace.payments.parking import close_by_itself
from marketplace.payments.refunds.questions import TAKEN_OVER
from marketplace.payments.refunds.refunding import (
    Wish,
    ask_refund,
    call_off_refund,
    left_to_give,
    move_refund,
    note_refund,
)
from marketplace.payments.refunds.sending_back import refund_arrived, refund_failed
from marketplace.payments.states import ExceptionKind, ExceptionStatus, ProposalAct, RefundKind, RefundStatus
from marketplace.pricing.money import split

K = ExceptionKind
DID_NOT_GO = "the refund did not go"
SHARED = "shared"
INSTEAD = "instead"
FURTHER = ("waiting", "done", "failed")  # each outcome comes after those before it, whatever order it is told in
UNSENT = (RefundStatus.REQUESTED, RefundStatus.APPROVED, RefundStatus.FAILED)


class CannotTakeOver(DomainError):
    """Nothing was changed. Codes: ``no_refund`` (nothing to take over here), ``decided`` (facts: by, at, act),

    ``came_back`` (the provider says it did not go), ``more_than_left`` (facts: left_dong), ``nothing_chosen``,
    ``waits_beside`` (that much is promised for the same parcel and unsent: was it this? facts: left_dong).
    """


@dataclass(frozen=True, slots=True)
class Target:
    """What the money may have been for. ``code``: "parcel:7", "instead:7" (of ``instead_dong`` that were promised for

    this parcel, another sum, and not sent), "refund:3" (one that waits here) or "shared".
    """

    code: str
    parcel: Parcel | None = None
    refund: Refund | None = None
    instead_dong: int = 0


@dataclass(frozen=True, slots=True)
class ToldRefund:
    """``outcome``: "done", "waiting" or "failed"."""

    provider_ref: str
    amount_dong: int
    outcome: str


def told_refund(question: PaymentException) -> ToldRefund | None:
    """What the provider says of it; None when this question is about something else, or not in đồng."""
    told = question.facts.get("told") or {}
    about = question.kind == K.PROVIDER_NOTICE and question.facts.get("reason") == FOREIGN_REFUND
    if not about or question.payment is None or question.amount_dong is None:
        return None
    if str(told.get("currency", "")).upper() != "VND" or not told.get("id"):
        return None
    return ToldRefund(str(told["id"]), question.amount_dong, str(told.get("outcome") or "done"))


def targets_of(question: PaymentException) -> list[Target]:
    """What this refund can be booked for, likeliest first: what waits to be given back, then what was bought."""
    told, payment = told_refund(question), question.payment
    if told is None or payment is None or told.outcome == "failed":
        return []
    dong = told.amount_dong
    waiting = payment.refunds.filter(status__in=UNSENT, amount_dong=dong).exclude(kind=RefundKind.PARCEL)
    found = [Target(f"refund:{one.pk}", refund=one) for one in waiting.order_by("pk") if _fits(one)]
    parcels = _bought(payment)
    beside = {one.pk: _promised_beside(one, dong) for one in parcels}
    for one in parcels:
        if beside[one.pk] and left_to_give(payment, of_goods=one) + beside[one.pk] >= dong:
            found.append(Target(f"{INSTEAD}:{one.pk}", parcel=one, instead_dong=beside[one.pk]))
        elif not beside[one.pk] and _parts(payment, [one], dong) is not None:
            found.append(Target(f"parcel:{one.pk}", parcel=one))
    if len(parcels) > 1 and not any(beside.values()) and _parts(payment, parcels, dong) is not None:
        found.append(Target(SHARED))
    return found


def notice_key(question: PaymentException) -> str:
    """What a proposal about it is known by."""
    return f"notice:{question.pk}"


@transaction.atomic
def take_over(
    *, question: PaymentException, target: str, actor: Actor, note: str = "", proposal: Proposal | None = None
) -> list[Refund] | Proposal:
    """Book it: for a parcel, for what waits to be given back, or shared over all parcels. Returns the refunds.

    "instead:7" calls off what was promised for the parcel; what is owed above this refund is asked for anew.

    Over the limit: the proposal that waits for a second person. Raises :class:`CannotTakeOver`, and changes nothing.
    """
    payment = question.payment
    if payment is None:
        raise CannotTakeOver("no_refund")
    lock_payments(order_id=payment.order_id)
    question = PaymentException.objects.select_related("payment", "closed_by").get(pk=question.pk)
    told = _check(question)
    if target not in {one.code for one in targets_of(question)}:
        raise _not_offered(payment, target, told)
    facts = {"question": question.pk, "target": target, "reference": told.provider_ref}
    wanted = Wanted(
        ProposalAct.TAKEN_OVER, notice_key(question), told.amount_dong, note=note, payment=payment, facts=facts
    )
    if waits := agreed(wanted=wanted, actor=actor, proposal=proposal):
        return waits
    owed_dong = _call_off_promised(payment, target, actor)
    refunds = [_book(each, told, actor) for each in _wanted_refunds(question, payment, target, told, note, actor)]
    if told.outcome == "done":
        for refund in refunds:
            refund_arrived(refund=refund, at=clock.now(), provider_ref=told.provider_ref)
    _lower_wishes(refunds, actor)
    if (rest := owed_dong - told.amount_dong) > 0:
        wish = Wish(payment, rest, RefundKind.PARCEL, f"rest:{question.pk}", parcel=refunds[0].parcel)
        ask_refund(wish=wish, actor=actor)
    closed = {"status": ExceptionStatus.RESOLVED, "closed_at": clock.now(), "closed_by": actor.user}
    PaymentException.objects.filter(pk=question.pk).update(resolution=TAKEN_OVER, **closed)
    record(actor=actor, action="payment_exception.taken_over", subject=question, amount_dong=told.amount_dong)
    return refunds


@transaction.atomic
def hear_of_foreign_refund(*, question: PaymentException, outcome: str, reason: str) -> str:
    """A later word of the provider, in any order, before or after it was taken over; returns what it meant.

    Call with the order's payments locked.
    """
    told = question.facts.get("told") or {}
    if FURTHER.index(outcome) > FURTHER.index(str(told.get("outcome") or "done")):
        question.facts = question.facts | {"told": told | {"outcome": outcome}}
        PaymentException.objects.filter(pk=question.pk).update(facts=question.facts)
    ref, now = str(told.get("id", "")), clock.now()
    rows = [] if not ref else list(Refund.objects.filter(payment=question.payment, provider_ref=ref).order_by("pk"))
    if outcome == "done":
        moved = [refund_arrived(refund=one, at=now, provider_ref=ref) for one in rows]
        return "refund arrived" if any(moved) else ""
    if outcome == "failed":
        moved = [refund_failed(refund=one, reason=reason, provider_ref=ref) for one in rows]
        if not rows and question.payment is not None:
            key = question.key.removeprefix(f"{question.kind}:")
            close_by_itself(payment=question.payment, kind=K.PROVIDER_NOTICE, resolution=DID_NOT_GO, key=key)
        return "refund bounced" if any(moved) else ""
    return ""


# --- inside -----------------------------------------------------------------------------------------------------------
def _check(question: PaymentException) -> ToldRefund:
    told = told_refund(question)
    if told is None:
        raise CannotTakeOver("no_refund")
    if question.status != ExceptionStatus.OPEN:
        by = question.closed_by.name if question.closed_by else ""
        raise CannotTakeOver("decided", by=by, at=question.closed_at, act=question.resolution)
    if told.outcome == "failed":
        raise CannotTakeOver("came_back")
    return told


def _not_offered(payment: Payment, target: str, told: ToldRefund) -> CannotTakeOver:
    kind, _, number = target.partition(":")
    asked = [one for one in _bought(payment) if target == SHARED or (kind == "parcel" and number == str(one.pk))]
    if beside := sum(_promised_beside(one, told.amount_dong) for one in asked):
        return CannotTakeOver("waits_beside", left_dong=beside)
    left = left_to_give(payment)
    return CannotTakeOver("more_than_left" if left < told.amount_dong else "nothing_chosen", left_dong=left)


def _bought(payment: Payment) -> list[Parcel]:
    """The parcels this money paid for."""
    return list(Parcel.objects.filter(spending__payment=payment).select_related("order", "cooperative").order_by("pk"))


def _fits(refund: Refund) -> bool:
    """What was promised has its money; what is only wished for needs some that is left."""
    return refund.status != RefundStatus.REQUESTED or left_to_give(refund.payment) >= refund.amount_dong


def _waiting_for(parcel: Parcel, dong: int) -> Refund | None:
    """Exactly this was going to be given back for the parcel: then this refund is that one."""
    waiting = Refund.objects.filter(parcel=parcel, kind=RefundKind.PARCEL, status__in=UNSENT, amount_dong=dong)
    return waiting.select_related("payment", "parcel").order_by("pk").first()


def _parts(payment: Payment, parcels: list[Parcel], dong: int) -> list[int] | None:
    """Đồng per parcel, by what each has left; None when they have not that much left together."""
    waiting = _waiting_for(parcels[0], dong) if len(parcels) == 1 else None
    if waiting is not None and waiting.status != RefundStatus.REQUESTED:
        return [dong]
    left = [max(left_to_give(payment, of_goods=one), 0) for one in parcels]
    if dong > min(sum(left), left_to_give(payment)):
        return None
    return split(dong, left)


def _promised(parcel: Parcel) -> QuerySet[Refund]:
    """Promised for its goods and not on the way: the provider's refund may have been meant for it."""
    unsent = [RefundStatus.APPROVED, RefundStatus.FAILED]
    return Refund.objects.filter(parcel=parcel, kind=RefundKind.PARCEL, status__in=unsent).order_by("pk")


def _promised_beside(parcel: Parcel, dong: int) -> int:
    """Đồng promised and unsent in other sums than this one; 0 when exactly this one waits: then it is that."""
    if _waiting_for(parcel, dong) is not None:
        return 0
    return sum(_promised(parcel).values_list("amount_dong", flat=True))


def _call_off_promised(payment: Payment, target: str, actor: Actor) -> int:
    """For "instead:7": what had been promised, in đồng; 0 for every other target."""
    kind, _, number = target.partition(":")
    if kind != INSTEAD:
        return 0
    parcel = next(one for one in _bought(payment) if str(one.pk) == number)
    promised = list(_promised(parcel).select_related("payment", "parcel"))
    for refund in promised:
        call_off_refund(refund=refund, actor=actor, note=TAKEN_OVER)
    return sum(refund.amount_dong for refund in promised)


def _wanted_refunds(
    question: PaymentException, payment: Payment, target: str, told: ToldRefund, note: str, actor: Actor
) -> list[Refund]:
    """The rows to move: those that waited here, or new ones."""
    kind, _, number = target.partition(":")
    if kind == "refund":
        return [payment.refunds.select_related("payment", "parcel").get(pk=int(number))]
    parcels = [one for one in _bought(payment) if target in (SHARED, f"parcel:{one.pk}", f"{INSTEAD}:{one.pk}")]
    parts = _parts(payment, parcels, told.amount_dong) or []
    shares = [(parcel, dong) for parcel, dong in zip(parcels, parts, strict=True) if dong]
    return [_waiting_for(parcel, dong) or _new(question, payment, parcel, dong, note, actor) for parcel, dong in shares]


def _new(question: PaymentException, payment: Payment, parcel: Parcel, dong: int, note: str, actor: Actor) -> Refund:
    return Refund.objects.create(
        payment=payment,
        parcel=parcel,
        kind=RefundKind.PARCEL,
        amount_dong=dong,
        reason=f"provider:{question.pk}",
        note=note.strip()[:300],
        requested_at=clock.now(),
        requested_by=actor.user,
    )


def _book(refund: Refund, told: ToldRefund, actor: Actor) -> Refund:
    """Promised where it was not, and on its way."""
    if refund.status == RefundStatus.REQUESTED:
        move_refund(refund, RefundStatus.APPROVED, approved_at=clock.now(), approved_by=actor.user)
        book_refund_promised(refund)
    stamps: dict[str, Any] = {"submitted_at": clock.now(), "provider_ref": told.provider_ref, "failure": ""}
    move_refund(refund, RefundStatus.SUBMITTED, **stamps)
    note_refund(refund, actor, TAKEN_OVER)
    tell_seller_given_back(refund)
    return refund


def _lower_wishes(refunds: list[Refund], actor: Actor) -> None:
    """What waits to be given back for the same parcels is that much less."""
    parcels = [one.parcel_id for one in refunds if one.kind == RefundKind.PARCEL]
    wishes = Refund.objects.filter(parcel__in=parcels, kind=RefundKind.PARCEL, status=RefundStatus.REQUESTED)
    for wish in wishes.select_related("payment", "parcel").order_by("pk"):
        left = left_to_give(wish.payment, of_goods=wish.parcel)
        if left <= 0:
            call_off_refund(refund=wish, actor=actor, note=TAKEN_OVER)
        elif left < wish.amount_dong:
            Refund.objects.filter(pk=wish.pk, status=RefundStatus.REQUESTED).update(amount_dong=left)
            wish.refresh_from_db()
            note_refund(wish, actor, "lowered")
