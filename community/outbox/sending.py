"""Sending what waits. Several workers may run this at once: a message belongs to whom the guarded UPDATE let take it.

Nothing is sent inside a transaction. If a worker dies between sending and noting it, the message is sent again after
STUCK_AFTER: at least once, with the same `(kind, key)`, so that a provider (or the file sender) can drop the second.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from community.outbox.models import OutboxMessage
from community.outbox.senders import Sender, sender_for

MAX_ATTEMPTS = 8
STUCK_AFTER = timedelta(minutes=10)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)

ONCE = frozenset({"invitation"})
"""Kinds whose text holds a secret link: it is cut out of our row once the message has left."""

_LINK = re.compile(r"https?://\S+")

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


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4, 8 … minutes, at most 6 hours: an outage must not become a storm."""
    return min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)


def _send_one(message: OutboxMessage, send: Sender | None) -> bool:
    own = OutboxMessage.objects.filter(pk=message.pk, status=OutboxMessage.Status.SENDING)
    try:
        (send or sender_for(message))(message)
    except Exception as error:  # any fault of a provider is noted and retried: it must not stop the other messages
        own.update(**_put_back(message, error))
        log.warning("outbox %s not sent (try %s): %s", message.pk, message.attempts, type(error).__name__)
        return False
    told = {"text": _LINK.sub("…", message.text)} if message.kind in ONCE else {}
    own.update(status=OutboxMessage.Status.SENT, sent_at=timezone.now(), last_error="", **told)
    return True


def _put_back(message: OutboxMessage, error: Exception) -> dict[str, object]:
    """The error's class only: providers put numbers and texts into their messages."""
    told = type(error).__name__[:200]
    if message.attempts >= MAX_ATTEMPTS:
        return {"status": OutboxMessage.Status.FAILED, "last_error": told}
    due = timezone.now() + pause_after(message.attempts)
    return {"status": OutboxMessage.Status.WAITING, "due_at": due, "last_error": told}
