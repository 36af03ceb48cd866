"""What becomes of a message that a way did not take: the next way at once, the same one later, or staff see it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from community.outbox.carriers.choosing import ways_left
from community.outbox.models import OutboxMessage
from community.outbox.states import HOPELESS, PASSING, Undelivered, Why

MAX_ATTEMPTS = 8
PATIENCE = 3
"""So many tries before a carrier that does not answer is passed over for the next one."""

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)

ONCE = frozenset({"invitation"})
"""Kinds whose text holds a secret link: it is cut out of our row once the message has left."""

EMPTIED = frozenset({"data_erased"})
"""The last word to somebody who was forgotten: address and text go as soon as it has left, or has failed."""

LINK = re.compile(r"https?://\S+")


def forgotten_words(message: OutboxMessage) -> dict[str, Any]:
    """What of a message is not kept once nothing more will be tried."""
    if message.kind in EMPTIED:
        return {"to": "", "email": "", "subject": "", "text": ""}
    return {"text": LINK.sub("…", message.text)} if message.kind in ONCE else {}


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4, 8 … minutes, at most 6 hours: an outage must not become a storm."""
    return min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)


def after_refusal(message: OutboxMessage, refused: Undelivered) -> dict[str, Any]:
    """The columns to write. What has left once and had its link cut goes no other way: there is nothing left to say."""
    way = refused.facts["way"]
    was_cut = message.kind in ONCE and message.sent_at is not None
    others = [] if was_cut else [each for each in ways_left(message) if each != way]
    is_over = refused.code in HOPELESS
    if others and (is_over or refused.code in PASSING or message.attempts >= PATIENCE):
        given_up = [*message.given_up, {"way": way, "why": refused.code}]
        told = {"given_up": given_up, "due_at": timezone.now(), "last_error": refused.code}
        return told | {"status": OutboxMessage.Status.WAITING}
    if is_over:
        given_up = [*message.given_up, {"way": way, "why": refused.code}] if way else message.given_up
        return {"given_up": given_up, "status": OutboxMessage.Status.FAILED, "last_error": refused.code}
    return put_back(message, refused.code)


def put_back(message: OutboxMessage, why: str = Why.UNCLEAR) -> dict[str, Any]:
    """The same way again after a pause, until it has been tried often enough."""
    if message.attempts >= MAX_ATTEMPTS:
        return {"status": OutboxMessage.Status.FAILED, "last_error": why}
    due = timezone.now() + pause_after(message.attempts)
    return {"status": OutboxMessage.Status.WAITING, "due_at": due, "last_error": why}
