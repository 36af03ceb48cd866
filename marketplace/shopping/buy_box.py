"""The "buy more" button of a passport: where this batch's pack is sold today and for how much."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext, override

from community.text.money import show_dong
from marketplace.basket.filling import NotForSale, sellable_pack
from traceability.batches.models import Batch
from traceability.passport.buy_box import BuyBox, register


def offer_of(batch: Batch, language: str) -> BuyBox | None:
    """None when the pack is not sold online now, or the batch has none."""
    if batch.pack is None:
        return None
    try:
        pack = sellable_pack(batch.pack.code)
    except NotForSale:
        return None
    with override(language):
        label = gettext("Buy more · %(price)s") % {"price": show_dong(pack.offer.price_dong)}
        return BuyBox(url=reverse("shopping:buy", args=[pack.code]), label=label, price_dong=pack.offer.price_dong)


def offer_to_passports() -> None:
    """Called once at start: the floor below knows no shop, so the shop comes to it."""
    register(offer_of)
