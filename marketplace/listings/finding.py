"""Which listings a reader may see, with the numbers a card shows: one price, stars valid today, packs left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from community.text.folding import fold_for_search
from marketplace.listings.models import Listing, Offer
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.products.models import Pack

# To be bought here; those for adults after the buyer has said "I am 18 or older" (Law 44/2019, article 16).
SOLD_ONLINE = ("online", "online_age_gated")
# What makes a batch buyable beside being on sale: a whole pack left, of an offer that is on, of goods sold online.
SELLABLE = {
    "pack__offer__on_sale": True,
    "product__sale_mode__in": SOLD_ONLINE,
    "available_base__gte": F("pack__net_quantity_base"),
}


def live_listings(*, today: date) -> QuerySet[Listing]:
    """Live listings annotated with ``price_dong`` (cheapest pack), ``stars`` (0 when none is valid today) and
    ``in_stock``; everything a card or a filter asks for, without a query per row."""
    offers = Offer.objects.filter(pack__product=OuterRef("product"), pack__status="active", on_sale=True)
    ocop = Certificate.objects.valid_on(today).filter(scheme="ocop", products=OuterRef("product"))
    stock = Batch.objects.on_sale(today).filter(product=OuterRef("product"), **SELLABLE)
    cheapest = offers.order_by().values("pack__product").annotate(least=Min("price_dong")).values("least")
    best = ocop.order_by().values("scheme").annotate(most=Max("stars")).values("most")
    return (
        Listing.objects.live()
        .filter(Exists(offers))
        .annotate(price_dong=Subquery(cheapest), stars=Subquery(best), in_stock=Exists(stock))
        .select_related("product__cooperative__commune__parent")
        .prefetch_related("photos__photo__renditions", "product__packs__offer")
    )


def matching(listings: QuerySet[Listing], text: str) -> QuerySet[Listing]:
    """Listings whose folded words begin with every folded word of ``text``: "mat ong" finds "Mật ong rừng"."""
    for word in fold_for_search(text).split():
        listings = listings.filter(Q(entry__words__contains=f" {word}"))
    return listings


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
    sold = {pack.pk: pack for pack in packs if _is_offered(pack)}
    if not sold:
        return {}
    rows = (
        Batch.objects.may_leave(today)
        .filter(pack__in=list(sold), available_base__gt=0)
        .first_expired_first_out()
        .values_list("pack_id", "lot_code", "available_base")
    )
    found: dict[int, StockLeft] = {}
    for pack_id, lot_code, available in rows:
        pack = sold[pack_id]
        if packs_left := available // pack.net_quantity_base:
            before = found.get(pack.product_id, StockLeft(0, lot_code))
            by_id = before.packs_by_id | {pack_id: before.packs_by_id.get(pack_id, 0) + packs_left}
            found[pack.product_id] = StockLeft(before.packs + packs_left, before.lot_code, by_id)
    return found


def _is_offered(pack: Pack) -> bool:
    """As ``SELLABLE`` says, of a pack that is loaded."""
    is_on = pack.status == Pack.Status.ACTIVE and hasattr(pack, "offer") and pack.offer.on_sale
    return is_on and pack.product.sale_mode in SOLD_ONLINE
