"""Keeps what a listing can be found by in step with its words, its product and its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from community.places.models import AdminUnit
from community.text.folding import fold_for_search
from community.text.sorting import sort_key
from marketplace.listings.entries import CatalogueEntry

if TYPE_CHECKING:
    from marketplace.listings.models import Listing


def catalogue(listing: Listing) -> CatalogueEntry:
    """Write the folded words of one listing; called when it goes live. Idempotent."""
    product = listing.product
    commune = product.cooperative.commune
    words = [
        listing.title,
        listing.title_en,
        listing.summary,
        product.name,
        product.name_en,
        product.brand,
        product.cooperative.name,
        *_place_words(commune),
        *(_place_words(commune.parent) if commune.parent else []),
    ]
    # Every word follows a space, so that " mat" finds words that begin with it and nothing inside others.
    folded = " " + " ".join(dict.fromkeys(fold_for_search(" ".join(words)).split()))
    entry, _created = CatalogueEntry.objects.update_or_create(
        listing=listing,
        defaults={"words": folded, "ocop_group": product.ocop_group, "sort_key": sort_key(listing.title)},
    )
    return entry


def _place_words(unit: AdminUnit) -> list[str]:
    """Today's name and the old provinces' names: people still say "Hòa Bình"."""
    old = unit.aliases.filter(kind="old_province").values_list("name", flat=True)
    return [unit.name_with_type, *old]
