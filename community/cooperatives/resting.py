"""Holidays of a seller: nothing can be ordered for some days. Orders placed before stay; it ends by itself."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError

LONGEST = timedelta(days=90)


class CannotRest(DomainError):
    """`backwards` (ends before it begins), `past` (over already), `too_long` (fact `most`, days), `none` (there is no
    holiday to end)."""


@transaction.atomic
def set_holiday(*, cooperative: Cooperative, first: date, last: date, actor: Actor) -> Cooperative:
    """Both days are still holidays. A holiday set before is replaced."""
    if last < first:
        raise CannotRest("backwards")
    if last < clock.today():
        raise CannotRest("past")
    if last - first >= LONGEST:
        raise CannotRest("too_long", most=LONGEST.days)
    Cooperative.objects.filter(pk=cooperative.pk).update(holiday_from=first, holiday_until=last)
    facts = {"first": first.isoformat(), "last": last.isoformat()}
    record(actor=actor, action="cooperative.holiday_set", subject=cooperative, cooperative=cooperative, **facts)
    cooperative.refresh_from_db(fields=["holiday_from", "holiday_until"])
    return cooperative


@transaction.atomic
def end_holiday(*, cooperative: Cooperative, actor: Actor) -> Cooperative:
    """Open again from now on, or a holiday that was planned is called off."""
    planned = Cooperative.objects.filter(pk=cooperative.pk, holiday_until__gte=clock.today())
    if not planned.update(holiday_from=None, holiday_until=None):
        raise CannotRest("none")
    record(actor=actor, action="cooperative.holiday_ended", subject=cooperative, cooperative=cooperative)
    cooperative.refresh_from_db(fields=["holiday_from", "holiday_until"])
    return cooperative
