"""The staff's side: answer a question, refuse with a reason, take more time once."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.privacy.asking import RequestMoved, end_request
from marketplace.privacy.models import DataRequest
from marketplace.privacy.telling import tell_answered, tell_extended


class CannotAnswer(DomainError):
    """Codes: ``no_words`` (the buyer reads them), ``extended`` (once is what the law allows)."""


@transaction.atomic
def answer_request(*, request: DataRequest, words: str, actor: Actor, refused: bool = False) -> DataRequest:
    """It ends with these words. Raises :class:`CannotAnswer` or ``RequestMoved``."""
    to = DataRequest.Status.REFUSED if refused else DataRequest.Status.DONE
    request = end_request(request, to=to, actor=actor, answer=_said(words))
    tell_answered(request)
    return request


@transaction.atomic
def extend_request(*, request: DataRequest, words: str, actor: Actor) -> DataRequest:
    """More time, once, with the reason. Raises :class:`CannotAnswer` or ``RequestMoved``."""
    said, now = _said(words), clock.now()
    open_one = DataRequest.objects.running().filter(pk=request.pk)
    more = timedelta(days=settings.DATA_EXTEND_DAYS)
    told = {"extended_at": now, "answer": said, "answered_at": now}
    if not open_one.filter(extended_at=None).update(finish_by=F("finish_by") + more, **told):
        if open_one.exists():
            raise CannotAnswer("extended")
        raise RequestMoved("moved", status=request.status)
    request.refresh_from_db()
    record(actor=actor, action="data_request.extended", subject=request, order=request.order.code)
    tell_extended(request)
    return request


def _said(words: str) -> str:
    said = " ".join(words.split())[:600]
    if not said:
        raise CannotAnswer("no_words")
    return said
