"""Keeps what a listing can be found, narrowed and counted by in step with its words and with the facts below it.

Verbs of this floor that change words, prices or what is on offer call :func:`recatalogue` in their own transaction.
Facts of the floors below (lots, certificates, sellers) and the calendar are looked over each minute (``sweeping``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from community import clock
from community.places.models import AdminUnit
from community.prepared_reads import fetch_one
from community.text.folding import fold_for_search
from community.text.sorting import sort_key
from marketplace.catalogue import word_index
from marketplace.catalogue.entries import CatalogueEntry, CatalogueStamp, SearchWord, new_stamp
from marketplace.catalogue.figures import Figures, figures_of
from marketplace.catalogue.word_index import IndexedWords, khmer_beginnings, words_of

if TYPE_CHECKING:
    from marketplace.listings.models import Listing

_OLD = ("old_province", "old_district")


def catalogue(listing: Listing) -> None:
    """Write down one listing: its words, and its figures of today. Called when words go live. Idempotent."""
    write_entries([listing])


def recatalogue(product_ids: Iterable[int]) -> None:
    """Figures of these products as they are now, in the caller's transaction."""
    write_figures(set(product_ids), today=clock.today())


@transaction.atomic
def write_entries(listings: Collection[Listing]) -> int:
    """Words and figures; rows are made where there are none. How many were not as they should be."""
    figures = figures_of({each.product_id for each in listings}, today=clock.today())
    known = {each.listing_id: each for each in CatalogueEntry.objects.filter(listing__in=listings)}
    place_words: dict[int, list[str]] = {}
    changed = []
    for listing in sorted(listings, key=lambda each: each.pk):
        entry = known.get(listing.pk) or CatalogueEntry(listing=listing)
        words = _indexed_words(listing, place_words)
        if _take(entry, _words_of_entry(listing, words) | figures[listing.pk]._asdict()):
            entry.save()
            changed.append((entry, words))
    if changed:
        _index(changed)
        new_catalogue()
    return len(changed)


@transaction.atomic
def write_figures(product_ids: Collection[int], *, today: date) -> int:
    """How many rows were not as they should be. What begins or ceases to be shown enters or leaves the index."""
    entries = list(CatalogueEntry.objects.filter(listing__product__in=product_ids).order_by("pk"))
    figures = figures_of(product_ids, today=today) if entries else {}
    changed, moved = [], []
    for entry in entries:
        was_shown = entry.shown
        if _take(entry, figures[entry.listing_id]._asdict()):
            changed.append(entry)
            if entry.shown != was_shown:
                moved.append(entry.pk)
    if changed:
        CatalogueEntry.objects.bulk_update(changed, Figures._fields, batch_size=100)
        place_words: dict[int, list[str]] = {}
        told = CatalogueEntry.objects.select_related("listing__product__cooperative__commune__parent")
        _index([(each, _indexed_words(each.listing, place_words)) for each in told.filter(pk__in=moved)])
        new_catalogue()
    return len(changed)


def new_catalogue() -> None:
    """Whatever was counted before counts no more, from the end of this transaction on. Every writer ends with it: who
    holds the stamp's row waits for no other row any more."""
    if not CatalogueStamp.objects.update(stamp=new_stamp()):
        CatalogueStamp.objects.create(pk=1)


def hide_again(_word: object) -> None:
    """At a yes or no about a photo or telephone (`community.consents`): pages kept before count no more."""
    new_catalogue()


def catalogue_stamp() -> str:
    """ "" before anything was catalogued."""
    row = fetch_one("SELECT stamp FROM marketplace_cataloguestamp ORDER BY id LIMIT 1", ())  # on every page of goods
    return str(row[0]) if row else ""


def _take(entry: CatalogueEntry, facts: dict[str, Any]) -> bool:
    """Write the facts into the object; whether any of them is new."""
    new = {name: value for name, value in facts.items() if getattr(entry, name) != value}
    for name, value in new.items():
        setattr(entry, name, value)
    return bool(new) or entry.pk is None


def _words_of_entry(listing: Listing, words: IndexedWords) -> dict[str, Any]:
    first = listing.photos.all().first()
    return {
        # Every word follows a space, so that " mat" finds words that begin with it and nothing inside others.
        "words": " " + " ".join(dict.fromkeys(fold_for_search(listing.title).split() + list(words.all()))),
        "title_words": f" {' '.join(words.title)} ",
        "sort_key": sort_key(listing.title),
        "photo_id": first.photo_id if first else None,
    }


def _indexed_words(listing: Listing, place_words: dict[int, list[str]]) -> IndexedWords:
    """``place_words``: of communes already looked up, by id."""
    product = listing.product
    commune = product.cooperative.commune
    if commune.pk not in place_words:
        place_words[commune.pk] = [*_place_words(commune), *(_place_words(commune.parent) if commune.parent else [])]
    return IndexedWords(
        title=(*words_of(listing.title, listing.title_en), *khmer_beginnings(listing.title_km)),
        goods=words_of(
            listing.summary, listing.summary_en, listing.summary_km, product.name, product.name_en, product.brand
        ),
        place=words_of(product.cooperative.name, *place_words[commune.pk]),
    )


def _place_words(unit: AdminUnit) -> list[str]:
    """Today's name and the old provinces' and districts' names: people still say "Hòa Bình", "Lục Ngạn"."""
    old = unit.aliases.filter(kind__in=_OLD).order_by("pk").values_list("name", flat=True)
    return [unit.name_with_type, *old]


def _index(entries: Collection[tuple[CatalogueEntry, IndexedWords]]) -> None:
    """Only what is shown can be found."""
    word_index.erase([entry.pk for entry, _words in entries if not entry.shown])
    shown = [(entry.pk, words) for entry, words in entries if entry.shown]
    for pk, words in shown:
        word_index.write(pk, words)
    longest = SearchWord._meta.get_field("word").max_length or 0
    # All at once and in one order: of two approvals with the same new words neither may hold what the other waits for.
    fresh = sorted({word for _pk, words in shown for word in words.all() if len(word) <= longest})
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in fresh], ignore_conflicts=True)
