"""The one way a parcel changes state: allowed by the table, and by an UPDATE that checks the old state again."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import NEXT_PARCEL, ParcelStatus, order_status_from


class ParcelMoved(DomainError):
    """The parcel is not in a state that allows this, often because somebody else was first.

    Facts: parcel (code), status (now), wanted, by (name or ""), at (datetime or None), asked: the buyer is being asked
    whether less will do, and until there is an answer nothing moves.
    """


def move_parcel(
    *,
    parcel: Parcel,
    to: ParcelStatus,
    actor: Actor,
    only_from: ParcelStatus | None = None,
    only_if: Q | None = None,
    **stamps: Any,
) -> Parcel:
    """Move ``parcel`` and stamp the given columns; call inside a transaction.

    ``only_from`` narrows what the table allows, for a caller whose work depends on where the parcel was; ``only_if``
    is asked of the row in the same UPDATE.
    Raises :class:`ParcelMoved`, with who did what meanwhile, when the row is no longer where it must be.
    """
    allowed_from = [old for old, new in NEXT_PARCEL.items() if to in new and only_from in (None, old)]
    rows = Parcel.objects.filter(only_if or Q(), pk=parcel.pk, status__in=allowed_from, asked_at=None)
    if not rows.update(status=to, **stamps):
        raise moved(parcel, wanted=to)
    parcel.refresh_from_db()
    refresh_order_status(order_id=parcel.order_id)
    record(actor=actor, action=f"parcel.{to}", subject=parcel, cooperative=parcel.cooperative)
    return parcel


def refresh_order_status(*, order_id: int) -> None:
    """Write what the parcels say; the order never has an opinion of its own.

    The order's row is locked before the parcels are read: of two cooperatives that move their parcels at once, the
    second sees what the first did.
    """
    list(Order.objects.select_for_update().filter(pk=order_id).values_list("pk"))
    parcels = list(Parcel.objects.filter(order_id=order_id))
    owes = any(parcel.owes_on_delivery for parcel in parcels)
    status = order_status_from([parcel.status for parcel in parcels], owes_on_delivery=owes)
    Order.objects.filter(pk=order_id).update(status=status)


def moved(parcel: Parcel, *, wanted: str) -> ParcelMoved:
    """Who did what meanwhile, read anew."""
    now = Parcel.objects.select_related("accepted_by", "packed_by", "shipped_by").get(pk=parcel.pk)
    by, at = {
        ParcelStatus.ACCEPTED: (now.accepted_by, now.accepted_at),
        ParcelStatus.PACKED: (now.packed_by, now.packed_at),
        ParcelStatus.SHIPPED: (now.shipped_by, now.shipped_at),
    }.get(ParcelStatus(now.status), (None, now.ended_at))
    if now.asked_at is not None:
        question = now.shortages.select_related("asked_by").order_by("pk").last()
        by, at = (question.asked_by if question else None), now.asked_at
    return ParcelMoved(
        "parcel_moved",
        parcel=now.code,
        status=now.status,
        wanted=str(wanted),
        by=by.name if by else "",
        at=at,
        asked=now.asked_at is not None,
    )
