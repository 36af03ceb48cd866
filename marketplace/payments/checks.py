"""Refuse to start with money settings that contradict each other."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

SHORTEST_SECRET = 16


@register("payments")
def check_simulated_only_in_demo(**_kwargs: Any) -> list[CheckMessage]:
    """payments.E001: the simulated bank must not exist where real people pay."""
    if settings.PAYMENTS_ALLOW_SIMULATED and not settings.DEMO:
        return [
            Error(
                "PAYMENTS_ALLOW_SIMULATED is on, but this is not a demo site.",
                hint="Unset PAYMENTS_ALLOW_SIMULATED, or set DEMO=1 on a site where nobody pays for real.",
                id="payments.E001",
            )
        ]
    return []


@register("payments")
def check_stripe_is_whole(**_kwargs: Any) -> list[CheckMessage]:
    """payments.E002: a card payment that no webhook confirms, or a webhook nobody can ask back about."""
    if bool(settings.STRIPE_SECRET_KEY) != bool(settings.STRIPE_WEBHOOK_SECRETS):
        return [
            Error(
                "Stripe is configured by half.",
                hint="Set both STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS, or neither.",
                id="payments.E002",
            )
        ]
    return []


@register("payments")
def check_secrets_are_long(**_kwargs: Any) -> list[CheckMessage]:
    """payments.E003: whoever guesses a webhook secret can invent money."""
    named = {
        "STRIPE_WEBHOOK_SECRETS": settings.STRIPE_WEBHOOK_SECRETS,
        "SEPAY_WEBHOOK_SECRETS": settings.SEPAY_WEBHOOK_SECRETS,
        "SIMULATED_BANK_SECRET": [settings.SIMULATED_BANK_SECRET] if settings.SIMULATED_BANK_SECRET else [],
    }
    return [
        Error(f"{name} holds a secret of fewer than {SHORTEST_SECRET} characters.", id="payments.E003")
        for name, secrets in named.items()
        if any(len(secret) < SHORTEST_SECRET for secret in secrets)
    ]
