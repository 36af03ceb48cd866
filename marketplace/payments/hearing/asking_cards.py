"""Ask the card provider what became of its sessions, in case webhooks got lost: by the clock, never in a request."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from marketplace.payments.arriving.capturing import record_capture
from marketplace.payments.facts import EndedFact, MoneyFact
from marketplace.payments.hearing.applying import end_payment
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.models import Capture
from marketplace.payments.providers.registry import stripe_provider
from marketplace.payments.states import SourceCode

log = logging.getLogger(__name__)

# A session lives a day at most; a little more for the way.
LOOK_BACK = timedelta(hours=26)


def ask_card_provider(*, now: datetime) -> int:
    """Apply what was not known yet; returns how many payments learnt something. Whatever is known changes nothing."""
    provider = stripe_provider()
    if provider is None:
        return 0
    try:
        told = list(provider.poll(since=now - LOOK_BACK))
    except ProviderFailed as failure:
        log.warning("the card provider could not be asked: %s", failure.code)
        return 0
    paid = [fact for fact in told if isinstance(fact, MoneyFact)]
    numbers = [fact.txn_id for fact in paid]
    known = set(Capture.objects.filter(provider=SourceCode.STRIPE, txn_id__in=numbers).values_list("txn_id", flat=True))
    new = [fact for fact in paid if fact.txn_id not in known]
    learnt = sum(record_capture(fact=fact).outcome not in ("duplicate", "not_ours") for fact in new)
    return learnt + sum(end_payment(fact) for fact in told if isinstance(fact, EndedFact))
