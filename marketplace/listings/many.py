"""Many goods put down and many prices changed at once, as a sheet of them says: what ``list_product`` and ``set_price``
do for one, in statements for all of them. Without a photo nothing goes to the moderators: listings stay drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast
from wagtail.models import Revision

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record_many
from community.cooperatives.models import Cooperative
from community.text.slugs import make_slug
from marketplace.listings.models import Listing, Offer
from marketplace.listings.offering import NewGoods, NewPack, pack_of, product_of
from marketplace.listings.writing import MAX_PRICE_DONG, BadListing
from traceability.batches.models import Batch
from traceability.batches.numbering import GtinTaken, assign_gtin
from traceability.batches.touching import touch_pages
from traceability.products.models import Pack, Product

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PricedPack:
    pack: NewPack
    price_dong: int


@dataclass(frozen=True, slots=True)
class DraftGoods:
    """Goods with their packs and first words; ``summary`` is one sentence for buyers."""

    goods: NewGoods
    packs: tuple[PricedPack, ...]
    summary: str
    story: str = ""


@transaction.atomic
def draft_many(
    *, cooperative: Cooperative, wanted: Sequence[DraftGoods], actor: Actor
) -> list[tuple[Product, list[Pack]]]:
    """Product, packs, prices and an unsent listing for each; (product, its packs) in the order of ``wanted``.

    Raises ``BadListing``: price_out_of_range, gtin_taken (fact: gtin); nothing is written then.
    """
    products = Product.objects.bulk_create([product_of(cooperative, one.goods) for one in wanted], batch_size=AT_ONCE)
    record_many(
        actor=actor, action="product.created", cooperative=cooperative, subjects=[(one, {}) for one in products]
    )
    pairs = list(zip(products, wanted, strict=True))
    _list_all(pairs, cooperative, actor)
    return list(
        zip(
            products,
            add_packs(cooperative=cooperative, wanted=[(p, w.packs) for p, w in pairs], actor=actor),
            strict=True,
        )
    )


@transaction.atomic
def add_packs(
    *, cooperative: Cooperative, wanted: Sequence[tuple[Product, Sequence[PricedPack]]], actor: Actor
) -> list[list[Pack]]:
    """Further packs of goods, each with its price, in the order of ``wanted``. Raises as :func:`draft_many`."""
    flat = [(product, one) for product, packs in wanted for one in packs]
    for _product_of, one in flat:
        _check_price(one.price_dong)
    made = Pack.objects.bulk_create([pack_of(product, one.pack) for product, one in flat], batch_size=AT_ONCE)
    Offer.objects.bulk_create(
        [Offer(pack=pack, price_dong=one.price_dong) for pack, (_p, one) in zip(made, flat, strict=True)],
        batch_size=AT_ONCE,
    )
    record_many(
        actor=actor,
        action="pack.created",
        cooperative=cooperative,
        subjects=[(pack, {"price_dong": one.price_dong}) for pack, (_p, one) in zip(made, flat, strict=True)],
    )
    for pack, (_p, one) in zip(made, flat, strict=True):
        if one.pack.gtin:
            try:
                assign_gtin(pack=pack, gtin=one.pack.gtin, actor=actor)
            except GtinTaken as clash:
                raise BadListing("gtin_taken", gtin=one.pack.gtin) from clash
    left = iter(made)
    return [[next(left) for _each in packs] for _product_of, packs in wanted]


@transaction.atomic
def change_prices(*, cooperative: Cooperative, prices: dict[int, int], actor: Actor) -> dict[int, int]:
    """New prices by pack id, at once; answers the old ones of those that changed. Raises ``BadListing``."""
    for price in prices.values():
        _check_price(price)
    changed: dict[int, int] = {}
    ids = sorted(prices)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        rows = Offer.objects.select_for_update(of=("self",)).filter(
            pack__in=some, pack__product__cooperative=cooperative
        )
        offers = [one for one in rows.order_by("pk") if one.price_dong != prices[one.pack_id]]
        told = [(one, {"old_dong": one.price_dong, "new_dong": prices[one.pack_id]}) for one in offers]
        changed |= {one.pack_id: one.price_dong for one in offers}
        for one in offers:
            one.price_dong, one.updated_at = prices[one.pack_id], clock.now()
        Offer.objects.bulk_update(offers, ["price_dong", "updated_at"])
        record_many(actor=actor, action="offer.price_changed", cooperative=cooperative, subjects=told)
        touch_pages(Batch.objects.filter(pack__in=[one.pack_id for one in offers]))
    return changed


def _check_price(price_dong: int) -> None:
    if not 0 < price_dong <= MAX_PRICE_DONG:
        raise BadListing("price_out_of_range", price_dong=price_dong)


def _list_all(pairs: Sequence[tuple[Product, DraftGoods]], cooperative: Cooperative, actor: Actor) -> None:
    """Unsent listings with their first revision, as Wagtail's ``save_revision`` keeps one."""
    slugs = _free_slugs([product.name for product, _one in pairs])
    listings = [
        Listing(
            product=product, slug=slug, title=product.name, title_en=product.name_en, summary=one.summary,
            story=one.story, live=False, has_unpublished_changes=True,
        )
        for (product, one), slug in zip(pairs, slugs, strict=True)
    ]  # fmt: skip
    Listing.objects.bulk_create(listings, batch_size=AT_ONCE)
    kind = ContentType.objects.get_for_model(Listing)
    for listing in listings:
        listing.photos = []
    Revision.objects.bulk_create(
        [
            Revision(
                content_type=kind,
                base_content_type=kind,
                object_id=str(listing.pk),
                object_str=listing.title,
                created_at=clock.now(),
                user=actor.user,
                content=listing.serializable_data(),
            )
            for listing in listings
        ],
        batch_size=AT_ONCE,
    )
    ours = Revision.objects.filter(base_content_type=kind, object_id=Cast(OuterRef("pk"), CharField()))
    for start in range(0, len(listings), AT_ONCE):
        some = [one.pk for one in listings[start : start + AT_ONCE]]
        Listing.objects.filter(pk__in=some).update(latest_revision=Subquery(ours.values("pk")[:1]))
    record_many(
        actor=actor,
        action="listing.started",
        cooperative=cooperative,
        subjects=[(listing, {"slug": listing.slug}) for listing in listings],
    )


def _free_slugs(titles: Sequence[str]) -> list[str]:
    """As ``writing.free_slug``, for many: each address once, none that is taken."""
    taken = set(Listing.objects.values_list("slug", flat=True))
    found = []
    numbers: dict[str, int] = {}
    for title in titles:
        stem = make_slug(title)[:100] or "san-pham"
        slug, number = stem, numbers.get(stem, 1)
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        numbers[stem] = number
        taken.add(slug)
        found.append(slug)
    return found
