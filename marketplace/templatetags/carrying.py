"""What pages say of a parcel on its way."""

from __future__ import annotations

from django import template

from marketplace.orders.handing_over import may_undo_delivered
from marketplace.orders.models import Parcel
from marketplace.packing.carriers import tracking_link

register = template.Library()


@register.filter
def tracking(parcel: Parcel) -> str:
    """The carrier's page of it, or ""."""
    return tracking_link(parcel.courier, parcel.courier_code)


@register.filter
def may_take_back_delivered(parcel: Parcel) -> bool:
    return may_undo_delivered(parcel)
