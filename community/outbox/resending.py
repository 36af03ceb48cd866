"""Staff send once more what did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.models import OutboxMessage
from community.outbox.refusing import LINK, ONCE
from community.outbox.states import Why

SHORT_LIVED = frozenset({"sign_in_code", "mandate_code"})
RECENT = timedelta(days=3)
BATCH = 500


class CannotResend(DomainError):
    """Nothing was changed. Codes: ``not_failed`` (facts: status), ``forgotten``, ``over`` (what it held is not valid

    any more, or was cut out when it left).
    """


@transaction.atomic
def resend(*, message: OutboxMessage, actor: Actor) -> OutboxMessage:
    """All ways anew, from the first one; the carrier sees another number, so that it drops nothing."""
    message.refresh_from_db()
    if message.status != OutboxMessage.Status.FAILED:
        raise CannotResend("not_failed", status=message.status)
    if not message.to or message.last_error == Why.FORGOTTEN:
        raise CannotResend("forgotten")
    if message.kind in SHORT_LIVED or (message.kind in ONCE and not LINK.search(message.text)):
        raise CannotResend("over")
    failed = OutboxMessage.objects.filter(pk=message.pk, status=OutboxMessage.Status.FAILED)
    anew = {"status": OutboxMessage.Status.WAITING, "due_at": clock.now(), "attempts": 0, "given_up": []}
    if not failed.update(**anew, rounds=F("rounds") + 1, provider_ref="", way="", last_error=""):
        raise CannotResend("not_failed", status="")
    record(actor=actor, action="message.resent", subject=message, kind=message.kind, why=message.last_error)
    message.refresh_from_db()
    return message


def resend_recent(*, actor: Actor, now: datetime) -> int:
    """Everything that failed lately, after an empty account was filled or a key renewed; how many."""
    failed = OutboxMessage.objects.filter(status=OutboxMessage.Status.FAILED, created_at__gte=now - RECENT)
    done = 0
    for message in failed.exclude(to="").exclude(last_error=Why.NO_SUCH_NUMBER).order_by("pk")[:BATCH]:
        try:
            resend(message=message, actor=actor)
        except CannotResend:
            continue
        done += 1
    return done
