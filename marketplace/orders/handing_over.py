"""After a parcel has left: who says that it arrived, and what may be put right. Why not more: decision 0109."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.models import Parcel
from marketplace.orders.moving import move_parcel
from marketplace.orders.states import SELLER, ParcelStatus

UNDO_FOR = timedelta(hours=1)


class TooLate(DomainError):
    """``too_late``: the parcel is not in a state that this still fits, or its time is over."""


def may_undo_delivered(parcel: Parcel) -> bool:
    """The seller's own word of the last hour."""
    told = parcel.status == ParcelStatus.DELIVERED and parcel.delivered_by == SELLER
    return told and parcel.delivered_at is not None and parcel.delivered_at > clock.now() - UNDO_FOR


@transaction.atomic
def undo_delivered(*, parcel: Parcel, actor: Actor) -> Parcel:
    """Pressed by mistake: it is on its way again. Raises ``ParcelMoved`` where :func:`may_undo_delivered` says no."""
    fresh = Q(delivered_by=SELLER, delivered_at__gt=clock.now() - UNDO_FOR)
    return move_parcel(
        parcel=parcel,
        to=ParcelStatus.SHIPPED,
        only_from=ParcelStatus.DELIVERED,
        only_if=fresh,
        actor=actor,
        delivered_at=None,
        delivered_by="",
    )


@transaction.atomic
def change_carrier(*, parcel: Parcel, courier: str, courier_code: str, actor: Actor) -> Parcel:
    """Another carrier or number than was written when it left; the buyer reads the new one. Raises :class:`TooLate`."""
    on_way = Parcel.objects.filter(pk=parcel.pk, status=ParcelStatus.SHIPPED)
    if not on_way.update(courier=courier, courier_code=courier_code):
        raise TooLate("too_late")
    parcel.refresh_from_db()
    record(actor=actor, action="parcel.carrier_changed", subject=parcel, cooperative=parcel.cooperative, to=courier)
    return parcel
