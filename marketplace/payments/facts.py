"""What a provider tells us, in our words. Providers and feeds make facts; only the core applies them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

# Above any bank transfer (NAPAS 247 ends below 500 million); a larger number is damage or an attack.
MAX_FACT_DONG = 10**12


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
    """Rightly signed, but a person must look: unreadable, or a refund or dispute made at the provider."""

    kind: str
    reason: str
    payment_uuid: UUID | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RefundFact:
    """What became of a refund we asked for. ``outcome``: "done", "waiting" or "failed"."""

    refund_uuid: UUID
    outcome: str
    provider_ref: str
    at: datetime
    reason: str = ""


Fact = MoneyFact | EndedFact | IgnoredFact | ParkedFact | RefundFact


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
