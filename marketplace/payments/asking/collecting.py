"""Who receives a buyer's bank transfer: each cooperative on its own account, or the market for all of an order.

Collecting for others is licensed business (Decree 52/2024): the market does it only when the operator names the basis.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet

from marketplace.orders.models import Parcel
from marketplace.payments.models import Payment
from marketplace.payments.providers.registry import simulated_is_on
from marketplace.payments.states import ProviderCode
from marketplace.receiving.models import FeedCode, ReceivingAccount

PLATFORM = "platform"


def market_collects() -> bool:
    """Is the market set up to collect? Half a configuration is none: then the cooperatives receive themselves."""
    return settings.PAYMENTS_COLLECT == PLATFORM and bool(settings.PAYMENTS_COLLECT_BASIS)


def asks_whole_order(payments: Iterable[Payment]) -> bool:
    """Does this order ask for one transfer over all parcels? What was asked before decides, else the setting:

    a changed setting must not ask somebody twice.
    """
    transfers = [payment for payment in payments if payment.provider == ProviderCode.VIETQR]
    if not transfers:
        return market_collects()
    return max(transfers, key=lambda payment: payment.pk).parcel_id is None


def account_for(parcel: Parcel | None) -> ReceivingAccount | None:
    """The active account of the parcel's cooperative, or (None) of the market; simulated only where money is play."""
    accounts = _usable().filter(cooperative=parcel.cooperative if parcel else None)
    return accounts.order_by("-pk").first()


def accounts_in_use(cooperatives: Iterable[int]) -> set[int]:
    """Which of these cooperatives can receive transfers now. One query."""
    rows = _usable().filter(cooperative__in=list(cooperatives)).values_list("cooperative_id", flat=True)
    return {pk for pk in rows if pk is not None}


def _usable() -> QuerySet[ReceivingAccount]:
    accounts = ReceivingAccount.objects.filter(active=True)
    return accounts if simulated_is_on() else accounts.exclude(feed=FeedCode.SIMULATED)
