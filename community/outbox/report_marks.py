"""Addresses and signatures of carriers' reports."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.urls import reverse

from community.outbox.models import OutboxMessage

MARK_LENGTH = 32


def esms_report_url(message: OutboxMessage) -> str:
    """Where eSMS reports this message. It signs nothing: the address holds a mark that only we can make."""
    number = message.number_at_carrier
    return settings.SITE_URL.rstrip("/") + reverse("message_reports:esms", args=[message.pk, mark_of(number)])


def mark_of(number: str) -> str:
    key = f"message-report:{settings.SECRET_KEY}".encode()
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:MARK_LENGTH]


def is_marked(message: OutboxMessage, mark: str) -> bool:
    return hmac.compare_digest(mark_of(message.number_at_carrier).encode(), mark.encode())


def is_zalos_signature(*, app_id: str, body: bytes, timestamp: str, given: str) -> bool:
    """ "mac=" and sha256 of app id, body, time and the account's secret.

    Source: developers.zalo.me, "Webhook", X-ZEvent-Signature.
    """
    if not settings.ZALO_OA_SECRET or app_id != settings.ZALO_APP_ID:
        return False
    parts = app_id.encode() + body + timestamp.encode() + settings.ZALO_OA_SECRET.encode()
    expected = hashlib.sha256(parts).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().removeprefix("mac=").encode())
