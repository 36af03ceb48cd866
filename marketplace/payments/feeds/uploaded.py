"""Rows of a statement that staff took in: kept as messages of their own, read like any feed's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from community.text.json_objects import read_object
from marketplace.payments.facts import Fact, MoneyFact, RawEvent, clean_text, whole_dong
from marketplace.payments.feeds.reading import bank_time, unreadable
from marketplace.payments.interface import BadSignature
from marketplace.payments.states import SourceCode


@dataclass(frozen=True, slots=True)
class Movement:
    """One incoming transfer of a statement. ``txn_id`` is the same whenever the row is uploaded again."""

    txn_id: str
    amount_dong: int
    booked_at: datetime
    memo: str
    bank_reference: str


def as_event(movement: Movement, *, account_key: str, livemode: bool) -> RawEvent:
    """The message we keep for a row that somebody confirmed."""
    body = {
        "amount": movement.amount_dong,
        "booked_at": movement.booked_at.isoformat(),
        "memo": movement.memo,
        "reference": movement.bank_reference,
    }
    told = json.dumps(body, ensure_ascii=False)
    return RawEvent(movement.txn_id, account_key, "statement", clean_text(told, len(told)), livemode)


class StatementReader:
    """Event source of uploaded statements; nobody can post to it."""

    code: str = SourceCode.STATEMENT

    def verify(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[RawEvent]:
        raise BadSignature("not_posted")

    def interpret(self, event: RawEvent) -> list[Fact]:
        """The row, as it was confirmed."""
        told = read_object(event.body.encode()) or {}
        amount, booked_at = whole_dong(told.get("amount")), bank_time(told.get("booked_at"))
        if amount is None or booked_at is None:
            return [unreadable("row")]
        return [
            MoneyFact(
                source=self.code,
                account_key=event.account_key,
                txn_id=event.event_id,
                amount_dong=amount,
                currency="VND",
                booked_at=booked_at,
                livemode=event.livemode,
                memo=clean_text(told.get("memo"), 500),
                bank_reference=clean_text(told.get("reference"), 120),
            )
        ]
