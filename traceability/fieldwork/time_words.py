"""Seasons and durations in words: "tháng 3, 4", "8 giờ – 3 ngày"."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from traceability.balance.models import OwnTimes

HOUR, DAY = 60, 24 * 60


def times_words(said: OwnTimes) -> str:
    if said.step:
        return span_words(said.least_minutes, said.most_minutes)
    if not said.months:
        return _("not said")
    return _("months %(months)s") % {"months": ", ".join(str(month) for month in said.months)}


def span_words(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return _("not said")
    if least is None:
        return _("at most %(most)s") % {"most": lasting(most or 0)}
    if most is None:
        return _("at least %(least)s") % {"least": lasting(least)}
    return f"{lasting(least)} – {lasting(most)}"


def lasting(minutes: int) -> str:
    """In whole days from two on, else whole hours, else minutes."""
    if minutes >= 2 * DAY and minutes % DAY == 0:
        return lasting_one(minutes // DAY, DAY)
    if minutes >= HOUR and minutes % HOUR == 0:
        return lasting_one(minutes // HOUR, HOUR)
    return lasting_one(minutes, 1)


def took(minutes: int) -> str:
    """As one says how long something went: "2 ngày 3 giờ", "4 giờ 59 phút", "50 phút"."""
    days, rest = divmod(minutes, DAY)
    hours, left = divmod(rest, HOUR)
    parts = [(days, DAY), (hours, HOUR), (0 if days else left, 1)]
    return " ".join(lasting_one(count, size) for count, size in parts if count) or lasting_one(0, 1)


def lasting_one(count: int, size: int) -> str:
    if size == DAY:
        return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    if size == HOUR:
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
