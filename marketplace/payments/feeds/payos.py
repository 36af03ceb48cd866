"""payOS: posts each transfer to a linked account, signed inside the body.

``signature`` = hex HMAC-SHA256(checksum key, ``k=v`` pairs of ``data`` sorted by key and joined by ``&``; null is "")
(payos.vn/docs/tich-hop-webhook). Nothing is escaped: a text with ``&`` or an amount sent as a string can spell the same
signed line. So after the signature every field we use must have exactly its type and shape. There is no timestamp: an
old message can be posted again, and the inbox knows it by its number. Vectors: webhook_signatures.json.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from community.text.json_objects import read_object
from marketplace.payments.facts import Fact, IgnoredFact, MoneyFact, RawEvent, clean_text, whole_dong
from marketplace.payments.feeds.reading import (
    account_of,
    bank_time,
    compact_json,
    same_as_any,
    text_of,
    unreadable,
)
from marketplace.payments.interface import BadSignature
from marketplace.payments.states import SourceCode

SHAPES = {
    "accountNumber": re.compile(r"[0-9A-Za-z]{1,34}"),
    "reference": re.compile(r"[^&=\x00-\x1f\ud800-\udfff]{1,120}"),
    "transactionDateTime": re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d"),
    "currency": re.compile(r"VND"),
    "paymentLinkId": re.compile(r"[0-9A-Za-z_-]{1,80}"),
    "code": re.compile(r"[0-9A-Za-z]{1,10}"),
    "description": re.compile(r".{0,500}", re.DOTALL),
}
_KEY = re.compile(r"[0-9A-Za-z_]{1,60}")


def canonical(data: Mapping[str, Any]) -> str:
    """The line that is signed."""
    return "&".join(f"{key}={_value(data[key])}" for key in sorted(data))


def sign_payos(*, key: str, data: Mapping[str, Any]) -> str:
    """The ``signature`` of these data."""
    return hmac.new(key.encode(), canonical(data).encode(errors="replace"), hashlib.sha256).hexdigest()


class PayosFeed:
    """Event source of payOS."""

    code: str = SourceCode.PAYOS

    def __init__(self, *, keys: Sequence[str]) -> None:
        self._keys = tuple(key for key in keys if key)

    def verify(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[RawEvent]:
        """One event per body. What could not have been meant by the signer is refused like a wrong signature."""
        told = read_object(body)
        data = told.get("data") if told else None
        signature = told.get("signature") if told else None
        if not isinstance(data, dict) or not isinstance(signature, str):
            raise BadSignature("unsigned")
        wanted = [sign_payos(key=key, data=data) for key in self._keys]
        if not same_as_any(signature.lower(), wanted):
            raise BadSignature("wrong_signature")
        if (field := _misshapen(data)) is not None:
            raise BadSignature("ambiguous", field=field)
        return [
            RawEvent(
                event_id=f"{data['paymentLinkId']}:{data['reference']}",
                account_key=account_of(data["accountNumber"]),
                type="transfer",
                body=text_of(body),
                livemode=True,
            )
        ]

    def interpret(self, event: RawEvent) -> list[Fact]:
        """A message that says "00" is money on the account; any other code is none."""
        told = read_object(event.body.encode())
        data = told.get("data") if told else None
        if not isinstance(data, dict):
            return [unreadable("data")]
        if data.get("code") != "00":
            return [IgnoredFact("not paid")]
        amount, booked_at = whole_dong(data.get("amount")), bank_time(data.get("transactionDateTime"))
        if amount is None:
            return [unreadable("amount")]
        if booked_at is None:
            return [unreadable("transactionDateTime")]
        return [
            MoneyFact(
                source=self.code,
                account_key=event.account_key,
                txn_id=event.event_id,
                amount_dong=amount,
                currency=str(data.get("currency")),
                booked_at=booked_at,
                livemode=True,
                memo=clean_text(data.get("description"), 500),
                bank_reference=clean_text(data.get("reference"), 120),
            )
        ]


def _value(value: object) -> str:
    """As JavaScript writes it into the line; nested things as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return compact_json(value)
    return str(value)


def _misshapen(data: Mapping[str, Any]) -> str | None:
    """The first field that is missing, of another type or shape, or a key that could be two."""
    for name in ("orderCode", "amount"):
        if type(data.get(name)) is not int:
            return name
    for name, shape in SHAPES.items():
        value = data.get(name)
        if not isinstance(value, str) or shape.fullmatch(value) is None:
            return name
    return next((str(key)[:60] for key in data if _KEY.fullmatch(key) is None), None)
