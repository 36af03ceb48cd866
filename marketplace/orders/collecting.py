"""Parcels that their buyers collect: the moment one changes hands."""

from __future__ import annotations

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from marketplace.orders.fulfilling import sell_packed
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved, move_parcel
from marketplace.orders.states import SELLER, ParcelStatus


@transaction.atomic
def hand_over_parcel(*, parcel: Parcel, actor: Actor) -> Parcel:
    """The buyer stood there and took it: it has left and arrived at once. Raises ``ParcelMoved``, ``WrongPick``."""
    if not parcel.pick_up_at:
        raise ParcelMoved("parcel_moved", parcel=parcel.code, status=parcel.status, wanted="collected", by="", at=None)
    now = clock.now()
    parcel = move_parcel(
        parcel=parcel,
        to=ParcelStatus.SHIPPED,
        only_from=ParcelStatus.PACKED,
        actor=actor,
        shipped_at=now,
        shipped_by=actor.user,
    )
    sell_packed(parcel=parcel, actor=actor)
    return move_parcel(parcel=parcel, to=ParcelStatus.DELIVERED, actor=actor, delivered_at=now, delivered_by=SELLER)
