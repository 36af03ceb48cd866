"""`manage.py check --deploy` refuses to go live with half a secret or a demo's freedom.

E001 and E002 also run without --deploy: they are wrong everywhere. Ids are stable; docs/configuration.md lists them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

SECRET_LISTS = (
    "STRIPE_WEBHOOK_SECRETS",
    "SEPAY_WEBHOOK_SECRETS",
    "SEPAY_WEBHOOK_API_KEYS",
    "PAYOS_CHECKSUM_KEYS",
    "CASSO_WEBHOOK_SECRETS",
    "CASSO_SECURE_TOKENS",
)


@register(Tags.security)
def check_everywhere(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.PAYMENTS_ALLOW_SIMULATED and not settings.DEMO:
        found.append(Error("PAYMENTS_ALLOW_SIMULATED pays with invented money.", "Only with DEMO=1.", id="config.E001"))
    if settings.PAYMENTS_ALLOW_SIMULATED and not settings.SIMULATED_BANK_SECRET:
        found.append(Error("The simulated bank has no secret to sign with.", None, id="config.E002"))
    return found


@register(Tags.security, deploy=True)
def check_secrets(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A key whose counterpart is missing takes money and never hears that it came."""
    found: list[CheckMessage] = []
    if settings.STRIPE_SECRET_KEY and not settings.STRIPE_WEBHOOK_SECRETS:
        hint = "Set STRIPE_WEBHOOK_SECRETS, otherwise no card payment is ever confirmed."
        found.append(Error("STRIPE_SECRET_KEY is set without a webhook secret.", hint, id="config.E003"))
    if settings.STRIPE_WEBHOOK_SECRETS and not settings.STRIPE_SECRET_KEY:
        hint = "Set STRIPE_SECRET_KEY, or remove the webhook secrets."
        found.append(Error("STRIPE_WEBHOOK_SECRETS is set without a key.", hint, id="config.E004"))
    if settings.STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_")) and not settings.DEMO:
        found.append(Error("STRIPE_SECRET_KEY is a test key.", "Use a live key.", id="config.E005"))
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5:
        hint = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        found.append(Error("SECRET_KEY is too short to protect sessions.", hint, id="config.E006"))
    short = [name for name in SECRET_LISTS if too_short(getattr(settings, name))]
    found += [Error(f"{name} holds a secret of fewer than 16 characters.", None, id="config.E007") for name in short]
    return found


@register(Tags.security, deploy=True)
def check_shape(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A public site is neither a demo nor in debug mode, and its addresses are https."""
    if settings.DEMO:
        return [
            Warning("DEMO is on: goods and money here are invented.", "Set SECRET_KEY and DEMO=0.", id="config.W001")
        ]
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG shows secrets to visitors.", "Only with DEMO=1.", id="config.E008"))
    for name in ("SITE_URL", "ID_BASE_URL"):
        address = getattr(settings, name)
        if not address.startswith("https://"):
            found.append(Error(f"{name} is {address}: it must be https.", None, id="config.E009"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS lets any name through.", "List the names.", id="config.E010"))
    if not settings.STAFF_MFA_REQUIRED:
        found.append(Error("Staff may sign in without a second factor.", "STAFF_MFA_REQUIRED=1", id="config.E011"))
    return found


@register(Tags.security, deploy=True)
def check_messages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A buyer has no account: what is not sent is never heard of."""
    if settings.OUTBOX_SENDER != "carriers":
        hint = "OUTBOX_SENDER=carriers, and keys of Zalo, eSMS or a mail server."
        told = Warning("Messages stay in a folder: no buyer gets one.", hint, id="config.W002")
        return [] if settings.DEMO else [told]
    esms = (settings.ESMS_API_KEY, settings.ESMS_SECRET_KEY, settings.ESMS_BRANDNAME)
    zalo = (settings.ZALO_APP_ID, settings.ZALO_APP_SECRET, settings.ZALO_REFRESH_TOKEN, settings.ZALO_TEMPLATES)
    found: list[CheckMessage] = []
    if not (all(esms) or all(zalo) or settings.MAIL_IS_SET_UP):
        found.append(Error("OUTBOX_SENDER is carriers, and none is set up.", None, id="config.E012"))
    for name, keys in (("ESMS_", esms), ("ZALO_", zalo)):
        if any(keys) and not all(keys):
            found.append(Error(f"Some of {name}… is set and some is missing.", None, id="config.E013"))
    unknown = sorted(set(settings.OUTBOX_WAYS) - {"zns", "sms", "email"})
    if unknown:
        found.append(Error(f"OUTBOX_WAYS names no such way: {', '.join(unknown)}.", None, id="config.E014"))
    return found


def too_short(secrets: Sequence[str]) -> bool:
    return any(len(secret) < 16 for secret in secrets)
