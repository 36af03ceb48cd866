"""Short rows of product cards, for home pages and stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from community.text.dates import show_weekday_date
from community.text.money import show_dong
from marketplace.listings.finding import SOLD_ONLINE, StockLeft, live_listings, stock_left
from marketplace.listings.models import Listing
from traceability.products.models import Product

FEW = 10


def closed_until(day: date) -> str:
    """ "nghỉ đến thứ Hai 30/11": a seller on holiday."""
    return gettext("Closed until %(day)s") % {"day": show_weekday_date(day, (get_language() or "vi")[:2])}


@dataclass(frozen=True, slots=True)
class CatalogueCard:
    """All that components/product_card.html shows. ``stars`` is None without a certificate valid today; ``left_kind``
    is "" | "few" | "none"."""

    url: str
    slug: str
    title: str
    cooperative_name: str
    place: str
    photo: Photo | None
    stars: int | None
    price_dong: int
    price_is_from: bool
    pack_name: str
    unit_price: str
    packs_left: int
    left: str
    left_kind: str


def shelf(kind: str, limit: int, language: str, **criteria: Any) -> list[CatalogueCard]:
    """Cards for one shelf. ``kind``: ``in_season`` | ``newest_batches`` | ``group`` (``group="1"``) |
    ``stars`` (``stars=5``) | ``chosen`` (``slugs=[…]``, kept in that order)."""
    today = timezone.localdate()
    open_now = live_listings(today=today).exclude(product__cooperative__in=Cooperative.objects.resting(today))
    listings = _of_kind(open_now.filter(in_stock=True), kind, **criteria)
    return cards(list(listings[:limit]), language=language)


def _of_kind(listings: QuerySet[Listing], kind: str, **criteria: Any) -> QuerySet[Listing]:
    if kind == "in_season":
        # JSON containment is not portable to SQLite: seasons are few and the set is small, so ids are chosen here.
        month = timezone.localdate().month
        months = listings.values_list("pk", "product__season_months")
        return listings.filter(pk__in=[pk for pk, season in months if month in (season or [])]).order_by("title")
    if kind == "group":
        return listings.filter(entry__ocop_group=str(criteria["group"])).order_by("title")
    if kind == "stars":
        return listings.filter(stars=criteria["stars"]).order_by("title")
    if kind == "chosen":
        return listings.filter(slug__in=criteria["slugs"])
    return listings.annotate(newest=Max("product__batches__published_at")).order_by("-newest")


def cards(listings: Sequence[Listing], *, language: str) -> list[CatalogueCard]:
    """Cards for listings that came from ``live_listings``; one query for the stock of all of them."""
    packs = [pack for listing in listings for pack in listing.product.packs.all()]
    left = stock_left(packs, today=timezone.localdate())
    with override(language):
        return [card(listing, left.get(listing.product_id)) for listing in listings]


def card(listing: Any, stock: StockLeft | None) -> CatalogueCard:
    """One card in the active language, from a listing of ``live_listings``."""
    packs = [
        pack
        for pack in listing.product.packs.all()
        if pack.status == "active" and hasattr(pack, "offer") and pack.offer.on_sale
    ]
    cheapest = min(packs, key=lambda pack: pack.offer.price_dong)
    first = next(iter(listing.photos.all()), None)
    cooperative = listing.product.cooperative
    left = stock.packs if stock else 0
    until = cooperative.resting_until
    return CatalogueCard(
        url=reverse("shopping:product", args=[listing.slug]),
        slug=listing.slug,
        title=listing.shown_title,
        cooperative_name=cooperative.name,
        place=f"{cooperative.commune.name_with_type}, {cooperative.commune.parent.name}",
        photo=first.photo if first else None,
        stars=listing.stars or None,
        price_dong=cheapest.offer.price_dong,
        price_is_from=len(packs) > 1,
        pack_name=cheapest.shown_name,
        unit_price=shown_unit_price(cheapest.offer.price_dong, cheapest.net_quantity_base, cheapest.base_unit),
        packs_left=left,
        left=closed_until(until) if until else _left_in_words(listing.product, left),
        left_kind="none" if until or not left else "few" if left <= FEW else "",
    )


def _left_in_words(product: Product, left: int) -> str:
    if product.sale_mode not in SOLD_ONLINE:
        return gettext("Only shown, not sold online")
    return gettext("%(count)s left") % {"count": left} if left else gettext("Sold out for now")


def shown_unit_price(price_dong: int, net_quantity_base: int, base_unit: str) -> str:
    """ "39.000 ₫/kg", or "" where a comparison would say nothing."""
    found = unit_price(price_dong, net_quantity_base, base_unit)
    return f"{show_dong(found[0])}/{found[1]}" if found else ""


def unit_price(price_dong: int, net_quantity_base: int, base_unit: str) -> tuple[int, str] | None:
    """Price per kg or litre, rounded half up to 1 ₫; None for pieces and when the pack is exactly 1 kg or 1 l."""
    if base_unit == "piece" or net_quantity_base == 1000:
        return None
    return (price_dong * 1000 + net_quantity_base // 2) // net_quantity_base, "kg" if base_unit == "g" else "l"
