"""Play money: a card whose page is ours, and one signed door for it and the simulated bank. Only in a demo.

The card speaks Stripe's language through Stripe's interpreter, the bank SePay's; both sign with the demo's own secret
and both say that the money is not real.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from marketplace.payments.facts import Fact, RawEvent
from marketplace.payments.feeds.sepay import SepayFeed
from marketplace.payments.interface import Cancelled, CancelResult, Refunded, Started
from marketplace.payments.providers.stripe.events import StripeEvents
from marketplace.payments.providers.stripe.signing import SIGNATURE_HEADER
from marketplace.payments.states import ProviderCode, SourceCode

if TYPE_CHECKING:
    from marketplace.payments.models import Payment, Refund


class SimulatedCard:
    """Nobody to call: the visitor plays the card's bank on our own page, which posts what Stripe would post."""

    code: str = ProviderCode.SIMULATED
    livemode = False

    def start(self, payment: Payment) -> Started:
        return Started(
            provider_ref=f"cs_sim_{payment.uuid.hex}", redirect_url=reverse("simulation:card", args=[payment.uuid])
        )

    def cancel(self, payment: Payment) -> CancelResult:
        """The page asks the payment's row, so that an ended payment takes no more money by itself."""
        return Cancelled()

    def refund(self, refund: Refund, *, money_ref: str) -> Refunded:
        """On its way; the card page decides whether it arrives."""
        return Refunded("waiting", f"re_sim_{refund.uuid.hex}")


class SimulatedSource:
    """The demo's one sender of webhooks: a body with Stripe's signature is the card's, any other the bank's."""

    code: str = SourceCode.SIMULATED

    def __init__(self, *, secret: str) -> None:
        self._bank = SepayFeed(secrets=[secret], code=SourceCode.SIMULATED, livemode=False)
        self._card = StripeEvents(secrets=[secret], code=SourceCode.SIMULATED, livemode=False)

    def verify(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[RawEvent]:
        voice = self._card if SIGNATURE_HEADER in headers else self._bank
        return voice.verify(headers=headers, body=body, now=now)

    def interpret(self, event: RawEvent) -> list[Fact]:
        """Only the card names an API version."""
        return (self._card if event.api_version else self._bank).interpret(event)
