"""A paid order that nobody accepts: the cooperative is reminded once, and the staff see it (``late_to_accept``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext, override

from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from marketplace.orders.links import parcel_link
from marketplace.orders.models import Parcel, ParcelQuerySet
from marketplace.orders.states import ParcelStatus

REMINDER = "parcel_waiting"
BATCH = 200


def accept_until(parcel: Parcel) -> datetime | None:
    """When the cooperative should have accepted; None for what is not its turn."""
    came = parcel.came_at
    return came + timedelta(hours=settings.ACCEPT_HOURS) if came is not None else None


def late_to_accept(*, now: datetime) -> ParcelQuerySet:
    """Parcels that wait for the seller beyond the time; not those whose buyer is being asked."""
    since = now - timedelta(hours=settings.ACCEPT_HOURS)
    came = Q(paid_at__lt=since) | Q(on_delivery=True, paid_at=None, order__placed_at__lt=since)
    return Parcel.objects.filter(came, status=ParcelStatus.NEW, asked_at=None)


def remind_late(*, now: datetime) -> int:
    """One message a parcel; how many were queued. Run by the worker's clock."""
    told = OutboxMessage.objects.filter(kind=REMINDER, key=OuterRef("code"))
    waits = late_to_accept(now=now).filter(~Exists(told)).select_related("cooperative", "order")
    reached = (parcel for parcel in waits.order_by("pk").iterator() if parcel.cooperative.message_phone)
    return sum(_remind(parcel) is not None for parcel in islice(reached, BATCH))


def _remind(parcel: Parcel) -> OutboxMessage | None:
    with override("vi"):
        text = gettext("Order %(code)s still waits for you. Accept it, or say what is missing: %(link)s") % {
            "code": parcel.code,
            "link": parcel_link(parcel),
        }
    return queue_message(
        kind=REMINDER,
        key=parcel.code,
        to=parcel.cooperative.message_phone,
        channel="sms",
        language="vi",
        text=text,
        about=parcel,
    )
