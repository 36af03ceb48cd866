"""Casso: posts the movements of a linked account.

Version 2 sends one movement, signed ``X-Casso-Signature: t=<ms>,v1=<hex HMAC-SHA512(key, "{t}." + JSON with keys
sorted)>``; version 1 sends a list under a plain ``Secure-Token`` header (developer.casso.vn). The token proves only
that somebody once saw it: it is accepted where the operator set one. Vectors: webhook_signatures.json.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from community.text.json_objects import read_object
from marketplace.payments.facts import Fact, IgnoredFact, MoneyFact, RawEvent, clean_text, whole_dong
from marketplace.payments.feeds.reading import (
    account_of,
    bank_time,
    check_moment,
    compact_json,
    hash_name,
    is_number,
    same_as_any,
    unreadable,
)
from marketplace.payments.interface import BadSignature
from marketplace.payments.states import SourceCode

SIGNATURE_HEADER = "x-casso-signature"
TOKEN_HEADER = "secure-token"
MOST_MOVEMENTS = 1_000


def sign_casso(*, key: str, milliseconds: int, told: Mapping[str, Any]) -> str:
    """The value of the signature header for this object."""
    line = f"{milliseconds}.{compact_json(_sorted(told))}"
    digest = hmac.new(key.encode(), line.encode(errors="replace"), hashlib.sha512).hexdigest()
    return f"t={milliseconds},v1={digest}"


class CassoFeed:
    """Event source of Casso, both versions."""

    code: str = SourceCode.CASSO

    def __init__(self, *, keys: Sequence[str], tokens: Sequence[str] = ()) -> None:
        self._keys = tuple(key for key in keys if key)
        self._tokens = tuple(token for token in tokens if token)

    def verify(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[RawEvent]:
        """One event per movement; its number is Casso's ``id``, the same that its list gives."""
        told = read_object(body)
        if signature := headers.get(SIGNATURE_HEADER, ""):
            self._check_signature(signature, told, now)
        elif not same_as_any(headers.get(TOKEN_HEADER, ""), self._tokens):
            raise BadSignature("unsigned")
        data = told.get("data") if told else None
        movements = data if isinstance(data, list) else [data]
        if len(movements) > MOST_MOVEMENTS:
            raise BadSignature("too_many")
        return [_event(movement) for movement in movements]

    def _check_signature(self, header: str, told: dict[str, Any] | None, now: datetime) -> None:
        parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
        moment = parts.get("t", "")
        if not (moment.isascii() and moment.isdigit() and len(moment) <= 15):
            raise BadSignature("bad_timestamp")
        check_moment(int(moment) / 1000, now)
        if told is None:
            raise BadSignature("wrong_signature")
        wanted = [sign_casso(key=key, milliseconds=int(moment), told=told) for key in self._keys]
        if not same_as_any(f"t={moment},v1={parts.get('v1', '').lower()}", wanted):
            raise BadSignature("wrong_signature")

    def interpret(self, event: RawEvent) -> list[Fact]:
        """Money that came; a negative amount went out (version 1), number 0 is Casso's own test."""
        told = read_object(event.body.encode())
        if told is None:
            return [unreadable("data")]
        number, sum_told = told.get("id"), told.get("amount")
        if type(number) is int and number == 0:
            return [IgnoredFact("test message")]
        if type(sum_told) is int and sum_told < 0:
            return [IgnoredFact("outgoing")]
        amount = whole_dong(sum_told)
        booked_at = bank_time(told.get("transactionDateTime", told.get("when")))
        for field, fits in (
            ("id", is_number(number)),
            ("amount", amount is not None),
            ("transactionDateTime", booked_at is not None),
            ("accountNumber", bool(event.account_key)),
        ):
            if not fits:
                return [unreadable(field)]
        assert amount is not None and booked_at is not None
        return [
            MoneyFact(
                source=self.code,
                account_key=event.account_key,
                txn_id=event.event_id,
                amount_dong=amount,
                currency="VND",
                booked_at=booked_at,
                livemode=True,
                memo=clean_text(told.get("description"), 500),
                bank_reference=clean_text(str(told.get("reference") or told.get("tid") or ""), 120),
            )
        ]


def _event(movement: object) -> RawEvent:
    """Each movement is kept alone, so that one that cannot be read holds up no other."""
    told = movement if isinstance(movement, dict) else {}
    kept = clean_text(json.dumps(movement, ensure_ascii=False), 256 * 1024)
    number = told.get("id")
    return RawEvent(
        event_id=str(number) if is_number(number) else hash_name(kept.encode()),
        account_key=account_of(told.get("accountNumber") or told.get("bank_sub_acc_id")),
        type="transfer",
        body=kept,
        livemode=True,
    )


def _sorted(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value
