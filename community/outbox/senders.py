"""Ways a message leaves. A sender gets the whole row; `(kind, key)` is its idempotency key with any provider."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from community.outbox.carriers.choosing import send_by_carriers
from community.outbox.carriers.sent import Sent
from community.outbox.models import OutboxMessage

Sender = Callable[[OutboxMessage], Sent | None]


def send_to_console(message: OutboxMessage) -> None:
    """Show the message where the worker runs: for development."""
    print(f"[{message.channel}] {message.to}: {message.subject} {message.text}".strip(), file=sys.stdout, flush=True)


def send_to_file(message: OutboxMessage) -> None:
    """One JSON file a message under DATA_DIR/outbox, named by its key: written twice it is still one message.

    Only the worker's own account reads it: an invitation's link is a key.
    """
    name = hashlib.sha256(f"{message.kind}\n{message.key}".encode()).hexdigest()[:32]
    folder = Path(settings.DATA_DIR) / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "kind": message.kind,
        "key": message.key,
        "channel": message.channel,
        "to": message.to,
        "email": message.email,
        "language": message.language,
        "subject": message.subject,
        "text": message.text,
        "sent_at": timezone.now().isoformat(),
    }
    file = folder / f"{name}.json"
    file.touch(mode=0o600)
    file.chmod(0o600)  # also one that was there before
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


SENDERS: dict[str, Sender] = {
    "console": send_to_console,
    "file": send_to_file,
    "carriers": send_by_carriers,
}


def sender_for(message: OutboxMessage) -> Sender:
    """By OUTBOX_SENDER. Raises KeyError for one we do not have: a message must not vanish for a typing error."""
    return SENDERS[settings.OUTBOX_SENDER]
