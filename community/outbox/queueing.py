from __future__ import annotations

from community import clock
from community.outbox.models import OutboxMessage


def queue_message(
    *, kind: str, key: str, to: str, text: str, language: str = "vi", channel: str = "sms", subject: str = ""
) -> OutboxMessage:
    """Put a message in the outbox, in the caller's transaction: it leaves only if the act itself is kept.

    `(kind, key)` is the identity: the second call returns the first row unchanged, so acts may be repeated safely.
    """
    message, _created = OutboxMessage.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={
            "channel": OutboxMessage.Channel(channel),
            "to": to,
            "language": language,
            "subject": subject[:200],
            "text": text,
            "created_at": clock.now(),
            "due_at": clock.now(),
        },
    )
    return message
