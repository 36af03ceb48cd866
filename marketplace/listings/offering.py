"""Putting goods on the market: product, pack, price and words in one act, then off to the moderators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from marketplace.listings.drafting import (
    OTHER_WORDS,
    Described,
    DraftClosed,
    close_draft,
    described,
    missing_screen,
)
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.writing import BadListing, Words, send_for_review, set_price, start_listing
from traceability.balance.submitting import ask_cover
from traceability.batches.numbering import GtinTaken, assign_gtin
from traceability.certificates.models import Certificate
from traceability.products.models import Pack, Product, ProductLine, new_product_code

STRONG_SPIRIT_PERCENT = Decimal(15)
"""From here on spirits may not be sold over the internet (Law 44/2019, article 16)."""


@dataclass(frozen=True, slots=True)
class NewGoods:
    """What it is, as facts. ``abv_percent`` for drinks with alcohol only."""

    line: ProductLine
    name: str
    ocop_subgroup: str
    name_en: str = ""
    name_km: str = ""
    shelf_life_days: int | None = None
    abv_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewPack:
    """What one buys: so much of it, in whole base units (g, ml, piece)."""

    name: str
    net_quantity_base: int
    base_unit: str
    ship_weight_g: int
    name_en: str = ""
    gtin: str | None = None


@transaction.atomic
def list_product(
    *,
    cooperative: Cooperative,
    goods: NewGoods,
    pack: NewPack,
    price_dong: int,
    words: Words,
    photos: Sequence[Photo],
    actor: Actor,
    code: str = "",
) -> Listing:
    """Create product, pack, offer and listing, and send it for review; all or nothing. ``code``: the product's, when
    somebody has been shown it already.

    Raises ``BadListing``: price_out_of_range, no_photo, gtin_taken (fact: gtin).
    """
    product = product_of(cooperative, goods, code=code)
    product.photo = photos[0] if photos else None
    product.save()
    part = actor.as_part()
    set_price(pack=_new_pack(product, pack, actor=part), price_dong=price_dong, actor=part)
    listing = start_listing(product=product, words=words, photos=photos, actor=part)
    return send_for_review(listing=listing, actor=actor)


def product_of(cooperative: Cooperative, goods: NewGoods, *, code: str = "") -> Product:
    """Not saved."""
    return Product(
        code=code or new_product_code(),
        cooperative=cooperative,
        line=goods.line,
        name=goods.name,
        name_en=goods.name_en,
        name_km=goods.name_km,
        ocop_subgroup=goods.ocop_subgroup,
        shelf_life_days=goods.shelf_life_days,
        abv_percent=goods.abv_percent,
        sale_mode=sale_mode_of(goods.abv_percent),
    )


def pack_of(product: Product, wanted: NewPack) -> Pack:
    """Not saved, and without its number."""
    return Pack(
        product=product,
        name=wanted.name,
        name_en=wanted.name_en,
        net_quantity_base=wanted.net_quantity_base,
        base_unit=wanted.base_unit,
        ship_weight_g=wanted.ship_weight_g,
    )


def sale_mode_of(abv_percent: Decimal | None) -> Product.SaleMode:
    if not abv_percent:
        return Product.SaleMode.ONLINE
    return Product.SaleMode.SHOWCASE if abv_percent >= STRONG_SPIRIT_PERCENT else Product.SaleMode.AGE_GATED


def _new_pack(product: Product, wanted: NewPack, *, actor: Actor) -> Pack:
    pack = pack_of(product, wanted)
    pack.save()
    if not wanted.gtin:
        return pack
    try:
        return assign_gtin(pack=pack, gtin=wanted.gtin, actor=actor)
    except GtinTaken as clash:
        raise BadListing("gtin_taken", gtin=wanted.gtin) from clash


@transaction.atomic
def send_draft(*, draft: ListingDraft, actor: Actor) -> Listing:
    """Turn a finished draft into goods. The second press answers with what the first one made.

    Raises ``BadListing`` (incomplete, fact: screen; and those of :func:`list_product`) or ``DraftClosed``.
    """
    if not close_draft(draft):
        sent = Listing.objects.filter(draft=draft.pk).first()
        if sent is None:
            raise DraftClosed("draft_closed")
        return sent
    draft = ListingDraft.objects.select_related("photo", "cooperative").get(pk=draft.pk)
    if (screen := missing_screen(draft)) is not None:
        raise BadListing("incomplete", screen=screen)
    said = described(draft)
    listing = _list_described(draft, said, actor=actor)
    ListingDraft.objects.filter(pk=draft.pk).update(listing=listing)
    for paper in Certificate.objects.of_cooperative(draft.cooperative).filter(pk__in=said.papers):
        ask_cover(certificate=paper, product=listing.product, actor=actor.as_part())
    return listing


def _list_described(draft: ListingDraft, said: Described, *, actor: Actor) -> Listing:
    assert draft.photo is not None
    return list_product(
        cooperative=draft.cooperative,
        goods=goods_of(said),
        pack=new_pack_of(said),
        price_dong=said.price_dong,
        words=words_of(said),
        photos=[draft.photo],
        actor=actor,
        code=draft.code,
    )


def words_of(said: Described) -> Words:
    return Words(said.name, **{name: getattr(said, name) for name in ("summary", "story", *OTHER_WORDS)})


def goods_of(said: Described) -> NewGoods:
    return NewGoods(
        line=ProductLine.objects.get(code=said.line),
        name=said.name,
        name_en=said.title_en,
        name_km=said.title_km,
        ocop_subgroup=said.subgroup,
        shelf_life_days=said.shelf_life_days or None,
        abv_percent=said.abv if said.is_alcohol else None,
    )


def new_pack_of(said: Described) -> NewPack:
    return NewPack(
        name=said.pack_name,
        name_en=said.pack_name_en,
        net_quantity_base=said.net_quantity_base,
        base_unit=said.base_unit,
        ship_weight_g=said.ship_weight_g,
        gtin=said.gtin or None,
    )
