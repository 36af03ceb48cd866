"""Finding goods by words: without accents, by beginnings, in spite of Telex typed by mistake; ranked.

First what has all words in its title, then with what it is, then with who sells it and where. Among equals: the words
as they were written with accents ("dưa" is not "dừa"), whole words, what is in stock, more stars, newer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from community.text.folding import as_written, fold, fold_for_search
from marketplace.catalogue.counting import Kind
from marketplace.catalogue.entries import EntryQuerySet, SearchWord
from marketplace.catalogue.slips_of_the_hand import SHORTEST, one_letter_off, without_telex
from marketplace.catalogue.word_index import MOST_WORDS, RANKED, TIERS, hits, match_sql, words_of

MOST_READINGS = 12
_COLUMNS = "ocop_group, province, stars, price_band, in_stock, season, price_dong, commune, sort_key, title_words"


class Hit(NamedTuple):
    """A listing that was found, with all a list narrows and sorts by. ``season``: bits, as in ``CatalogueEntry``."""

    listing: int
    group: str
    province: str
    stars: int
    band: int
    in_stock: bool
    season: int
    price_dong: int
    commune: str
    sort_key: str
    title: str

    def kind(self, month: int) -> Kind:
        in_season = bool(self.season >> (month - 1) & 1)
        return Kind(self.group, self.province, self.stars, self.band, self.in_stock, in_season)


@dataclass(frozen=True, slots=True)
class Found:
    """Best first. ``read_as``: what was searched for instead ("banh pia" for "banhs pias"), else "". ``is_more``: only
    as many as are ranked are here. ``words``: those that it was found by."""

    hits: tuple[Hit, ...]
    read_as: str = ""
    is_more: bool = False
    words: tuple[str, ...] = ()


def search(text: str) -> Found:
    """What ``text`` finds; read as Telex when it finds nothing as it stands."""
    written = as_written(text)
    words = words_of(written)[:MOST_WORDS]
    found = _found(words, written)
    if found.hits or not words:
        return found
    bare = tuple(dict.fromkeys(without_telex(word) for word in words))
    again = _found(bare, "") if bare != words else found
    if not again.hits:
        return found
    return replace(again, read_as=spelled(bare, again.hits))


def search_among(entries: EntryQuerySet, found: Found, text: str) -> Found:
    """The same search again, of these alone: of each tier as many as are ranked, in the order of ``entries``. For lists
    that narrow or sort more than can be ranked: what they want may not be among the first of everything."""
    tiers: dict[int, int] = {}
    for tier in range(len(TIERS)):
        if len(tiers) < RANKED:
            rows = matching(entries, found.words, tier).values_list("pk", flat=True)
            tiers = dict.fromkeys(rows[:RANKED], tier) | tiers
    written = "" if found.read_as else as_written(text)
    return replace(_read(tiers, found.words, written), read_as=found.read_as)


def matching(entries: EntryQuerySet, words: Sequence[str], tier: int = len(TIERS) - 1) -> EntryQuerySet:
    """Those of ``entries`` in which all the words begin one."""
    sql, value = match_sql(words, tier)
    return entries.filter(pk__in=RawSQL(sql, [value]))  # nosec B611  # our own SQL, the words are its parameter


def did_you_mean(text: str) -> str:
    """What finds something and differs by a letter in words that nothing begins with; "" when nothing does."""
    words = words_of(text)[:MOST_WORDS]
    readings = [_readings(word) for word in words]
    for reading in islice(product(*readings), 1, 1 + MOST_READINGS) if all(readings) else ():
        found = search(" ".join(reading))
        if found.hits and not found.read_as:
            return spelled(reading, found.hits)
    return ""


def looser(text: str) -> list[tuple[str, int]]:
    """[(fewer words, how many goods they find)]: each word left out in turn, those that find something."""
    parts = as_written(text).split()[:MOST_WORDS]
    if len(parts) < 2:
        return []
    fewer = dict.fromkeys(" ".join(parts[:at] + parts[at + 1 :]) for at in range(len(parts)))
    found = [(words, len(search(words).hits)) for words in list(fewer)[:4]]
    return sorted([each for each in found if each[1]], key=lambda each: each[1])


def spelled(words: Sequence[str], hits: Sequence[Hit]) -> str:
    """("mat", "ong") → "mật ong", as the best title that has all the words writes them; else as they are."""
    for hit in hits[:20]:
        said = {fold_for_search(part.strip(".,()")): part.strip(".,()").lower() for part in hit.title.split()}
        if all(word in said for word in words):
            return " ".join(said[word] for word in words)
    return " ".join(words)


def _readings(word: str) -> list[str]:
    """The word itself, then words of the index that are a letter away; itself alone when something begins with it."""
    if len(word) < SHORTEST or SearchWord.objects.filter(word__startswith=word).exists():
        return [word]
    near = SearchWord.objects.filter(word__in=set(one_letter_off(word))).values_list("word", flat=True)
    # A tone typed beside its letter is likelier than another letter: the same length first.
    return [word, *sorted(near, key=lambda other: (abs(len(other) - len(word)), other))[:4]]


def _found(words: tuple[str, ...], written: str) -> Found:
    return _read(hits(words), words, written) if words else Found(())


def _read(tiers: Mapping[int, int], words: tuple[str, ...], written: str) -> Found:
    """``tiers``: by entry id."""
    if not tiers:
        return Found((), words=words)
    columns = ", ".join(f"entry.{name.strip()}" for name in _COLUMNS.split(","))
    values: list[Any]
    if connection.vendor == "postgresql":
        among, values = "= ANY(%s)", [[*tiers]]
    else:
        among, values = f"IN ({', '.join(['%s'] * len(tiers))})", [*tiers]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entry.id, entry.listing_id, listing.title, {columns} FROM marketplace_catalogueentry AS entry "  # nosec B608
            f"JOIN marketplace_listing AS listing ON listing.id = entry.listing_id "
            f"WHERE entry.id {among} AND entry.shown",
            values,
        )
        rows = [(listing, tiers[pk], *others) for pk, listing, *others in cursor.fetchall()]
    folded = f" {' '.join(words)} "
    accented = "" if written == fold(written) else written
    rows.sort(
        key=lambda row: (
            row[1],
            not accented or accented not in row[2].lower(),
            folded not in row[12],
            not row[7],
            -row[5],
            -row[0],
        )
    )
    best = tuple(Hit._make((row[0], *row[3:7], bool(row[7]), *row[8:12], row[2])) for row in rows[:RANKED])
    return Found(best, is_more=len(rows) >= RANKED, words=words)
