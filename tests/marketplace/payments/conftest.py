"""Payment tests run on a demo site with the simulated bank, and give the addresses that messages carry."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from marketplace.payments.providers import registry
from tests.fakes.stripe_http import WEBHOOK_SECRET, FakeStripe


@pytest.fixture(autouse=True)
def _demo_bank(settings) -> None:
    settings.DEMO = True
    settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "a secret that only this test run knows"
    cache.clear()


@pytest.fixture
def stripe_fake(settings, monkeypatch) -> FakeStripe:
    """Stripe, configured, answering from this process."""
    settings.STRIPE_SECRET_KEY = "sk_test_0123456789abcdef"
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    fake = FakeStripe()
    monkeypatch.setattr(registry, "stripe_http_client", lambda: fake)
    return fake
