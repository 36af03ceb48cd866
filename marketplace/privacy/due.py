"""Buyers' open requests for the staff's one list of what is due about data."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from community.privacy.desk import Due
from marketplace.privacy.models import DataRequest

MOST = 200


def due_of_buyers() -> Iterator[Due]:
    for one in DataRequest.objects.running().select_related("order").order_by("finish_by")[:MOST]:
        by = one.finish_by if one.kind == DataRequest.Kind.ERASE or one.answered_at else one.answer_by
        who = _("Buyer of order %(code)s") % {"code": one.order.code}
        yield Due(str(one.get_kind_display()), who, by, reverse("data_requests:inspect", args=[one.pk]))
