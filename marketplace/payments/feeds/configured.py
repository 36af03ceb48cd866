"""Which bank feeds this site listens to. A feed without a secret is off: nothing it posts is believed.

Secrets of the operator cover every receiving account. ``FEED_ACCOUNT_SECRETS`` ("17:secret") covers one account, whose
feed posts to its own address: whoever holds that secret can speak of that account only.
"""

from __future__ import annotations

from django.conf import settings

from marketplace.payments.feeds.casso import CassoFeed
from marketplace.payments.feeds.payos import PayosFeed
from marketplace.payments.feeds.sepay import SepayFeed
from marketplace.payments.interface import EventSource
from marketplace.payments.states import SourceCode

BANK_FEEDS = (SourceCode.SEPAY, SourceCode.PAYOS, SourceCode.CASSO)


def secrets_of(code: str, account_id: int | None = None) -> list[str]:
    """Signing secrets of a feed; two while one is being changed."""
    if account_id is not None:
        pairs = (each.partition(":") for each in settings.FEED_ACCOUNT_SECRETS)
        return [secret for key, _, secret in pairs if key.strip() == str(account_id) and secret]
    named = {
        SourceCode.SEPAY: settings.SEPAY_WEBHOOK_SECRETS,
        SourceCode.PAYOS: settings.PAYOS_CHECKSUM_KEYS,
        SourceCode.CASSO: settings.CASSO_WEBHOOK_SECRETS,
    }
    return list(named.get(SourceCode(code), []))


def bank_feed(code: str, account_id: int | None = None) -> EventSource | None:
    """The feed with its secrets, or None when it has none here. Plain tokens count only at the common address."""
    if code not in BANK_FEEDS:
        return None
    secrets = secrets_of(code, account_id)
    tokens = _tokens_of(code) if account_id is None else []
    return _feed(code, secrets, tokens) if secrets or tokens else None


def feed_reader(code: str) -> EventSource | None:
    """A feed that only reads what was accepted before: a secret taken away leaves nothing lying."""
    return _feed(code, [], []) if code in BANK_FEEDS else None


def feed_is_heard(code: str, account_id: int) -> bool:
    """Would anybody tell us that money came to this account?"""
    return bool(secrets_of(code) or _tokens_of(code) or secrets_of(code, account_id))


def _tokens_of(code: str) -> list[str]:
    named = {SourceCode.SEPAY: settings.SEPAY_WEBHOOK_API_KEYS, SourceCode.CASSO: settings.CASSO_SECURE_TOKENS}
    return list(named.get(SourceCode(code), []))


def _feed(code: str, secrets: list[str], tokens: list[str]) -> EventSource:
    if code == SourceCode.PAYOS:
        return PayosFeed(keys=secrets)
    if code == SourceCode.CASSO:
        return CassoFeed(keys=secrets, tokens=tokens)
    return SepayFeed(secrets=secrets, api_keys=tokens)
