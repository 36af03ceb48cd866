"""The two sides of a provider: asking for money, and hearing that it came.

A ``PaymentProvider`` starts and cancels; an ``EventSource`` checks and reads signed messages. Stripe is
both; a bank transfer is asked for by ``vietqr`` and told by whichever feed watches the account. Neither
touches orders, stock or payments' rows: the core applies what they return.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from community.errors import DomainError
from marketplace.payments.facts import Fact, MoneyFact, RawEvent

if TYPE_CHECKING:
    from marketplace.payments.models import Payment, Refund

# How far a sender's clock may be from ours, in both directions, in seconds.
CLOCK_DRIFT_SECONDS = 300


class BadSignature(DomainError):
    """The message is not from whom it says. ``code`` is for the log only; the sender learns nothing."""


class UnreadableMessage(DomainError):
    """Rightly signed bytes that are no text or no JSON object. Nothing is kept: the sender is told and tries again."""


class ProviderFailed(DomainError):
    """The provider could not be reached or refused: ``unreachable``, ``amount_too_small``, ``refused``."""


@dataclass(frozen=True)
class Started:
    """What the buyer does next: follow ``redirect_url``, or (when empty) scan our own QR."""

    provider_ref: str = ""
    redirect_url: str = ""


@dataclass(frozen=True)
class Cancelled:
    """The provider takes no more money for this payment."""


@dataclass(frozen=True)
class AlreadyPaid:
    """Too late to cancel: the money is there."""

    fact: MoneyFact


@dataclass(frozen=True)
class CannotCancel:
    """Nothing to call back (a shown QR), or the provider did not answer; ``reason`` says which."""

    reason: str


@dataclass(frozen=True)
class Refunded:
    """What a provider makes of a refund: ``done``, ``waiting`` (it will tell later) or ``failed`` with a reason."""

    outcome: str
    provider_ref: str = ""
    reason: str = ""


CancelResult = Cancelled | AlreadyPaid | CannotCancel


class PaymentProvider(Protocol):
    """Asks for money."""

    code: str

    def start(self, payment: Payment) -> Started:
        """Make the request known at the provider; the same payment always gives the same answer."""
        ...

    def cancel(self, payment: Payment) -> CancelResult:
        """Stop taking money for it, if that can be done."""
        ...


class CardProvider(PaymentProvider, Protocol):
    """Takes cards on a page of its own and gives money back to them."""

    @property
    def livemode(self) -> bool:
        """False for a test account and for play money."""
        ...

    def refund(self, refund: Refund, *, money_ref: str) -> Refunded:
        """Give back part of the money of ``money_ref``; the same attempt always asks the same. Raises ProviderFailed

        (``unreachable`` when it is not known whether the refund was made).
        """
        ...


class EventSource(Protocol):
    """Hears of money."""

    code: str

    def verify(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[RawEvent]:
        """Check the signature and cut the body into events; pure. Raises BadSignature.

        Header names arrive in lower case. A signed body that cannot be read is still an event: it is
        kept and parked, so that a person sees it.
        """
        ...

    def interpret(self, event: RawEvent) -> list[Fact]:
        """Say what an event means; pure."""
        ...
