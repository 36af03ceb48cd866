"""The first photo of products and their full names, for rows of a basket or an order."""

from __future__ import annotations

from collections.abc import Iterable

from community.photos.models import Photo
from community.photos.rendering import with_sizes
from community.text.folding import fold
from marketplace.basket.quoting import Quote, QuotedLine, QuotedParcel
from marketplace.listings.models import ListingPhoto
from traceability.products.models import Pack

PicturedParcel = tuple[QuotedParcel, list[tuple[QuotedLine, Photo | None, str]]]


def pictures_of(product_ids: Iterable[int]) -> dict[int, Photo]:
    """By product id, in two queries; products without a photo are absent."""
    rows = (
        ListingPhoto.objects.filter(listing__product_id__in=set(product_ids), photo__is_withheld=False)
        .select_related("photo", "listing")
        .prefetch_related(with_sizes("photo"))
        .order_by("sort_order", "pk")
    )
    found: dict[int, Photo] = {}
    for row in rows:
        found.setdefault(row.listing.product_id, row.photo)
    return found


def pictured(quote: Quote) -> list[PicturedParcel]:
    """The parcels of a basket, each line with its photo and its full name."""
    pictures = pictures_of(line.pack.product_id for line in quote.lines)
    return [
        (parcel, [(line, pictures.get(line.pack.product_id), name_of(line.pack)) for line in parcel.lines])
        for parcel in quote.parcels
    ]


def name_of(pack: Pack) -> str:
    """ "Gạo thơm ST25, túi 5 kg", also where the title says the pack already."""
    listing = getattr(pack.product, "listing", None)
    title = listing.shown_title if listing else pack.product.shown_name
    return title if fold(pack.shown_name) in fold(title) else f"{title}, {pack.shown_name}"
