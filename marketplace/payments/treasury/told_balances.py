"""What a bank says lies on an account of the operator, typed from its statement or read from its file."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.payments.facts import MAX_FACT_DONG
from marketplace.payments.models import ToldBalance
from marketplace.payments.states import SourceCode
from marketplace.payments.treasury.own_places import own_places


class CannotTell(DomainError):
    """Codes: ``place``, ``not_yet`` (a moment to come), ``not_whole``."""


@transaction.atomic
def tell_balance(
    *, place: str, at: datetime, amount_dong: int, livemode: bool, actor: Actor, source: SourceCode = SourceCode.MANUAL
) -> ToldBalance:
    """A further row; the newest of a day counts. Below zero is an overdraft. Raises :class:`CannotTell`."""
    if place not in own_places():
        raise CannotTell("place")
    if type(amount_dong) is not int or abs(amount_dong) > MAX_FACT_DONG:
        raise CannotTell("not_whole")
    if at > clock.now() + timedelta(days=1):
        raise CannotTell("not_yet")
    told = ToldBalance.objects.create(
        place=place,
        at=at,
        amount_dong=amount_dong,
        livemode=livemode,
        told_by=source,
        recorded_at=clock.now(),
        recorded_by=actor.user,
    )
    record(actor=actor, action="own_balance.told", subject=told, place=place, amount_dong=amount_dong)
    return told
