"""What a provider tells us, in our words. Providers and feeds make facts; only the core applies them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

# Above any bank transfer (NAPAS 247 ends below 500 million); a larger number is damage or an attack.
MAX_FACT_DONG = 10**12
# The reason of what is parked when money went back by the provider's own page.
FOREIGN_REFUND = "refund made at the provider"


@dataclass(frozen=True)
class RawEvent:
    """A message whose signature was right. ``event_id`` is the sender's own number: the key of "once"."""

    event_id: str
    account_key: str
    type: str
    body: str
    livemode: bool
    api_version: str = ""


@dataclass(frozen=True)
class MoneyFact:
    """Money arrived. ``payment_uuid`` when the provider knows our reference, else the memo must tell.

    ``account_key``: bank account number or "" for a card provider; ``currency`` in capitals.
    """

    source: str
    account_key: str
    txn_id: str
    amount_dong: int
    currency: str
    booked_at: datetime
    livemode: bool
    memo: str = ""
    bank_reference: str = ""
    payment_uuid: UUID | None = None
    provider_ref: str = ""


@dataclass(frozen=True)
class EndedFact:
    """The provider will take no more money for this payment. ``outcome``: "failed" or "expired"."""

    payment_uuid: UUID
    outcome: str


@dataclass(frozen=True)
class IgnoredFact:
    """Rightly signed and none of our business (an outgoing transfer, an event we did not ask for)."""

    reason: str


@dataclass(frozen=True)
class ParkedFact:
    """Rightly signed, but a person must look: unreadable, or a refund made at the provider.

    ``money_ref`` names the money (a payment intent of ``source``) where our own reference is not told. ``key`` names
    the cause when several messages may tell of it; "" makes each message a cause of its own.
    """

    kind: str
    reason: str
    payment_uuid: UUID | None = None
    told: dict[str, Any] = field(default_factory=dict)
    money_ref: str = ""
    source: str = ""
    key: str = ""
    amount_dong: int | None = None


@dataclass(frozen=True)
class RefundFact:
    """What became of a refund we asked for. ``outcome``: "done", "waiting" or "failed".

    ``amount_dong`` is None when it is no whole sum.
    """

    source: str
    refund_uuid: UUID
    outcome: str
    provider_ref: str
    amount_dong: int | None
    currency: str
    livemode: bool
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class RefundedTotalFact:
    """How much of the money of ``money_ref`` has gone back by now, by whoever's hand."""

    source: str
    money_ref: str
    amount_dong: int


@dataclass(frozen=True)
class DisputeFact:
    """A card's owner contests the money of ``money_ref``. ``outcome``: "open", "won" or "lost"; ``stage`` is the

    provider's own word. ``money_taken``: the bank has taken the money back already (not while it only asks).
    """

    source: str
    provider_ref: str
    money_ref: str
    amount_dong: int
    currency: str
    reason: str
    stage: str
    outcome: str
    money_taken: bool
    evidence_due_at: datetime | None
    livemode: bool
    at: datetime


@dataclass(frozen=True)
class PayoutFact:
    """A provider sends money to the operator's bank. ``outcome``: "sent", "arrived" or "failed"; ``words``: what the

    bank's line will say of it, as far as the provider knows.
    """

    source: str
    provider_ref: str
    amount_dong: int
    currency: str
    outcome: str
    livemode: bool
    at: datetime
    due_on: date | None = None
    words: str = ""


@dataclass(frozen=True)
class BalanceFact:
    """One movement of the operator's balance at a provider; see BalanceLine."""

    source: str
    txn_id: str
    category: str
    amount: int
    fee: int
    net: int
    currency: str
    thing: str
    money_ref: str
    charged_dong: int | None
    livemode: bool
    at: datetime


Fact = MoneyFact | EndedFact | IgnoredFact | ParkedFact | RefundFact | RefundedTotalFact | DisputeFact | PayoutFact


def whole_dong(value: object) -> int | None:
    """An amount as it must come: a positive JSON integer in bounds. "160000", 160000.0, true and 0 are None."""
    if type(value) is not int or not 0 < value <= MAX_FACT_DONG:
        return None
    return value


def clean_text(value: object, length: int) -> str:
    """Text of a stranger that every database can store: no NUL, no lone surrogate, cut to ``length``; else ""."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", errors="replace").decode("utf-8").replace("\x00", " ")[:length]


def fold_reference(reference: str) -> str:
    """A bank's reference as it is compared: capitals and digits. Everybody dots and spaces it in a way of their own."""
    return re.sub(r"[^0-9A-Z]", "", reference.upper())[:120]
