"""SePay: a service that watches a bank account and posts each movement to us.

Authentication (developer.sepay.vn, "xac-thuc" and "bao-mat"): ``X-SePay-Signature: sha256=<hex HMAC-SHA256 of
"{timestamp}.{raw body}">`` with ``X-SePay-Timestamp`` (seconds), or ``Authorization: Apikey <key>`` when the operator
chose that. Retries end after about half an hour. Vectors: webhook_signatures.json.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from community.text.json_objects import read_object
from marketplace.payments.facts import Fact, IgnoredFact, MoneyFact, RawEvent, clean_text, whole_dong
from marketplace.payments.feeds.reading import (
    account_of,
    bank_time,
    check_moment,
    hash_name,
    is_number,
    same_as_any,
    text_of,
    unreadable,
)
from marketplace.payments.interface import BadSignature
from marketplace.payments.states import SourceCode

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
        told = read_object(body)
        number = told.get("id") if told else None
        return [
            RawEvent(
                event_id=str(number) if is_number(number) else hash_name(body),
                account_key=account_of(told.get("accountNumber")) if told else "",
                type=clean_text(told.get("transferType"), 80) if told else "unreadable",
                body=text_of(body),
                livemode=self._livemode,
            )
        ]

    def _check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        signature = headers.get(SIGNATURE_HEADER, "")
        if signature:
            self._check_signature(signature, headers.get(TIMESTAMP_HEADER, ""), body, now)
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "apikey" or not same_as_any(given.strip(), self._api_keys):
            raise BadSignature("unsigned")

    def _check_signature(self, signature: str, timestamp: str, body: bytes, now: datetime) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise BadSignature("bad_timestamp")
        check_moment(int(timestamp), now)
        wanted = [sign_sepay(secret=secret, timestamp=int(timestamp), body=body) for secret in self._secrets]
        if not same_as_any(signature, wanted):
            raise BadSignature("wrong_signature")

    def interpret(self, event: RawEvent) -> list[Fact]:
        """An incoming transfer becomes money; an outgoing one is ignored (a refund repeats the buyer's memo)."""
        told = read_object(event.body.encode())
        if told is None:
            return [unreadable("body")]
        if told.get("transferType") == "out":
            return [IgnoredFact("outgoing")]
        booked_at = bank_time(told.get("transactionDate"))
        amount = whole_dong(told.get("transferAmount"))
        if not is_number(told.get("id")):
            return [unreadable("id")]
        if told.get("transferType") != "in":
            return [unreadable("transferType")]
        if amount is None:
            return [unreadable("transferAmount")]
        if booked_at is None:
            return [unreadable("transactionDate")]
        if not event.account_key:
            return [unreadable("accountNumber")]
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
