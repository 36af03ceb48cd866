"""Not enough goods for a parcel: the buyer is asked before anything is changed, and may say no.

While the question is open the parcel does not move (``Parcel.asked_at``, looked at by the one UPDATE that moves
parcels). Why silence cancels: docs/decisions/0105-not-enough-goods.md.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.one_by_one import safely
from marketplace.orders.changes.closing import NO_ANSWER, close_question
from marketplace.orders.changes.models import LineChange, ParcelChange, Shortage, ShortageLine
from marketplace.orders.changes.owing import reckon_owed
from marketplace.orders.changes.reckoning import for_delivery, for_fewer_packs
from marketplace.orders.changes.stock import let_go
from marketplace.orders.changes.telling import (
    tell_buyer_asked,
    tell_buyer_lapsed,
    tell_buyer_withdrawn,
    tell_seller_answer,
)
from marketplace.orders.changes.weighing import forget_weights
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import OrderLine, Parcel, came_to_seller
from marketplace.orders.moving import move_parcel, moved
from marketplace.orders.states import ParcelStatus

log = logging.getLogger(__name__)
MAY_ASK = (ParcelStatus.NEW, ParcelStatus.ACCEPTED)
ASKED = "asked"
MOST_QUESTIONS = 3  # per parcel: after that the seller telephones
BATCH = 200


class CannotAsk(DomainError):
    """Codes: ``bad_count`` (facts: title, most), ``nothing_missing``, ``nothing_left`` (then the parcel is refused),

    ``asked_enough``.
    """


class QuestionOver(DomainError):
    """There is no open question (any more); facts: status of the last one ("" without one), at."""


@transaction.atomic
def ask_buyer(*, parcel: Parcel, there: Mapping[int, int], actor: Actor) -> Shortage:
    """``there``: by line id, how many packs there are; lines not named are whole.

    What was weighed of a parcel that is still to be paid counts no longer; the code follows (0121). Raises
    :class:`CannotAsk`, or ``ParcelMoved`` naming who was faster: somebody moved the parcel, or asked already.
    """
    now = clock.now()
    rows = Parcel.objects.filter(came_to_seller(), pk=parcel.pk, status__in=MAY_ASK, asked_at=None)
    if not rows.update(asked_at=now):
        raise moved(parcel, wanted=ASKED)
    if not may_ask_again(parcel):
        raise CannotAsk("asked_enough")
    parcel = _read(parcel)
    if parcel.owes_on_delivery:
        forget_weights(parcel, actor=actor)  # they are of other packs: the saving is told of what it costs unweighed
    lines = list(parcel.lines.select_related("pack__product").prefetch_related("changes"))
    short = shortages_in(lines, there)
    shortage = Shortage.objects.create(
        parcel=parcel,
        goods_back_dong=sum(for_fewer_packs(line, short[line.pk]) for line in lines if line.pk in short),
        shipping_back_dong=for_delivery(parcel, lines, short),
        asked_at=now,
        asked_by=actor.user,
        answer_by=now + timedelta(hours=settings.SHORTAGE_ANSWER_HOURS),
    )
    for line in lines:
        if line.pk in short:
            ShortageLine.objects.create(
                shortage=shortage, line=line, packs_there=short[line.pk], packs_wanted=line.packs_to_send
            )
    record(actor=actor, action="shortage.asked", subject=parcel, cooperative=parcel.cooperative,
           back_dong=shortage.back_dong)  # fmt: skip
    tell_buyer_asked(shortage)
    return shortage


def may_ask_again(parcel: Parcel) -> bool:
    """No buyer is asked for ever: each question is a message, and holds the parcel for a day."""
    return Shortage.objects.filter(parcel=parcel.pk).count() < MOST_QUESTIONS


def shortages_in(lines: list[OrderLine], there: Mapping[int, int]) -> dict[int, int]:
    """By line id, what is there of lines that are short. Raises :class:`CannotAsk`."""
    for line in lines:
        if not 0 <= there.get(line.pk, 0) <= line.packs_to_send:
            raise CannotAsk("bad_count", title=line.shown_title, most=line.packs_to_send)
    short = {line.pk: there[line.pk] for line in lines if there.get(line.pk, line.packs_to_send) < line.packs_to_send}
    if not short:
        raise CannotAsk("nothing_missing")
    if not any(short.get(line.pk, line.packs_to_send) for line in lines):
        raise CannotAsk("nothing_left")
    return short


def back_dong(parcel: Parcel, lines: list[OrderLine], short: Mapping[int, int]) -> int:
    """What would go back, for the screen before the question."""
    goods = sum(for_fewer_packs(line, short[line.pk]) for line in lines if line.pk in short)
    return goods + for_delivery(parcel, lines, short)


@transaction.atomic
def take_what_is_there(*, parcel: Parcel, actor: Actor, only: Shortage | None = None) -> Parcel:
    """The buyer's yes: the parcel becomes smaller and counts as accepted by whoever asked.

    ``only``: the question that was shown; a yes to it is none to another. Raises :class:`QuestionOver` when it was
    answered, withdrawn or has run out.
    """
    shortage = _closed(parcel, Shortage.Status.TAKEN, actor, only=only)
    parcel = _read(parcel)
    if parcel.status == ParcelStatus.NEW:
        parcel = move_parcel(
            parcel=parcel,
            to=ParcelStatus.ACCEPTED,
            only_from=ParcelStatus.NEW,
            actor=actor,
            accepted_at=clock.now(),
            accepted_by=shortage.asked_by,
        )
    _write_change(shortage, owed=parcel.owes_on_delivery)
    reckon_owed(parcel, actor=actor, shipping_less_dong=shortage.shipping_back_dong)
    tell_seller_answer(shortage)
    let_go(shortage, actor=actor)
    return parcel


def _write_change(shortage: Shortage, *, owed: bool) -> None:
    """``owed``: still to be paid. Then nothing goes back."""
    change = ParcelChange.objects.create(
        parcel=shortage.parcel,
        cause=ParcelChange.Cause.NOT_ENOUGH,
        shortage=shortage,
        goods_back_dong=0 if owed else shortage.goods_back_dong,
        shipping_back_dong=0 if owed else shortage.shipping_back_dong,
        at=clock.now(),
    )
    for told in shortage.lines.select_related("line"):
        back = for_fewer_packs(told.line, told.packs_there)
        LineChange.objects.create(change=change, line=told.line, packs=told.packs_there, back_dong=back)


@transaction.atomic
def withdraw_question(*, parcel: Parcel, actor: Actor) -> Shortage:
    """The seller found the goods after all. Raises :class:`QuestionOver` when the buyer was faster."""
    shortage = _closed(parcel, Shortage.Status.WITHDRAWN, actor)
    tell_buyer_withdrawn(shortage)
    return shortage


def lapse_due(*, now: datetime) -> int:
    """Cancel parcels whose buyer did not answer in time; how many. Run by the worker's clock.

    One broken row does not stop the others.
    """
    due = Shortage.objects.filter(status=Shortage.Status.OPEN, answer_by__lt=now).select_related("parcel")
    return sum(
        safely(_lapse, shortage, of=shortage.pk, log=log) for shortage in due.order_by("answer_by", "pk")[:BATCH]
    )


@transaction.atomic
def _lapse(shortage: Shortage) -> bool:
    """False when somebody answered meanwhile."""
    clockwork = Actor.system("clock")
    closed = close_question(parcel=shortage.parcel, to=Shortage.Status.LAPSED, actor=clockwork, only=shortage)
    if closed is None:
        return False
    end_parcel(parcel=closed.parcel, to=ParcelStatus.CANCELLED, reason=NO_ANSWER, actor=clockwork, question=closed)
    tell_buyer_lapsed(closed)
    tell_seller_answer(closed)
    return True


def _closed(parcel: Parcel, to: Shortage.Status, actor: Actor, *, only: Shortage | None = None) -> Shortage:
    shortage = close_question(parcel=parcel, to=to, actor=actor, only=only)
    if shortage is None:
        raise question_over(parcel)
    return shortage


def question_over(parcel: Parcel) -> QuestionOver:
    last = Shortage.objects.filter(parcel=parcel.pk).order_by("pk").last()
    return QuestionOver("question_over", status=last.status if last else "", at=last.ended_at if last else None)


def _read(parcel: Parcel) -> Parcel:
    return Parcel.objects.select_related("order__commune__parent", "cooperative").get(pk=parcel.pk)
