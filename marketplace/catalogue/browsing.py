"""One page of a list: which goods, in which order, and every count beside it. Kept under the catalogue's stamp."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator

from community.places.models import AdminUnit
from marketplace.catalogue.counting import KEPT_SECONDS, Chosen, Counts, count, count_catalogue, read_cells
from marketplace.catalogue.entries import NEWEST, CatalogueEntry, EntryQuerySet
from marketplace.catalogue.keeping import pages
from marketplace.catalogue.nearness import by_nearness, in_rings, near_listings
from marketplace.catalogue.searching import Hit, did_you_mean, looser, matching, search, search_among

PER_PAGE = 24
MOST_LISTED = 100 * PER_PAGE
"""Nobody turns a hundred pages; who wants more narrows the list. Deep pages cost the database all that they skip."""

ORDERS: dict[str, tuple[str, ...]] = {
    "": NEWEST,
    "price": ("-in_stock", "price_dong", "listing"),
    "-price": ("-in_stock", "-price_dong", "-listing"),
    "stars": ("-stars", *NEWEST),
    "name": ("sort_key", "listing"),
}
_HIT_ORDERS: dict[str, Callable[[Hit], tuple[Any, ...]]] = {
    "price": lambda hit: (not hit.in_stock, hit.price_dong, hit.listing),
    "-price": lambda hit: (not hit.in_stock, -hit.price_dong, -hit.listing),
    "stars": lambda hit: (-hit.stars, not hit.in_stock, -hit.listing),
    "name": lambda hit: (hit.sort_key, hit.listing),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """``sort``: a key of ``ORDERS``; without one a search is ranked, and all else comes by nearness to ``near``, or
    newest first. ``least``, ``most``: a price in đồng. ``page`` as it was asked for, whatever that was."""

    text: str = ""
    chosen: Chosen = Chosen()  # noqa: RUF009  # frozen
    least: int | None = None
    most: int | None = None
    sort: str = ""
    near: AdminUnit | None = None
    page: str = "1"

    @property
    def is_narrow_or_sorted(self) -> bool:
        prices = self.least is not None or self.most is not None
        return prices or self.chosen != Chosen() or bool(self.sort) or self.near is not None

    def key(self, *of_catalogue: object) -> str:
        said = (*of_catalogue, self.text, self.chosen, self.least, self.most, self.sort, self.page)
        near = self.near.code if self.near else ""
        return "catalogue.listed.2." + hashlib.blake2b(repr((said, near)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Listed:
    """``listings``: ids, in order. ``read_as``, ``is_more``: as ``searching.Found`` says. ``meant`` and ``fewer``
    (words, how many): what to try when a search found nothing at all; ``only_narrowed``: it found something, of which
    nothing fits what was chosen."""

    listings: tuple[int, ...]
    counts: Counts
    page: int
    read_as: str = ""
    is_more: bool = False
    meant: str = ""
    fewer: tuple[tuple[str, int], ...] = ()
    only_narrowed: bool = False

    @property
    def pages(self) -> Paginator[int]:
        return _pages(self.counts.total)


def listed(entries: EntryQuerySet, wanted: Wanted, *, stamp: str, month: int) -> Listed:
    """``entries``: those that are shown and fit all that was chosen, in no order."""
    key = wanted.key(stamp, month)
    kept = pages.get(key)
    if not isinstance(kept, Listed):
        kept = _searched(entries, wanted, stamp, month) if wanted.text else _browsed(entries, wanted, stamp, month)
        pages.set(key, kept, KEPT_SECONDS)
    return kept


def is_kept(wanted: Wanted, *, stamp: str, month: int) -> bool:
    """Whether ``listed`` would answer without work."""
    return wanted.key(stamp, month) in pages


def _pages(total: int) -> Paginator[int]:
    return Paginator(range(min(total, MOST_LISTED)), PER_PAGE)


def _browsed(entries: EntryQuerySet, wanted: Wanted, stamp: str, month: int) -> Listed:
    counts = count_catalogue(wanted.chosen, stamp=stamp, month=month, least=wanted.least, most=wanted.most)
    page = _pages(counts.total).get_page(wanted.page)
    start = (page.number - 1) * PER_PAGE
    if wanted.near and not wanted.sort:
        provinces = counts.provinces
        if wanted.chosen.province:
            provinces = {wanted.chosen.province: counts.total}
        ids = near_listings(entries, wanted.near, provinces=provinces, start=start, size=PER_PAGE)
    else:
        rows = entries.order_by(*ORDERS[wanted.sort]).values_list("listing", flat=True)
        ids = list(rows[start : start + PER_PAGE])
    return Listed(tuple(ids), counts, page.number)


def _searched(entries: EntryQuerySet, wanted: Wanted, stamp: str, month: int) -> Listed:
    found = search(wanted.text)
    something = bool(found.hits)
    is_cut = found.is_more and wanted.is_narrow_or_sorted
    if is_cut:
        found = search_among(_in_order(entries, wanted), found, wanted.text)
    hits = [hit for hit in found.hits if _costs(hit, wanted)]
    counts = count(((hit.kind(month), 1) for hit in hits), wanted.chosen)
    if is_cut:
        every = matching(CatalogueEntry.objects.shown(), found.words)
        counts = count(read_cells(every, month, wanted.least, wanted.most), wanted.chosen)
        counts = replace(counts, total=len(hits))
    if wanted.chosen != Chosen():
        hits = [hit for hit in hits if wanted.chosen.fits(hit.kind(month))]
    if wanted.sort:
        hits.sort(key=_HIT_ORDERS[wanted.sort])
    elif wanted.near:
        hits = by_nearness(hits, wanted.near)
    page = _pages(counts.total).get_page(wanted.page)
    start = (page.number - 1) * PER_PAGE
    ids = tuple(hit.listing for hit in hits[start : start + PER_PAGE])
    answer = Listed(ids, counts, page.number, read_as=found.read_as, is_more=found.is_more)
    if something:
        return replace(answer, only_narrowed=not counts.total)
    # What could be bought instead is counted without the words: the nearest groups stand beside the empty list.
    everything = count_catalogue(wanted.chosen, stamp=stamp, month=month, least=wanted.least, most=wanted.most)
    counts = replace(everything, total=0)
    return replace(answer, counts=counts, meant=did_you_mean(wanted.text), fewer=tuple(looser(wanted.text)))


def _in_order(entries: EntryQuerySet, wanted: Wanted) -> EntryQuerySet:
    """Which come first where not all can be ranked."""
    if wanted.sort:
        return entries.order_by(*ORDERS[wanted.sort])
    return in_rings(entries, wanted.near) if wanted.near else entries.order_by("-pk")


def _costs(hit: Hit, wanted: Wanted) -> bool:
    return (wanted.least is None or hit.price_dong >= wanted.least) and (
        wanted.most is None or hit.price_dong <= wanted.most
    )
