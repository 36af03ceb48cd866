"""Delivery in sentences, for buyers and sellers alike: when it comes, what it takes, why something cannot go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import get_language, gettext, gettext_lazy

from community.text.dates import show_date, show_weekday_date
from community.text.money import show_dong
from community.text.quantities import show_quantity
from marketplace.shipping.costing import NoWay, Refusal
from marketplace.shipping.models import DispatchDays, ShippingZone
from marketplace.shipping.promising import Promise

WEEKDAYS = (
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
)


def promise_words(promise: Promise, *, collected: bool = False) -> str:
    """ "Leaves Tue 24 Nov, arrives about 26–28 Nov"; of what is collected: "Ready from Tue 24 Nov"."""
    leaves = show_weekday_date(promise.leaves_on, _language())
    if collected:
        return gettext("Ready to collect from %(day)s") % {"day": leaves}
    days = {"day": leaves, "days": show_days(promise.arrives_from, promise.arrives_until)}
    return gettext("Leaves %(day)s, arrives about %(days)s") % days


def show_days(first: date, last: date) -> str:
    """ "26–28/11" (vi), "26–28 Nov" (en); "28/11–02/12" over the end of a month; one day with its weekday."""
    if first == last:
        return show_weekday_date(first, _language())
    one, other = _short(first), _short(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{other}" if _language() == "en" else f"{first.day:02d}–{other}"
    return f"{one} – {other}" if _language() == "en" else f"{one}–{other}"


def _short(day: date) -> str:
    """ "28/11", "28 Nov"."""
    return show_date(day, _language()).replace(f"/{day.year}", "").replace(f" {day.year}", "")


def weekday_words(days: DispatchDays | None) -> str:
    """ "Monday, Wednesday"; "" where the seller said nothing."""
    return ", ".join(str(name) for day, name in WEEKDAYS if days and days.weekdays >> day & 1)


def tariff_words(zone: ShippingZone) -> str:
    """ "20.000 ₫ up to 2 kg, then 4.000 ₫ for every 1 kg more"."""
    told = {
        "first": show_dong(zone.first_dong),
        "weight": show_quantity(zone.first_grams, "g", _language()),
        "more": show_dong(zone.step_dong),
        "step": show_quantity(zone.step_grams, "g", _language()),
    }
    if not zone.step_dong:
        return gettext("%(first)s, whatever it weighs") % told
    return gettext("%(first)s up to %(weight)s, then %(more)s for every %(step)s more") % told


def refusal_words(no_way: NoWay, *, seller: str, grams: int, cold: Sequence[str]) -> str:
    """Why a parcel cannot go, and what to do. ``cold``: titles of its goods that must stay cold."""
    zone = no_way.zone.shown_name if no_way.zone else ""
    if no_way.why == Refusal.NOT_CHILLED:
        told = {"goods": ", ".join(cold), "seller": seller}
        return (
            gettext(
                "%(goods)s must stay cold on the way, and %(seller)s sends nothing cold there. "
                "Take it out of the basket, or choose another place."
            )
            % told
        )
    if no_way.why == Refusal.TOO_HEAVY:
        told = {
            "weight": show_quantity(grams, "g", _language()),
            "most": show_quantity(no_way.most_grams, "g", _language()),
            "zone": zone,
        }
        return (
            gettext(
                "The parcel would weigh %(weight)s; at most %(most)s go there at once (%(zone)s). "
                "Order less, or in two orders."
            )
            % told
        )
    if no_way.why == Refusal.POINT_CLOSED:
        return gettext("Nothing is collected there any more. Choose another way.")
    return gettext("%(seller)s does not send there.") % {"seller": seller}


def _language() -> str:
    return (get_language() or "vi")[:2]
