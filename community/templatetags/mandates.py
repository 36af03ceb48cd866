"""Mandates in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.mandates.acting import MandateOver
from community.mandates.ending import longer_by
from community.mandates.models import Mandate
from community.mandates.sentences import OVER

register = template.Library()
HOUR, DAY = 3600, 86_400


@register.filter
def time_left(mandate: Mandate) -> str:
    """ "2 hours", "6 days"; the last hour in minutes, never "0 minutes"."""
    seconds = int(mandate.left.total_seconds())
    if seconds >= 2 * DAY:
        return ngettext("%(n)s day", "%(n)s days", seconds // DAY) % {"n": seconds // DAY}
    if seconds >= HOUR:
        return ngettext("%(n)s hour", "%(n)s hours", seconds // HOUR) % {"n": seconds // HOUR}
    minutes = max(seconds // 60, 1)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


@register.filter
def more_days(mandate: Mandate) -> list[int]:
    return longer_by(mandate)


@register.filter
def over_words(over: MandateOver) -> str:
    return str(OVER[over.why])


@register.filter
def how_given(mandate: Mandate) -> str:
    """ "Hồ Thị Lan said yes (PIN on the helper's phone)"."""
    way = mandate.get_way_display()
    if mandate.way == Mandate.Way.PAPER:
        told = {"signer": mandate.signed_by, "second": mandate.confirmed_by.name if mandate.confirmed_by else ""}
        if told["second"]:
            return _("Paper signed by %(signer)s, confirmed by %(second)s") % told
        return _("Paper signed by %(signer)s, not confirmed yet") % told
    giver = mandate.given_by.name if mandate.given_by else ""
    return _("%(giver)s said yes (%(way)s)") % {"giver": giver, "way": way}
