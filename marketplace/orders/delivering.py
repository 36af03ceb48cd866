"""How a parcel gets to its buyer, as it was told when it was ordered: copied onto the row, never read from the seller's

settings again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, override

from marketplace.basket.quoting import QuotedParcel
from marketplace.orders.links import order_link
from marketplace.orders.models import Parcel
from marketplace.orders.telling import tell_buyer
from marketplace.shipping.promising import DispatchRule, Promise, promise, rule_of


def way_of(quoted: QuotedParcel) -> dict[str, Any]:
    """Columns of a new parcel, of a quote with a delivery."""
    way = quoted.delivery
    assert way is not None
    rule, point = rule_of(quoted.cooperative), way.point
    told: dict[str, Any] = {
        "zone_name": point.name if point else way.zone.name if way.zone else "",
        "days_min": way.days_min,
        "days_max": way.days_max,
        "is_chilled": bool(quoted.cold_lines),
        "dispatch_weekdays": rule.weekdays if rule else None,
        "dispatch_cut_off_hour": rule.cut_off_hour if rule else None,
    }
    if point is not None:
        told |= {"pick_up_at": point.place_text, "pick_up_hours": point.hours, "pick_up_phone": point.phone}
    return told | _days(quoted.promise)


def promise_of(parcel: Parcel) -> Promise | None:
    """What the buyer was told; None where the seller named no days."""
    if parcel.leaves_on is None or parcel.arrives_from is None or parcel.arrives_until is None:
        return None
    return Promise(parcel.leaves_on, parcel.arrives_from, parcel.arrives_until)


def promised_again(parcel: Parcel, *, paid_at: datetime) -> dict[str, date | None]:
    """Columns of the promise now that the money has come: by the rule of the order, from the moment of the money."""
    if parcel.dispatch_weekdays is None or parcel.dispatch_cut_off_hour is None:
        return {}
    first, last = parcel.cooperative.holiday_from, parcel.cooperative.holiday_until
    rule = DispatchRule(
        parcel.dispatch_weekdays, parcel.dispatch_cut_off_hour, (first, last) if first and last else None
    )
    return _days(promise(rule, paid_at=paid_at, days_min=parcel.days_min, days_max=parcel.days_max))


def _days(told: Promise | None) -> dict[str, date | None]:
    return {
        "leaves_on": told.leaves_on if told else None,
        "arrives_from": told.arrives_from if told else None,
        "arrives_until": told.arrives_until if told else None,
    }


def tell_ready(parcel: Parcel) -> None:
    """Packed: the buyer may come. Once, also when it is opened and packed again; nothing for what is sent."""
    if not parcel.pick_up_at:
        return
    order = parcel.order
    with override(order.language):
        text = gettext("Order %(code)s is ready. Collect it at %(place)s (%(hours)s): %(link)s") % {
            "code": order.code,
            "place": parcel.pick_up_at,
            "hours": parcel.pick_up_hours,
            "link": order_link(order),
        }
    tell_buyer(order, kind="parcel_ready", key=parcel.code, text=text, about=parcel, seller=parcel.seller_name)
