"""What carriers say afterwards: it arrived, or it did not, and then the next way takes it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from community.outbox.models import OutboxMessage
from community.outbox.refusing import after_refusal
from community.outbox.states import Undelivered, Why


def note_arrival(message: OutboxMessage, *, at: datetime) -> bool:
    """True when this call noted it. A second report, or one about an earlier try, changes nothing."""
    sent = OutboxMessage.objects.filter(pk=message.pk, status=OutboxMessage.Status.SENT, delivered_at=None)
    return bool(sent.filter(rounds=message.rounds, way=message.way).update(delivered_at=at))


@transaction.atomic
def note_loss(message: OutboxMessage) -> bool:
    """It was sent and did not arrive: the next way takes it, or staff see it. True when this call noted it."""
    row = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    is_this = row.status == OutboxMessage.Status.SENT and row.delivered_at is None
    if not is_this or (row.rounds, row.way) != (message.rounds, message.way):
        return False
    told = after_refusal(row, Undelivered(Why.NOT_ARRIVED, way=row.way))
    OutboxMessage.objects.filter(pk=row.pk).update(**told, sent_at=None, provider_ref="")
    return True
