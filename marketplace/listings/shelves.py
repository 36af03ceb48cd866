"""Short rows of product cards, for home pages and stories."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from community.composed_reads import rows_of
from community.cooperatives.models import Cooperative
from community.photos.models import Photo, Rendition
from community.photos.rendering import WIDTH_SPECS
from community.text.dates import show_weekday_date
from community.text.money import show_dong
from marketplace.catalogue.entries import CatalogueEntry, EntryQuerySet
from marketplace.catalogue.figures import SOLD_ONLINE, stars_of
from marketplace.listings.finding import left_of
from marketplace.listings.models import Listing
from marketplace.listings.ratings import Rating
from traceability.products.models import Pack, in_language

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
    rating: Rating | None = None


_PICTURE = ("file", "width", "height", "is_illustration", "is_withheld")
_FACTS = (
    "pk",
    "slug",
    "title",
    "title_en",
    "title_km",
    "product",
    "product__sale_mode",
    "product__cooperative__name",
    "product__cooperative__holiday_from",
    "product__cooperative__holiday_until",
    "product__cooperative__commune__name_with_type",
    "product__cooperative__commune__parent__name",
    "product__rating__count",
    "product__rating__stars_sum",
    "entry__photo",
    *(f"entry__photo__{name}" for name in _PICTURE),
)


class _Row(NamedTuple):
    """A listing with what its card says, in the order of ``_FACTS``."""

    pk: int
    slug: str
    title: str
    title_en: str
    title_km: str
    product: int
    sale_mode: str
    seller: str
    holiday_from: date | None
    holiday_until: date | None
    commune: str
    province: str
    reviews: int | None
    stars_sum: int | None
    photo: int | None
    file: str
    width: int
    height: int
    is_illustration: bool
    is_withheld: bool

    def as_photo(self) -> Photo:
        return Photo.from_db(None, ["id", *_PICTURE], self[-1 - len(_PICTURE) :])

    @property
    def resting_until(self) -> date | None:
        holiday = Cooperative(holiday_from=self.holiday_from, holiday_until=self.holiday_until)
        return holiday.resting_until if self.holiday_from else None


class _Pack(NamedTuple):
    pk: int
    product: int
    name: str
    name_en: str
    size: int
    unit: str
    price_dong: int
    is_sold: bool


def shelf(kind: str, limit: int, language: str, **criteria: Any) -> list[CatalogueCard]:
    """Cards for one shelf. ``kind``: ``in_season`` | ``newest_batches`` | ``group`` (``group="1"``) |
    ``stars`` (``stars=5``) | ``chosen`` (``slugs=[…]``, kept in that order)."""
    today = timezone.localdate()
    resting = Cooperative.objects.resting(today)
    entries = CatalogueEntry.objects.shown().filter(in_stock=True).exclude(listing__product__cooperative__in=resting)
    ids = list(_of_kind(entries, kind, **criteria).values_list("listing", flat=True)[:limit])
    return cards_in_order(ids, today=today, language=language)


def cards_in_order(ids: Sequence[int], *, today: date, language: str) -> list[CatalogueCard]:
    """Of these listings in this order, as they are now; what is not sold any more since a moment is left out.

    Five short questions of the columns that a card shows, whatever the number: whole rows of eight tables took most of
    the time of a page.
    """
    rows = {row.pk: row for row in map(_Row._make, rows_of(_facts, ids))}
    packs = _offered({row.product: row.sale_mode for row in rows.values()})
    sizes = {pack.pk: (pack.product, pack.size) for of in packs.values() for pack in of if pack.is_sold}
    left, stars = left_of(sizes, today), stars_of(list(packs), today=today) if packs else {}
    photos = _photos(rows.values())
    shown = [rows[pk] for pk in ids if pk in rows and rows[pk].product in packs]
    with override(language):
        return [
            _card(
                row,
                packs[row.product],
                left=left[row.product].packs if row.product in left else 0,
                stars=stars.get(row.product),
                photo=photos.get(row.photo),
            )
            for row in shown
        ]


def _facts(ids: Collection[int]) -> QuerySet[Any, tuple[Any, ...]]:
    return Listing.objects.live().filter(pk__in=ids).order_by().values_list(*_FACTS)


def _of_kind(entries: EntryQuerySet, kind: str, **criteria: Any) -> EntryQuerySet:
    by_name = entries.order_by("sort_key", "listing")
    if kind == "in_season":
        return by_name.in_season(timezone.localdate().month)
    if kind == "group":
        return by_name.filter(ocop_group=str(criteria["group"]))
    if kind == "stars":
        return by_name.filter(stars=criteria["stars"])
    if kind == "chosen":
        return entries.filter(listing__slug__in=criteria["slugs"])
    return entries.annotate(newest=Max("listing__product__batches__published_at")).order_by("-newest", "-listing")


def _offered(products: Mapping[int, str]) -> dict[int, list[_Pack]]:
    """Packs on offer by product. ``products``: their sale modes by id."""
    found: dict[int, list[_Pack]] = {}
    for row in rows_of(_on_offer, list(products)):
        found.setdefault(row[1], []).append(_Pack._make((*row, products[row[1]] in SOLD_ONLINE)))
    return found


def _on_offer(products: Collection[int]) -> QuerySet[Any, tuple[Any, ...]]:
    offered = Pack.objects.filter(product__in=products, status=Pack.Status.ACTIVE, offer__on_sale=True)
    names = ("pk", "product", "name", "name_en", "net_quantity_base", "base_unit", "offer__price_dong")
    return offered.order_by("net_quantity_base", "pk").values_list(*names)


def _photos(rows: Collection[_Row]) -> dict[int | None, Photo]:
    """By id, with their sizes."""
    found: dict[int | None, Photo] = {row.photo: row.as_photo() for row in rows if row.photo}
    sizes: dict[int, list[Rendition]] = {photo.pk: [] for photo in found.values()}
    for row in rows_of(_sizes, list(sizes)):
        sizes[row[-1]].append(Rendition.from_db(None, _SIZE, row))
    for photo in found.values():
        photo.prefetched_renditions = sizes[photo.pk]
    return found


_SIZE = ("id", "filter_spec", "file", "width", "height", "image_id")  # as the model has them


def _sizes(photos: Collection[int]) -> QuerySet[Any, tuple[Any, ...]]:
    return Rendition.objects.filter(filter_spec__in=sorted(WIDTH_SPECS), image__in=photos).values_list(*_SIZE)


def _card(row: _Row, packs: Sequence[_Pack], *, left: int, stars: int | None, photo: Photo | None) -> CatalogueCard:
    """One card in the active language."""
    cheapest = min(packs, key=lambda pack: pack.price_dong)
    until = row.resting_until
    return CatalogueCard(
        url=reverse("shopping:product", args=[row.slug]),
        slug=row.slug,
        title=in_language(row.title, row.title_en, row.title_km),
        cooperative_name=row.seller,
        place=f"{row.commune}, {row.province}",
        photo=photo,
        stars=stars,
        price_dong=cheapest.price_dong,
        price_is_from=len(packs) > 1,
        pack_name=in_language(cheapest.name, cheapest.name_en),
        unit_price=shown_unit_price(cheapest.price_dong, cheapest.size, cheapest.unit),
        packs_left=left,
        left=closed_until(until) if until else _left_in_words(left, is_sold=cheapest.is_sold),
        left_kind="none" if until or not left else "few" if left <= FEW else "",
        rating=Rating(count=row.reviews, stars_sum=row.stars_sum or 0) if row.reviews else None,
    )


def _left_in_words(left: int, *, is_sold: bool) -> str:
    if not is_sold:
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
