"""How far a parcel is, as a timeline: who did what and when, what is now, what comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from community.accounts.models import User
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
    done = [_done(_("Paid"), parcel.paid_at, None)]
    acts = (
        (_("Accepted"), _("Waiting to be accepted"), parcel.accepted_at, parcel.accepted_by, ParcelStatus.NEW),
        (_("Packed"), _("Waiting to be packed"), parcel.packed_at, parcel.packed_by, ParcelStatus.ACCEPTED),
        (_("Sent"), _("Waiting to be sent"), parcel.shipped_at, parcel.shipped_by, ParcelStatus.PACKED),
        (_("Delivered"), _("On its way to the buyer"), parcel.delivered_at, None, ParcelStatus.SHIPPED),
    )
    if parcel.status in DEAD_PARCELS:
        done += [_done(title, at, by) for title, _waiting, at, by, _before in acts if at]
        why = _("by the buyer") if parcel.end_reason == BY_BUYER else parcel.end_reason
        ended = Step(str(parcel.get_status_display()), time_of(parcel.ended_at), why, "miss")
        return [*done, ended]
    for title, waiting, at, by, before in acts:
        if at:
            done.append(_done(title, at, by))
        else:
            done.append(Step(waiting, kind="now") if parcel.status == before else Step(title, kind="todo"))
    return done


def _done(title: str, at: datetime | None, by: User | None) -> Step:
    return Step(title, time_of(at), by.name if by else "")
