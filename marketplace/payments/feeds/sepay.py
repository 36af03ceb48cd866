"""SePay: a service that watches a bank account and posts each movement to us.

Authentication (developer.sepay.vn, "xac-thuc" and "bao-mat"): ``X-SePay-Signature: sha256=<hex HMAC-SHA256 of
"{timestamp}.{raw body}">`` with ``X-SePay-Timestamp`` (seconds), or ``Authorization: Apikey <key>`` when the operator
chose that. Retries end after about half an hour. Vectors: webhook_signatures.json.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.payments.facts import (
    Fact,
    IgnoredFact,
    MoneyFact,
    ParkedFact,
    RawEvent,
    clean_text,
    whole_dong,
)
from marketplace.payments.providers.base import CLOCK_DRIFT_SECONDS, BadSignature
from marketplace.payments.states import ExceptionKind, SourceCode

# The feed writes local bank time without an offset.
BANK_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ACCOUNT_LENGTH = 64
SIGNATURE_HEADER = "x-sepay-signature"
TIMESTAMP_HEADER = "x-sepay-timestamp"


def sign_sepay(*, secret: str, timestamp: int, body: bytes) -> str:
    """The value of the signature header."""
    signed = str(timestamp).encode("ascii") + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class SepayFeed:
    """Event source of SePay; the simulated bank speaks the same language with a key of its own."""

    def __init__(
        self,
        *,
        secrets: Sequence[str],
        api_keys: Sequence[str] = (),
        code: str = SourceCode.SEPAY,
        livemode: bool = True,
    ) -> None:
        self.code: str = code
        self._secrets = tuple(secret for secret in secrets if secret)
        self._api_keys = tuple(key for key in api_keys if key)
        self._livemode = livemode

    def verify(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[RawEvent]:
        """One event per body; its number is SePay's ``id``, or the body's hash when there is none to read."""
        self._check(headers, body, now)
        told = _read(body)
        number = told.get("id") if told else None
        return [
            RawEvent(
                event_id=str(number) if _is_number(number) else "sha256:" + hashlib.sha256(body).hexdigest(),
                account_key=clean_text(told.get("accountNumber"), ACCOUNT_LENGTH) if told else "",
                type=clean_text(told.get("transferType"), 80) if told else "unreadable",
                body=clean_text(body.decode("utf-8", errors="replace"), len(body)),
                livemode=self._livemode,
            )
        ]

    def _check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        signature = headers.get(SIGNATURE_HEADER, "")
        if signature:
            self._check_signature(signature, headers.get(TIMESTAMP_HEADER, ""), body, now)
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "apikey" or not any(_same(given.strip(), key) for key in self._api_keys):
            raise BadSignature("unsigned")

    def _check_signature(self, signature: str, timestamp: str, body: bytes, now: datetime) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise BadSignature("bad_timestamp")
        if abs(now.timestamp() - int(timestamp)) > CLOCK_DRIFT_SECONDS:
            raise BadSignature("clock_drift")
        wanted = [sign_sepay(secret=secret, timestamp=int(timestamp), body=body) for secret in self._secrets]
        if not any(_same(signature, value) for value in wanted):
            raise BadSignature("wrong_signature")

    def interpret(self, event: RawEvent) -> list[Fact]:
        """An incoming transfer becomes money; an outgoing one is ignored (a refund repeats the buyer's memo)."""
        told = _read(event.body.encode())
        if told is None:
            return [_unreadable("body")]
        if told.get("transferType") == "out":
            return [IgnoredFact("outgoing")]
        booked_at = _bank_time(told.get("transactionDate"))
        amount = whole_dong(told.get("transferAmount"))
        if not _is_number(told.get("id")):
            return [_unreadable("id")]
        if told.get("transferType") != "in":
            return [_unreadable("transferType")]
        if amount is None:
            return [_unreadable("transferAmount")]
        if booked_at is None:
            return [_unreadable("transactionDate")]
        if not event.account_key:
            return [_unreadable("accountNumber")]
        memo = " ".join(filter(None, (clean_text(told.get(key), 500) for key in ("code", "content", "description"))))
        return [
            MoneyFact(
                source=self.code,
                account_key=event.account_key,
                txn_id=event.event_id,
                amount_dong=amount,
                currency="VND",
                booked_at=booked_at,
                livemode=self._livemode,
                memo=memo,
                bank_reference=clean_text(told.get("referenceCode"), 120),
            )
        ]


def _unreadable(field: str) -> ParkedFact:
    return ParkedFact(kind=ExceptionKind.MALFORMED, reason=f"unusable {field}")


def _read(body: bytes) -> dict[str, Any] | None:
    """The JSON object of a body, or None for anything else (also for a number too long to convert)."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _is_number(value: object) -> bool:
    return type(value) is int and 0 < value < 10**18


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _bank_time(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BANK_ZONE)
    except ValueError:
        return None
