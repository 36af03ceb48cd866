"""Many goods put down and many prices changed at once, as a sheet of them says: what ``list_product`` and ``set_price``
do for one, in statements for all of them. Without a photo nothing goes to the moderators: listings stay drafts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast
from wagtail.models import Revision

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record_many
from community.bulk_rows import insert_objects
from community.cooperatives.models import Cooperative
from community.text.slugs import make_slug
from marketplace.catalogue.cataloguing import recatalogue
from marketplace.listings.models import Listing, Offer
from marketplace.listings.offering import NewGoods, NewPack, pack_of, product_of
from marketplace.listings.writing import MAX_PRICE_DONG, BadListing
from traceability.batches.models import Batch
from traceability.batches.numbering import GtinTaken, check_gtin, give_first_gtins
from traceability.batches.touching import touch_pages
from traceability.products.models import GtinRecord, Pack, Product

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


@dataclass(slots=True)
class ReadyPack:
    """``pack`` is not saved; it has its number already."""

    pack: Pack
    price_dong: int


@dataclass(slots=True)
class ReadyGoods:
    """Nothing of it is saved. ``words``: what the first revision of the listing keeps."""

    product: Product
    listing: Listing
    packs: list[ReadyPack]
    words: dict[str, Any]


def ready_goods(*, cooperative: Cooperative, wanted: Sequence[DraftGoods]) -> list[ReadyGoods]:
    """Work out what :func:`write_goods` is to write; changes nothing. Raises as :func:`ready_packs`."""
    return [_ready(cooperative, one) for one in wanted]


def ready_packs(product: Product, wanted: Sequence[PricedPack]) -> list[ReadyPack]:
    """Packs of ``product`` (which may be unsaved), not saved. Raises ``BadListing``: price_out_of_range, gtin_taken
    (fact: gtin); ``BadKey`` and ``BadPrefix`` for a number that is none."""
    made = []
    for one in wanted:
        _check_price(one.price_dong)
        pack = pack_of(product, one.pack)
        if one.pack.gtin:
            try:
                pack.gtin = check_gtin(one.pack.gtin, pack=pack)
            except GtinTaken as clash:
                raise BadListing("gtin_taken", gtin=one.pack.gtin) from clash
        made.append(ReadyPack(pack, one.price_dong))
    return made


@transaction.atomic
def write_goods(*, cooperative: Cooperative, ready: Sequence[ReadyGoods], actor: Actor) -> None:
    """Save product, packs, prices and an unsent listing of each; nobody finds them before they are sent for review.

    Raises ``BadListing``: gtin_taken (fact: gtin), when somebody took a number since; nothing is written then.
    """
    products = [one.product for one in ready]
    insert_objects(products)
    record_many(
        actor=actor, action="product.created", cooperative=cooperative, subjects=[(one, {}) for one in products]
    )
    _list_all(ready, cooperative, actor)
    write_packs(cooperative=cooperative, ready=[pack for one in ready for pack in one.packs], actor=actor)


@transaction.atomic
def write_packs(*, cooperative: Cooperative, ready: Sequence[ReadyPack], actor: Actor) -> None:
    """Save packs of saved goods, each with its price; the caller ends with :func:`recatalogue_packs`.

    Raises as :func:`write_goods`.
    """
    made = _free([one.pack for one in ready])
    insert_objects(made)
    insert_objects([Offer(pack=one.pack, price_dong=one.price_dong) for one in ready])
    record_many(
        actor=actor,
        action="pack.created",
        cooperative=cooperative,
        subjects=[(one.pack, {"price_dong": one.price_dong}) for one in ready],
    )
    give_first_gtins(packs=[pack for pack in made if pack.gtin], cooperative=cooperative, actor=actor)


def add_packs(
    *, cooperative: Cooperative, wanted: Sequence[tuple[Product, Sequence[PricedPack]]], actor: Actor
) -> list[list[Pack]]:
    """Further packs of goods, each with its price, in the order of ``wanted``. Raises as :func:`ready_packs`."""
    ready = [ready_packs(product, packs) for product, packs in wanted]
    with transaction.atomic():
        write_packs(cooperative=cooperative, ready=[pack for packs in ready for pack in packs], actor=actor)
        recatalogue(product.pk for product, _packs in wanted)
    return [[one.pack for one in packs] for packs in ready]


@transaction.atomic
def change_prices(
    *, cooperative: Cooperative, prices: dict[int, int], actor: Actor, catalogued: bool = True
) -> dict[int, int]:
    """New prices by pack id, at once; answers the old ones of those that changed. Raises ``BadListing``.

    ``catalogued=False``: the caller ends with :func:`recatalogue_packs`."""
    for price in prices.values():
        _check_price(price)
    changed: dict[int, int] = {}
    ids = sorted(prices)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        rows = (
            Offer.objects.select_for_update(of=("self",))
            .filter(pack__in=some, pack__product__cooperative=cooperative)
            .select_related("pack")
        )
        offers = [one for one in rows.order_by("pk") if one.price_dong != prices[one.pack_id]]
        told = [(one, {"old_dong": one.price_dong, "new_dong": prices[one.pack_id]}) for one in offers]
        changed |= {one.pack_id: one.price_dong for one in offers}
        for one in offers:
            one.price_dong, one.updated_at = prices[one.pack_id], clock.now()
        Offer.objects.bulk_update(offers, ["price_dong", "updated_at"])
        record_many(actor=actor, action="offer.price_changed", cooperative=cooperative, subjects=told)
        if catalogued:
            recatalogue(one.pack.product_id for one in offers)
        touch_pages(Batch.objects.filter(pack__in=[one.pack_id for one in offers]))
    return changed


def recatalogue_packs(packs: Collection[int]) -> None:
    """The end of long work: the stamp of the catalogue is one row, and no other seller can write it until then."""
    recatalogue(Pack.objects.filter(pk__in=packs).order_by().values_list("product_id", flat=True).distinct())


def _check_price(price_dong: int) -> None:
    if not 0 < price_dong <= MAX_PRICE_DONG:
        raise BadListing("price_out_of_range", price_dong=price_dong)


def _ready(cooperative: Cooperative, wanted: DraftGoods) -> ReadyGoods:
    product = product_of(cooperative, wanted.goods)
    listing = Listing(
        product=product, title=product.name, title_en=product.name_en, title_km=product.name_km,
        summary=wanted.summary, story=wanted.story,
        live=False, has_unpublished_changes=True,
    )  # fmt: skip
    listing.photos = []
    return ReadyGoods(product, listing, ready_packs(product, wanted.packs), listing.serializable_data())


def _free(packs: list[Pack]) -> list[Pack]:
    """These packs, if nobody else took one of their numbers meanwhile."""
    numbers = [pack.gtin for pack in packs if pack.gtin]
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        for rows in (GtinRecord.objects, Pack.objects):
            if taken := rows.filter(gtin__in=some).values_list("gtin", flat=True).first():
                raise BadListing("gtin_taken", gtin=taken)
    return packs


def _list_all(ready: Sequence[ReadyGoods], cooperative: Cooperative, actor: Actor) -> None:
    """Unsent listings with their first revision, as Wagtail's ``save_revision`` keeps one."""
    for one, slug in zip(ready, _free_slugs([one.product.name for one in ready]), strict=True):
        one.listing.slug = slug
    listings = [one.listing for one in ready]
    insert_objects(listings)
    kind = ContentType.objects.get_for_model(Listing)
    now = clock.now()
    insert_objects(
        [
            Revision(
                content_type=kind,
                base_content_type=kind,
                object_id=str(one.listing.pk),
                object_str=one.listing.title,
                created_at=now,
                user=actor.user,
                content=one.words | {"pk": one.listing.pk, "product": one.product.pk, "slug": one.listing.slug},
            )
            for one in ready
        ]
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
