"""Sending what waits. Several workers may run this at once: a message belongs to whom the guarded UPDATE let take it.

Nothing is sent inside a transaction. If a worker dies between sending and noting it, the message is sent again after
STUCK_AFTER: at least once, with the same `(kind, key)`, so that a provider (or the file sender) can drop the second.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from community.outbox.models import OutboxMessage
from community.outbox.refusing import EMPTIED, after_refusal, forgotten_words, put_back
from community.outbox.senders import Sender, sender_for
from community.outbox.states import Undelivered

STUCK_AFTER = timedelta(minutes=10)

log = logging.getLogger(__name__)


def send_due(*, limit: int = 200, send: Sender | None = None) -> int:
    """Send what is due, at most `limit`; returns how many left. `send` replaces the configured sender (tests)."""
    release_stuck()
    sent = 0
    for _ in range(limit):
        message = claim_next()
        if message is None:
            break
        sent += _send_one(message, send)
    return sent


def claim_next(now: datetime | None = None) -> OutboxMessage | None:
    """Take one due message for this worker, or None. Safe with several workers and without row locks."""
    now = now or timezone.now()
    due = OutboxMessage.objects.filter(status=OutboxMessage.Status.WAITING, due_at__lte=now)
    while (message := due.order_by("due_at", "pk").first()) is not None:
        taken = {"status": OutboxMessage.Status.SENDING, "claimed_at": now, "attempts": F("attempts") + 1}
        if due.filter(pk=message.pk).update(**taken):
            message.refresh_from_db()
            return message
    return None


def release_stuck(now: datetime | None = None) -> int:
    """Give back what a worker took and never finished; returns how many."""
    now = now or timezone.now()
    stuck = OutboxMessage.objects.filter(status=OutboxMessage.Status.SENDING, claimed_at__lte=now - STUCK_AFTER)
    return stuck.update(status=OutboxMessage.Status.WAITING, last_error="worker_stopped")


def _send_one(message: OutboxMessage, send: Sender | None) -> bool:
    own = OutboxMessage.objects.filter(pk=message.pk, status=OutboxMessage.Status.SENDING)
    try:
        sent = (send or sender_for(message))(message)
    except Undelivered as refused:
        own.update(**_ended(message, after_refusal(message, refused)))
        log.warning("outbox %s not taken by %s (try %s): %s", message.pk, refused.facts["way"] or "anybody",
                    message.attempts, refused.code)  # fmt: skip
        return False
    except Exception as error:  # any fault of a provider is noted and retried: it must not stop the other messages
        # The error's class only: providers put numbers and texts into their messages.
        own.update(**_ended(message, put_back(message, type(error).__name__[:200])))
        log.warning("outbox %s not sent (try %s): %s", message.pk, message.attempts, type(error).__name__)
        return False
    told = forgotten_words(message)
    if sent is not None:
        told |= {"way": sent.way, "provider_ref": sent.ref}
    own.update(status=OutboxMessage.Status.SENT, sent_at=timezone.now(), last_error="", **told)
    return True


def _ended(message: OutboxMessage, told: dict[str, Any]) -> dict[str, Any]:
    is_over = told["status"] == OutboxMessage.Status.FAILED and message.kind in EMPTIED
    return told | forgotten_words(message) if is_over else told
