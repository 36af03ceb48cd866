"""The worker's side: erase as soon as it is possible, and say by when it has to be done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from marketplace.payments.forgetting import CannotErase, erase_buyer
from marketplace.privacy.asking import RequestMoved, end_request
from marketplace.privacy.models import DataRequest
from marketplace.privacy.telling import Reach, tell_erased

SYSTEM = Actor.system("privacy")
BATCH = 200


def erase_asked(*, now: datetime) -> int:
    """Every open request to erase is tried, the one that is due first, until ``BATCH`` are done; how many are.

    Those that have to wait stand first for months: they must not keep the others from their turn.
    """
    open_ones = DataRequest.objects.running().filter(kind=DataRequest.Kind.ERASE).order_by("finish_by", "pk")
    done = 0
    for request in list(open_ones.select_related("order")):
        if done >= BATCH:
            break
        done += erase_now(request=request, actor=SYSTEM)
    return done


def erase_now(*, request: DataRequest, actor: Actor) -> bool:
    """True when the buyer is forgotten; else the row says what is waited for."""
    try:
        _erase(request, actor)
    except CannotErase as refused:
        DataRequest.objects.running().filter(pk=request.pk).update(waits_for=refused.code)
        return False
    except RequestMoved:
        return False
    return True


@transaction.atomic
def _erase(request: DataRequest, actor: Actor) -> None:
    """The last message is written with the address that is forgotten here, and leaves with nothing in it but that."""
    reach = Reach.of(request.order)
    try:
        erase_buyer(order=request.order, reason=f"data request {request.code}", actor=actor)
    except CannotErase as refused:
        if refused.code != "erased":
            raise
    request.words = ""
    DataRequest.objects.filter(order_id=request.order_id).update(words="", answer="")
    end_request(request, to=DataRequest.Status.DONE, actor=actor)
    tell_erased(request, reach)


def overdue(*, now: datetime | None = None) -> int:
    """How many open ones are past the day the law sets."""
    return DataRequest.objects.running().filter(finish_by__lt=now or clock.now()).count()
