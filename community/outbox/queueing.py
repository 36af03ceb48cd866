from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.outbox.models import OutboxMessage

UNADDRESSED = "message.unaddressed"


def queue_message(
    *,
    kind: str,
    key: str,
    to: str,
    text: str,
    about: Model,
    language: str = "vi",
    channel: str = "sms",
    subject: str = "",
    email: str = "",
    facts: Mapping[str, str] | None = None,
) -> OutboxMessage | None:
    """Put a message in the outbox, in the caller's transaction: it leaves only if the act itself is kept.

    `(kind, key)` is the identity: the second call returns the first row unchanged, so acts may be repeated safely.
    `email`: where it goes when the telephone cannot be reached. `facts`: words for a template of Zalo.
    Nobody can be written to without an address: then nothing is queued, the audit of `about` says which message
    could not be sent, and the answer is None. The act itself stands: a missing phone number must not stop a payment.
    """
    address = to.strip()
    if not address:
        record(actor=Actor.system("outbox"), action=UNADDRESSED, subject=about, kind=kind, channel=channel)
        return None
    message, _created = OutboxMessage.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={
            "channel": OutboxMessage.Channel(channel),
            "to": address,
            "email": email.strip() if channel == "sms" else "",
            "language": language,
            "subject": subject[:200],
            "text": text,
            "facts": dict(facts or {}),
            "created_at": clock.now(),
            "due_at": clock.now(),
        },
    )
    return message
