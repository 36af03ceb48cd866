"""Ask the card provider for its balance, by the clock: what it kept, what it sent to the bank, what lies there now."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from marketplace.ledger.accounts import clearing
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.models import BalanceLine, Capture, ToldBalance
from marketplace.payments.providers.registry import stripe_provider
from marketplace.payments.states import SourceCode
from marketplace.payments.treasury.balance_lines import book_fees, hear_of_lines
from marketplace.payments.treasury.provider_payouts import hear_of_payout

log = logging.getLogger(__name__)

# Payouts change their state for days after they were made; lines do not, but may come late.
LOOK_BACK = timedelta(days=8)


def ask_provider_balance(*, now: datetime) -> int:
    """Keep and book what is new; returns how many movements were. Call outside a transaction."""
    provider = stripe_provider()
    since = _since()
    if provider is None or since is None:
        return 0
    try:
        lines = list(provider.balance_lines(since=since))
        payouts = list(provider.payouts(since=since))
        lies = provider.balance_now()
    except ProviderFailed as failure:
        log.warning("the card provider could not be asked for its balance: %s", failure.code)
        return 0
    fresh = hear_of_lines(lines)
    for payout in sorted(payouts, key=lambda one: one.at):
        hear_of_payout(payout)
    for currency, amount in lies.items():
        _keep_balance(amount, currency, now, livemode=provider.livemode)
    book_fees()
    return fresh


def _since() -> datetime | None:
    """From a little before the last thing told; at first, from the first money that came. None: nothing came yet."""
    last = BalanceLine.objects.filter(source=SourceCode.STRIPE).order_by("-at").values_list("at", flat=True).first()
    if last is not None:
        return last - LOOK_BACK
    first = Capture.objects.filter(provider=SourceCode.STRIPE).order_by("booked_at").values_list("booked_at", flat=True)
    earliest = first.first()
    return earliest - timedelta(days=1) if earliest is not None else None


def _keep_balance(amount: int, currency: str, at: datetime, *, livemode: bool) -> None:
    """Only when it changed: the same figure every ten minutes says nothing, nor does a currency never used."""
    known = {"place": clearing(SourceCode.STRIPE).code, "livemode": livemode, "currency": currency}
    last = ToldBalance.objects.filter(**known).order_by("-at", "-pk").first()
    nothing = last is None and currency != "VND" and not amount
    if not nothing and (last is None or last.amount_dong != amount):
        ToldBalance.objects.create(at=at, amount_dong=amount, told_by=SourceCode.STRIPE, **known)
