"""Which listings a reader may see, and how many packs are left of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from community.composed_reads import rows_of
from marketplace.catalogue.figures import SOLD_ONLINE as SOLD_ONLINE
from marketplace.listings.models import Listing, Offer
from traceability.batches.models import Batch
from traceability.products.models import Pack

Sizes = Mapping[int, tuple[int, int]]
"""By pack id: (product id, net quantity in base units)."""


def live_listings() -> QuerySet[Listing]:
    """Approved words of active goods of active sellers, with a pack on offer."""
    offers = Offer.objects.filter(pack__product=OuterRef("product"), pack__status="active", on_sale=True)
    return Listing.objects.live().filter(Exists(offers))


@dataclass(frozen=True, slots=True)
class StockLeft:
    """Whole packs of a product that can be bought now, and the batch they go from first."""

    packs: int
    lot_code: str
    packs_by_id: dict[int, int] = field(default_factory=dict)


def stock_left(packs: Iterable[Pack], *, today: date) -> dict[int, StockLeft]:
    """By product id, for the packs of a page, loaded with their offers and products; products without stock are absent.

    One query, of one table by a few numbers that are known: a join over a million lots was planned by whatever the
    database believed about them.
    """
    return left_of({pack.pk: (pack.product_id, pack.net_quantity_base) for pack in packs if _is_offered(pack)}, today)


def left_of(sold: Sizes, today: date) -> dict[int, StockLeft]:
    """The same of packs that are on offer, to be sold online. One query; none for none."""
    found: dict[int, StockLeft] = {}
    for pack_id, lot_code, available in rows_of(_lots, list(sold), today):
        product, size = sold[pack_id]
        if packs_left := available // size:
            before = found.get(product, StockLeft(0, lot_code))
            by_id = before.packs_by_id | {pack_id: before.packs_by_id.get(pack_id, 0) + packs_left}
            found[product] = StockLeft(before.packs + packs_left, before.lot_code, by_id)
    return found


def _lots(packs: Collection[int], today: date) -> QuerySet[Any, tuple[Any, ...]]:
    lots = Batch.objects.may_leave(today).filter(pack__in=packs, available_base__gt=0)
    return lots.first_expired_first_out().values_list("pack_id", "lot_code", "available_base")


def _is_offered(pack: Pack) -> bool:
    """As ``SELLABLE`` says, of a pack that is loaded."""
    is_on = pack.status == Pack.Status.ACTIVE and hasattr(pack, "offer") and pack.offer.on_sale
    return is_on and pack.product.sale_mode in SOLD_ONLINE
