"""``Stripe-Signature``: our own check, because the library's accepts timestamps of the future."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from marketplace.payments.interface import CLOCK_DRIFT_SECONDS, BadSignature

SIGNATURE_HEADER = "stripe-signature"


def sign_as_stripe(*, secret: str, timestamp: int, body: bytes) -> str:
    """The value of the header: ``t=<unix>,v1=<hex HMAC-SHA256 of "t.body">``."""
    return f"t={timestamp},v1={_mac(secret, str(timestamp), body)}"


def check_stripe_signature(header: str, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """Several v1 are allowed, and several secrets, while one rotates. Raises BadSignature.

    Refuses a timestamp more than 300 s away on either side.
    """
    items = [part.strip().partition("=") for part in header.split(",")]
    times = [value for key, _, value in items if key == "t"]
    given = [value for key, _, value in items if key == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) <= 12):
        raise BadSignature("bad_timestamp")
    if abs(now.timestamp() - int(times[0])) > CLOCK_DRIFT_SECONDS:
        raise BadSignature("clock_drift")
    wanted = [_mac(secret, times[0], body) for secret in secrets if secret]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted):
        raise BadSignature("wrong_signature")


def _mac(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
