"""Which providers this site has: what is configured, and nothing else. Read at every call, kept nowhere."""

from __future__ import annotations

from django.conf import settings
from stripe import HTTPClient

from marketplace.payments.facts import RawEvent
from marketplace.payments.feeds.configured import bank_feed, feed_reader
from marketplace.payments.feeds.uploaded import StatementReader
from marketplace.payments.interface import CardProvider, EventSource, PaymentProvider
from marketplace.payments.providers.simulated import SimulatedCard, SimulatedSource
from marketplace.payments.providers.stripe.provider import StripeProvider
from marketplace.payments.providers.vietqr import VietQRProvider
from marketplace.payments.states import ProviderCode, SourceCode


def stripe_http_client() -> HTTPClient | None:
    """Stripe's own client; tests put a fake in this function's place."""
    return None


def stripe_is_on() -> bool:
    """Half a configuration is none: a card payment that no webhook can confirm must not be offered."""
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRETS)


def simulated_is_on() -> bool:
    """Only a demo plays with money."""
    return bool(settings.DEMO and settings.PAYMENTS_ALLOW_SIMULATED and settings.SIMULATED_BANK_SECRET)


def stripe_provider() -> StripeProvider | None:
    """Both sides of Stripe, or None when it is not configured."""
    if not stripe_is_on():
        return None
    return StripeProvider(
        secret_key=settings.STRIPE_SECRET_KEY,
        webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS,
        http_client=stripe_http_client(),
    )


def payment_provider(code: str) -> PaymentProvider | None:
    """The provider a buyer may choose, or None."""
    if code == ProviderCode.VIETQR:
        return VietQRProvider()
    return card_provider(code)


def card_provider(code: str) -> CardProvider | None:
    """Who takes cards under this name, or None when it is unknown or off."""
    if code == ProviderCode.STRIPE:
        return stripe_provider()
    return SimulatedCard() if code == ProviderCode.SIMULATED and simulated_is_on() else None


def offered_card() -> str:
    """The one way to pay by card that buyers see: the real one where it is set up, else the demo's, else ""."""
    if stripe_is_on():
        return ProviderCode.STRIPE
    return ProviderCode.SIMULATED if simulated_is_on() else ""


def asks_back(code: str) -> bool:
    """Do this sender's messages only count after the API was asked? Then they wait for the clock, outside requests."""
    return bool(code == SourceCode.STRIPE and settings.STRIPE_REFETCH and stripe_is_on())


def look_again(code: str, event: RawEvent) -> RawEvent:
    """The event as the sender's API tells it now, where the site asks back. Call outside every transaction."""
    provider = stripe_provider() if asks_back(code) else None
    return provider.look_again(event) if provider else event


def event_source(code: str, account_id: int | None = None) -> EventSource | None:
    """The sender of webhooks under this name, or None when it is unknown or has no secret here.

    With ``account_id``: the feed of that receiving account, with the secrets of its own.
    """
    if account_id is not None or code not in (SourceCode.STRIPE, SourceCode.SIMULATED):
        return bank_feed(code, account_id)
    if code == SourceCode.STRIPE:
        return stripe_provider()
    if simulated_is_on():
        return SimulatedSource(secret=settings.SIMULATED_BANK_SECRET)
    return None


def event_reader(code: str) -> EventSource | None:
    """Who understands what was accepted under this name, whether or not new messages are."""
    if code == SourceCode.STATEMENT:
        return StatementReader()
    return feed_reader(code) or event_source(code)
