"""Which providers this site has: what is configured, and nothing else. Read at every call, kept nowhere."""

from __future__ import annotations

from django.conf import settings
from stripe import HTTPClient

from marketplace.payments.feeds.sepay import SepayFeed
from marketplace.payments.providers.base import EventSource, PaymentProvider
from marketplace.payments.providers.stripe import StripeProvider
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
    return stripe_provider() if code == ProviderCode.STRIPE else None


def event_source(code: str) -> EventSource | None:
    """The sender of webhooks under this name, or None when it is unknown or has no secret here."""
    if code == SourceCode.STRIPE:
        return stripe_provider()
    if code == SourceCode.SEPAY and settings.SEPAY_WEBHOOK_SECRETS:
        return SepayFeed(secrets=settings.SEPAY_WEBHOOK_SECRETS)
    if code == SourceCode.SIMULATED and simulated_is_on():
        return SepayFeed(secrets=[settings.SIMULATED_BANK_SECRET], code=SourceCode.SIMULATED, livemode=False)
    return None
