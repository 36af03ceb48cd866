"""How goods will look to a buyer, from words that are not live yet: for the seller's and the moderator's preview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext

from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from marketplace.listings.drafting import described
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.shelves import CatalogueCard, shown_unit_price
from traceability.certificates.models import Certificate
from traceability.products.models import Product


@dataclass(frozen=True, slots=True)
class Look:
    """``card`` is what stands on a shelf; the rest is the page behind it."""

    card: CatalogueCard
    story: str
    summary: str
    photos: tuple[Photo, ...]
    seller: Cooperative


@dataclass(frozen=True, slots=True)
class _Price:
    dong: int
    pack_name: str
    unit_price: str


def look_of(listing: Listing, *, today: date) -> Look:
    """Of a listing or of one of its drafts (``get_latest_revision_as_object``), in the reader's language."""
    photos = tuple(each.photo for each in listing.photos.all() if each.photo)
    return Look(
        card=_card(listing.shown_title, listing.product, photos, _cheapest(listing.product), stars_of(listing, today)),
        story=listing.shown_story,
        summary=listing.shown_summary,
        photos=photos,
        seller=listing.product.cooperative,
    )


def look_of_draft(draft: ListingDraft) -> Look:
    said = described(draft)
    unit_price = shown_unit_price(said.price_dong, said.net_quantity_base or 1, said.base_unit)
    photos = (draft.photo,) if draft.photo else ()
    product = Product(cooperative=draft.cooperative, name=said.name)
    return Look(
        card=_card(said.name, product, photos, _Price(said.price_dong, said.shown_pack_name, unit_price), None),
        story=said.story,
        summary=said.summary,
        photos=photos,
        seller=draft.cooperative,
    )


def stars_of(listing: Listing, today: date) -> int | None:
    papers = Certificate.objects.valid_on(today).filter(scheme="ocop", products=listing.product_id)
    return papers.aggregate(most=Max("stars"))["most"]


def _cheapest(product: Product) -> _Price | None:
    packs = [pack for pack in product.packs.select_related("offer") if hasattr(pack, "offer")]
    if not packs:
        return None
    pack = min(packs, key=lambda pack: pack.offer.price_dong)
    price = pack.offer.price_dong
    return _Price(price, pack.shown_name, shown_unit_price(price, pack.net_quantity_base, pack.base_unit))


def _card(
    title: str, product: Product, photos: tuple[Photo, ...], price: _Price | None, stars: int | None
) -> CatalogueCard:
    commune = product.cooperative.commune
    return CatalogueCard(
        url="",
        slug="",
        title=title,
        cooperative_name=product.cooperative.name,
        place=f"{commune.name_with_type}, {commune.parent.name if commune.parent else ''}",
        photo=photos[0] if photos else None,
        stars=stars,
        price_dong=price.dong if price else 0,
        price_is_from=False,
        pack_name=price.pack_name if price else "",
        unit_price=price.unit_price if price else "",
        packs_left=0,
        left=gettext("Shows how many are left once a batch is published"),
        left_kind="",
    )
