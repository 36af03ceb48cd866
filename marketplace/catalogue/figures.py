"""What of a product is narrowed, sorted and counted by, on one day: as the tables of both floors say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import F, Max, Min, QuerySet

from community.composed_reads import rows_of
from marketplace.catalogue.entries import band_of
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.products.models import Pack, Product

# To be bought here; those for adults after the buyer has said "I am 18 or older" (Law 44/2019, article 16).
SOLD_ONLINE = ("online", "online_age_gated")
# What makes a batch buyable beside being on sale: a whole pack left, of an offer that is on, of goods sold online.
SELLABLE = {
    "pack__offer__on_sale": True,
    "product__sale_mode__in": SOLD_ONLINE,
    "available_base__gte": F("pack__net_quantity_base"),
}


class Figures(NamedTuple):
    """The columns of ``CatalogueEntry`` that follow from other tables."""

    shown: bool
    ocop_group: str
    province: str
    commune: str
    stars: int
    price_dong: int
    price_band: int
    in_stock: bool
    season: int
    listed_at: datetime


def season_bits(months: Collection[int]) -> int:
    """[1, 12] → 0b100000000001. Months that are none are left out."""
    return sum(1 << (month - 1) for month in {*months} if month in range(1, 13))


def stars_of(product_ids: Collection[int], *, today: date) -> dict[int, int]:
    """By product id, the most OCOP stars of a certificate valid on the day; products without one are absent."""
    return dict(rows_of(_most_stars, product_ids, today))


def _most_stars(products: Collection[int], today: date) -> QuerySet[Any, tuple[Any, ...]]:
    papers = Certificate.objects.valid_on(today).filter(scheme="ocop", products__in=products, stars__gt=0)
    return papers.order_by().values_list("products").annotate(Max("stars"))


def figures_of(product_ids: Collection[int], *, today: date) -> dict[int, Figures]:
    """By listing id, for the listings of these products. Four queries, whatever the number."""
    ids = list(product_ids)
    offered = Pack.objects.filter(product__in=ids, status="active", offer__on_sale=True)
    prices = dict(offered.order_by().values_list("product").annotate(Min("offer__price_dong")))
    stars = stars_of(ids, today=today)
    lots = Batch.objects.on_sale(today).filter(product__in=ids, **SELLABLE)
    in_stock = set(lots.order_by().values_list("product", flat=True).distinct())
    rows = Product.objects.filter(pk__in=ids, listing__isnull=False).values_list(
        "listing__pk",
        "listing__live",
        "pk",
        "status",
        "cooperative__status",
        "ocop_subgroup",
        "cooperative__commune__code",
        "cooperative__commune__parent__code",
        "season_months",
        "created_at",
    )
    found = {}
    for pk, live, product, status, seller, subgroup, commune, province, months, created in rows:
        price = prices.get(product, 0)
        found[pk] = Figures(
            shown=live and status == seller == "active" and product in prices,
            ocop_group=subgroup.split(".")[0],
            province=province or "",
            commune=commune,
            stars=stars.get(product, 0),
            price_dong=price,
            price_band=band_of(price),
            in_stock=product in in_stock,
            season=season_bits(months or []),
            listed_at=created,
        )
    return found
