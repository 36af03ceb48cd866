"""Refuse to start with money settings that contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from marketplace.payments.feeds.configured import BANK_FEEDS, feed_is_heard

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
        "SEPAY_WEBHOOK_API_KEYS": settings.SEPAY_WEBHOOK_API_KEYS,
        "PAYOS_CHECKSUM_KEYS": settings.PAYOS_CHECKSUM_KEYS,
        "CASSO_WEBHOOK_SECRETS": settings.CASSO_WEBHOOK_SECRETS,
        "CASSO_SECURE_TOKENS": settings.CASSO_SECURE_TOKENS,
        "FEED_ACCOUNT_SECRETS": [each.partition(":")[2] for each in settings.FEED_ACCOUNT_SECRETS],
        "SIMULATED_BANK_SECRET": [settings.SIMULATED_BANK_SECRET] if settings.SIMULATED_BANK_SECRET else [],
    }
    return [
        Error(f"{name} holds a secret of fewer than {SHORTEST_SECRET} characters.", id="payments.E003")
        for name, secrets in named.items()
        if any(len(secret) < SHORTEST_SECRET for secret in secrets)
    ]


@register("payments")
def check_collecting_has_a_basis(**_kwargs: Any) -> list[CheckMessage]:
    """payments.E006: receiving other people's money needs a licence, or a partner who has one."""
    if settings.PAYMENTS_COLLECT == "platform" and not settings.PAYMENTS_COLLECT_BASIS:
        return [
            Error(
                "PAYMENTS_COLLECT=platform collects money for others, which is licensed business (Decree 52/2024).",
                hint="Name the licence or the contract with a licensed partner in PAYMENTS_COLLECT_BASIS, or let each"
                " cooperative receive its own money: PAYMENTS_COLLECT=vendor.",
                id="payments.E006",
            )
        ]
    return []


@register("payments")
def check_account_secrets_name_accounts(**_kwargs: Any) -> list[CheckMessage]:
    """payments.E004: a secret that belongs to no account would be read as nothing, and its feed be off in silence."""
    wrong: list[CheckMessage] = [
        Error("FEED_ACCOUNT_SECRETS must read number:secret.", hint="17:a-long-secret,18:another", id="payments.E004")
        for each in settings.FEED_ACCOUNT_SECRETS
        if not each.partition(":")[0].strip().isdigit()
    ]
    return wrong[:1]


@register("payments", Tags.database)
def check_accounts_are_heard(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """payments.W005: a receiving account whose feed is off here: money comes and nobody tells (`check --database`)."""
    if not databases:
        return []
    accounts = import_module("marketplace.receiving.models").ReceivingAccount
    try:
        watched = list(accounts.objects.filter(active=True, feed__in=BANK_FEEDS).values_list("pk", "feed"))
    except DatabaseError:  # `migrate` checks first: its table may not be there yet, or not as the model has it
        return []
    return [
        Warning(
            f"Receiving account {pk} is told by {feed}, which has no secret here.",
            hint="Set the feed's secrets, or let statements and people tell.",
            id="payments.W005",
        )
        for pk, feed in watched
        if not feed_is_heard(feed, pk)
    ]
