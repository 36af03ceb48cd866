"""How far a parcel is, step by step, as its buyer follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext

from community.text.dates import show_datetime, show_weekday_date
from marketplace.orders.changes.closing import NO_ANSWER
from marketplace.orders.delivering import promise_of
from marketplace.orders.models import Parcel
from marketplace.orders.states import DEAD_PARCELS, ParcelStatus
from marketplace.payments.showing.summaries import BY_CARD, SHORT, WAITING
from marketplace.shipping.words import promise_words, show_days


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """As components/timeline_item.html shows it; ``kind`` is "" (done) | now | todo | miss."""

    title: str
    when: str = ""
    meta: str = ""
    kind: str = ""


def progress_of(parcel: Parcel, money: str = WAITING) -> list[ProgressStep]:
    """What has happened with its time, what happens now, what will; an ended parcel stops where it ended.

    ``money``: the state of its payment card, which tells how the money is to come.
    """
    done = _done(parcel)
    if parcel.status in DEAD_PARCELS:
        return [*done, ProgressStep(_ending(parcel), _when(parcel.ended_at), _reason(parcel), "miss")]
    passed = len(done) - 1 - (parcel.on_delivery and parcel.paid_at is not None)
    ahead = _ahead(parcel, money)[passed:]
    return done + [
        ProgressStep(title, "", meta, "now" if place == 0 else "todo") for place, (title, meta) in enumerate(ahead)
    ]


def _done(parcel: Parcel) -> list[ProgressStep]:
    moments = [
        (gettext("Order placed"), parcel.order.placed_at, ""),
        (gettext("Money received"), parcel.paid_at, ""),
        (gettext("Accepted by the cooperative"), parcel.accepted_at, ""),
        (gettext("Packed"), parcel.packed_at, ""),
        (gettext("Handed to the courier"), None if parcel.pick_up_at else parcel.shipped_at, _courier(parcel)),
        (gettext("Collected by you") if parcel.pick_up_at else gettext("Delivered"), parcel.delivered_at, ""),
    ]
    told = [(title, moment, meta) for title, moment, meta in moments if moment is not None]
    if parcel.on_delivery:  # the money comes when it comes
        told.sort(key=lambda one: one[1])
    return [ProgressStep(title, _when(moment), meta) for title, moment, meta in told]


def _ahead(parcel: Parcel, money: str) -> list[tuple[str, str]]:
    """The steps after "placed", said as what is going on or to come."""
    is_going = parcel.paid_at is not None or parcel.on_delivery
    promise = promise_of(parcel)
    by = gettext("expected %(day)s") % {"day": _day(latest_day(parcel))} if is_going else _days(parcel)
    leaves = gettext("leaves %(day)s") % {"day": _day(promise.leaves_on)} if promise else ""
    going = [(gettext("Waiting for the courier"), leaves), (gettext("On the way to you"), by)]
    if promise and parcel.shipped_at is None:
        days = show_days(promise.arrives_from, promise.arrives_until)
        going[1] = (going[1][0], gettext("about %(days)s") % {"days": days})
    if parcel.pick_up_at:
        going = [(gettext("Ready: come and collect it"), promise_words(promise, collected=True) if promise else "")]
    first = [] if parcel.on_delivery else [(_waited_for(money), "")]
    last = [(gettext("You transfer the money when it arrives"), "")] if parcel.owes_on_delivery else []
    return [
        *first,
        (gettext("Waiting for the cooperative to accept"), ""),
        (gettext("Being packed"), ""),
        *going,
        *last,
    ]


def _waited_for(money: str) -> str:
    if money == BY_CARD:
        return gettext("Waiting for your payment by card")
    return gettext("Waiting for your transfer") if money in (WAITING, SHORT) else gettext("Waiting for your payment")


def latest_day(parcel: Parcel) -> date:
    """When it should have arrived at the latest: days of the zone, counted from the money or from leaving."""
    if parcel.arrives_until is not None and parcel.shipped_at is None:
        return parcel.arrives_until
    since = parcel.shipped_at or parcel.paid_at or parcel.order.placed_at
    return timezone.localdate(since) + timedelta(days=parcel.days_max)


def _days(parcel: Parcel) -> str:
    days = {"least": parcel.days_min, "most": parcel.days_max}
    return gettext("%(least)s–%(most)s days after your payment") % days


def _ending(parcel: Parcel) -> str:
    return {
        ParcelStatus.CANCELLED: gettext("Cancelled"),
        ParcelStatus.REJECTED: gettext("Refused by the cooperative"),
        ParcelStatus.EXPIRED: gettext("Not paid in time: the goods went back on sale"),
        ParcelStatus.RETURNED: gettext("Went back to the cooperative, not paid"),
    }[ParcelStatus(parcel.status)]


def _reason(parcel: Parcel) -> str:
    known = {"buyer": gettext("by you"), NO_ANSWER: gettext("not all was there, and no answer came")}
    return known.get(parcel.end_reason, parcel.end_reason)


def _courier(parcel: Parcel) -> str:
    return " ".join(part for part in (parcel.courier, parcel.courier_code) if part)


def _when(moment: datetime | None) -> str:
    return show_datetime(moment, _language()) if moment else ""


def _day(day: date) -> str:
    return show_weekday_date(day, _language())


def _language() -> str:
    return (get_language() or "vi")[:2]
