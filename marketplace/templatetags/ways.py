"""`{% load ways %}`: how parcels go, in sentences, on the pages of buyers and sellers."""

from __future__ import annotations

from django import template

from marketplace.basket.quoting import QuotedParcel
from marketplace.orders.delivering import promise_of
from marketplace.orders.models import Parcel
from marketplace.shipping.models import ShippingZone
from marketplace.shipping.promising import Promise
from marketplace.shipping.words import promise_words, refusal_words, tariff_words

register = template.Library()


@register.filter
def comes(parcel: QuotedParcel | Parcel) -> str:
    """ "Leaves Tue 24 Nov, arrives about 26–28 Nov"; "" where nothing was promised."""
    if isinstance(parcel, Parcel):
        promise, collected = promise_of(parcel), bool(parcel.pick_up_at)
    else:
        promise, collected = parcel.promise, parcel.delivery is not None and parcel.delivery.point is not None
    return promise_words(promise, collected=collected) if promise else ""


@register.filter
def promised(promise: Promise | None) -> str:
    return promise_words(promise) if promise else ""


@register.filter
def why_not(parcel: QuotedParcel) -> str:
    """Why a parcel cannot go as it is; "" when it can."""
    if parcel.no_way is None:
        return ""
    cold = [line.pack.product.listing.shown_title for line in parcel.cold_lines]
    return refusal_words(parcel.no_way, seller=parcel.cooperative.name, grams=parcel.load.grams, cold=cold)


@register.filter
def tariff(zone: ShippingZone) -> str:
    """ "20.000 ₫ up to 2 kg, then 4.000 ₫ for every 1 kg more"."""
    return tariff_words(zone)
