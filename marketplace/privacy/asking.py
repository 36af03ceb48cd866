"""The buyer's side: ask for it, or take it back."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.models import Order
from marketplace.privacy.models import DataRequest
from marketplace.privacy.telling import tell_asked

MOST_PER_ORDER = 10


class CannotAsk(DomainError):
    """Codes: ``no_words`` (a question says something), ``too_often``, ``erased`` (nothing is stored any more)."""


class RequestMoved(DomainError):
    """``moved``: somebody was faster; facts: status."""


@transaction.atomic
def ask_about_data(*, order: Order, kind: DataRequest.Kind, actor: Actor, words: str = "") -> DataRequest:
    """One runs per order and kind: asked twice it is the same. The worker erases as soon as nothing of the order is

    open; its clocks begin now.
    """
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.erased_at is not None:
        raise CannotAsk("erased")
    running = DataRequest.objects.running().filter(order=order, kind=kind).first()
    if running is not None:
        return running
    told = " ".join(words.split())[:600]
    if kind == DataRequest.Kind.QUESTION and not told:
        raise CannotAsk("no_words")
    if order.data_requests.count() >= MOST_PER_ORDER:
        raise CannotAsk("too_often")
    now = clock.now()
    request = DataRequest.objects.create(
        order=order,
        kind=kind,
        words=told,
        asked_at=now,
        answer_by=now + timedelta(hours=settings.DATA_ANSWER_HOURS),
        finish_by=now + timedelta(days=settings.DATA_ERASE_DAYS),
    )
    record(actor=actor, action="data_request.asked", subject=request, order=order.code, kind=str(kind))
    tell_asked(request)
    return request


@transaction.atomic
def withdraw_request(*, request: DataRequest, actor: Actor) -> DataRequest:
    """The buyer keeps the order's page after all. Raises :class:`RequestMoved`."""
    return end_request(request, to=DataRequest.Status.WITHDRAWN, actor=actor)


def end_request(request: DataRequest, *, to: DataRequest.Status, actor: Actor, answer: str = "") -> DataRequest:
    """Call inside a transaction. Raises :class:`RequestMoved` and changes nothing when it has ended already."""
    now = clock.now()
    told = {"answer": answer, "answered_at": request.answered_at or now} if answer else {}
    running = DataRequest.objects.running().filter(pk=request.pk)
    if not running.update(status=to, ended_at=now, ended_by=actor.user, waits_for="", **told):
        request.refresh_from_db()
        raise RequestMoved("moved", status=request.status)
    request.refresh_from_db()
    record(actor=actor, action=f"data_request.{to}", subject=request, order=request.order.code)
    return request
