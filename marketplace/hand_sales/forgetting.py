"""Who bought by telephone is forgotten: when the seller presses it, or when accounts need not be kept any longer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.hand_sales.models import HandSale

NAMED = ~Q(buyer_name="", buyer_phone="")


@transaction.atomic
def forget_buyer(*, sale: HandSale, actor: Actor) -> HandSale:
    """Empty name and telephone; a second time changes nothing."""
    if HandSale.objects.filter(NAMED, pk=sale.pk).update(buyer_name="", buyer_phone="", erased_at=clock.now()):
        record(actor=actor, action="hand_sale.buyer_erased", subject=sale, cooperative=sale.cooperative)
    sale.refresh_from_db()
    return sale


def forget_old_buyers(*, now: datetime) -> int:
    """The clock's part, after as many years as orders are kept; how many."""
    before = now.replace(month=1, day=1) if (now.month, now.day) == (2, 29) else now
    before = before.replace(year=now.year - settings.ORDERS_KEPT_YEARS)
    old = HandSale.objects.filter(NAMED, written_at__lt=before).select_related("cooperative")
    return sum(forget_buyer(sale=sale, actor=Actor.system("clock")).erased_at is not None for sale in old[:200])
