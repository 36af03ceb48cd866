"""Both sides of Stripe in one: asks by sessions and refunds, hears by events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import stripe

from marketplace.payments.facts import BalanceFact, Fact, PayoutFact, RawEvent
from marketplace.payments.interface import CancelResult, Refunded, Started
from marketplace.payments.providers.stripe import balance, refunds, sessions
from marketplace.payments.providers.stripe.events import StripeEvents, as_it_is_now
from marketplace.payments.states import ProviderCode

if TYPE_CHECKING:
    from stripe import HTTPClient

    from marketplace.payments.models import Payment, Refund

PATIENCE = 10  # seconds; Stripe's library would wait 80
TEST_KEYS = ("sk_test_", "rk_test_")


class StripeProvider(StripeEvents):
    """``http_client`` is given by tests; None means Stripe's own."""

    def __init__(
        self, *, secret_key: str, webhook_secrets: Sequence[str], http_client: HTTPClient | None = None
    ) -> None:
        super().__init__(
            secrets=webhook_secrets, livemode=not secret_key.startswith(TEST_KEYS), code=ProviderCode.STRIPE
        )
        client = http_client or stripe.new_default_http_client(timeout=PATIENCE)
        self._client = stripe.StripeClient(secret_key, http_client=client, max_network_retries=1)

    @property
    def livemode(self) -> bool:
        return self._livemode

    def start(self, payment: Payment) -> Started:
        return sessions.start_session(self._client, payment)

    def cancel(self, payment: Payment) -> CancelResult:
        return sessions.end_session(self._client, payment)

    def refund(self, refund: Refund, *, money_ref: str) -> Refunded:
        return refunds.refund_by_card(self._client, refund, money_ref=money_ref)

    def poll(self, *, since: datetime) -> Iterator[Fact]:
        """What webhooks may have failed to bring; the facts are the same and may be applied again."""
        return sessions.sessions_since(self._client, since)

    def balance_lines(self, *, since: datetime) -> Iterator[BalanceFact]:
        """Movements of our balance there, with the fees that were kept. Raises ProviderFailed."""
        return balance.lines_since(self._client, since, livemode=self._livemode)

    def payouts(self, *, since: datetime) -> Iterator[PayoutFact]:
        """What was sent to the operator's bank. Raises ProviderFailed."""
        return balance.payouts_since(self._client, since, livemode=self._livemode)

    def balance_now(self) -> dict[str, int]:
        """What lies there now: currency → its smallest unit. Raises ProviderFailed."""
        return balance.balance_now(self._client)

    def look_again(self, event: RawEvent) -> RawEvent:
        """The event, with its session as the API holds it now."""
        return as_it_is_now(event, lambda number: sessions.retrieve_session(self._client, number))
