"""How far a parcel is, as a timeline: who did what and when, what is now, what comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from community.accounts.models import User
from marketplace.orders.changes.closing import NO_ANSWER
from marketplace.orders.models import Parcel
from marketplace.orders.states import DEAD_PARCELS, ParcelStatus
from marketplace.selling.sentences import time_of

BY_BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class Step:
    """As components/timeline_item.html shows it. ``kind``: "" done, now, todo, miss."""

    title: str
    when: str = ""
    meta: str = ""
    kind: str = ""


def progress_of(parcel: Parcel) -> list[Step]:
    if parcel.on_delivery:
        done = [_done(_("Ordered, paid on delivery"), parcel.order.placed_at, None)]
    else:
        done = [_done(_("Paid"), parcel.paid_at, None)]
    paid = [_done(_("Paid"), parcel.paid_at, None)] if parcel.on_delivery and parcel.paid_at else []
    acts = (
        (_("Accepted"), _("Waiting to be accepted"), parcel.accepted_at, parcel.accepted_by, ParcelStatus.NEW),
        (_("Packed"), _("Waiting to be packed"), parcel.packed_at, parcel.packed_by, ParcelStatus.ACCEPTED),
        *_leaving(parcel),
    )
    if parcel.status in DEAD_PARCELS:
        done += [_done(title, at, by) for title, _waiting, at, by, _before in acts if at]
        known = {BY_BUYER: _("by the buyer"), NO_ANSWER: _("not all was there, and the buyer did not answer")}
        why = known.get(parcel.end_reason, parcel.end_reason)
        ended = Step(str(parcel.get_status_display()), time_of(parcel.ended_at), why, "miss")
        return [*done, *paid, ended]
    for title, waiting, at, by, before in acts:
        if at:
            done.append(_done(title, at, by))
        else:
            done.append(Step(waiting, kind="now") if parcel.status == before else Step(title, kind="todo"))
    if parcel.owes_on_delivery:
        is_there = parcel.status == ParcelStatus.DELIVERED
        paid = [Step(_("Waiting for the transfer"), kind="now") if is_there else Step(_("Paid"), kind="todo")]
    return [*done, *paid]


def _leaving(parcel: Parcel) -> tuple[tuple[str, str, datetime | None, User | None, ParcelStatus], ...]:
    if parcel.pick_up_at:
        taken, waits = _("Taken by the buyer"), _("Ready, the buyer comes to collect it")
        return ((taken, waits, parcel.delivered_at, parcel.shipped_by, ParcelStatus.PACKED),)
    return (
        (_("Sent"), _("Waiting to be sent"), parcel.shipped_at, parcel.shipped_by, ParcelStatus.PACKED),
        (_("Delivered"), _("On its way to the buyer"), parcel.delivered_at, None, ParcelStatus.SHIPPED),
    )


def _done(title: str, at: datetime | None, by: User | None) -> Step:
    return Step(title, time_of(at), by.name if by else "")
