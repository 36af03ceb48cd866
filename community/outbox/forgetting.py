"""Emptying messages: that something was said stays, to whom and in which words does not."""

from __future__ import annotations

from django.db.models import QuerySet

from community.outbox.models import OutboxMessage
from community.outbox.states import Why

TO_LEAVE = (OutboxMessage.Status.WAITING, OutboxMessage.Status.SENDING)


def empty_messages(messages: QuerySet[OutboxMessage]) -> int:
    """Address, words and facts go; what has not left yet ends, also where a worker holds it just now. How many.

    ``messages`` must not be chosen by what is emptied or by their status alone.
    """
    rows = OutboxMessage.objects.filter(pk__in=list(messages.values_list("pk", flat=True)))
    rows.filter(status__in=TO_LEAVE).update(status=OutboxMessage.Status.FAILED, last_error=Why.FORGOTTEN)
    return rows.update(to="", email="", subject="", text="", facts={}, provider_ref="")
