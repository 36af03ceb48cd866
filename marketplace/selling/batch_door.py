"""From a batch to its sale: what the tile on the batch's page says, and where one sells it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from community.text.money import show_dong
from marketplace.listings.finding import SOLD_ONLINE
from marketplace.listings.models import Offer
from marketplace.listings.standing import Review, standing_of
from traceability.batches.models import Batch
from traceability.fieldwork.sale_door import SaleDoor, register
from traceability.products.models import Pack


def door_of(batch: Batch) -> SaleDoor | None:
    """The price of what is on sale; for what is not, why not, and the page of the goods where that is mended."""
    if batch.pack is None or batch.pack.status != Pack.Status.ACTIVE:
        return None
    offer = Offer.objects.filter(pack=batch.pack, pack__product__listing__isnull=False).first()
    product = batch.product
    if offer is None or product.is_archived or product.sale_mode not in SOLD_ONLINE:
        return None
    standing = standing_of(product.listing)
    if standing.live and offer.on_sale:
        title = _("On sale · %(price)s") % {"price": show_dong(offer.price_dong)}
        return SaleDoor(reverse("selling:price", args=[batch.pack.code]), title, _("Change the price"))
    if standing.live:
        why = _("Selling was stopped")
    elif standing.review == Review.WAITING:
        why = _("The market is looking at these goods")
    else:
        why = _("These goods are not in the shop yet")
    return SaleDoor(reverse("selling:listing", args=[product.code]), _("Sell this batch"), why)


def show_on_batches() -> None:
    """Called once at start: the floor below knows no shop, so the shop comes to it."""
    register(door_of)
