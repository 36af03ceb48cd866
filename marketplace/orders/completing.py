"""An order that gave no trouble ends by itself: some days after delivery the parcel is complete, once it is paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from community.audit.actors import Actor
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved, move_parcel
from marketplace.orders.states import ParcelStatus

DAYS_TO_COMPLAIN = timedelta(days=settings.CLAIM_DAYS)
BATCH = 500
CLOCK = Actor.system("clock")
PAID = Q(on_delivery=False) | Q(paid_at__isnull=False)


def complete_delivered(*, now: datetime, held: models.QuerySet[Any]) -> int:
    """Complete what was delivered over a week before ``now``; how many. Run by the worker's clock.

    ``held``: keys of parcels that may not be completed yet, since something about them is undecided.
    """
    due = Parcel.objects.filter(PAID, status=ParcelStatus.DELIVERED, delivered_at__lt=now - DAYS_TO_COMPLAIN)
    return sum(_complete(parcel, now=now, held=held) for parcel in due.exclude(pk__in=held).order_by("pk")[:BATCH])


def _complete(parcel: Parcel, *, now: datetime, held: models.QuerySet[Any]) -> bool:
    try:
        with transaction.atomic():
            list(Parcel.objects.select_for_update(of=("self",)).filter(pk=parcel.pk))
            if Parcel.objects.filter(pk=parcel.pk, pk__in=held).exists():  # told while we waited for the lock
                return False
            move_parcel(parcel=parcel, to=ParcelStatus.COMPLETED, actor=CLOCK, only_if=PAID, ended_at=now)
    except ParcelMoved:
        return False
    return True
