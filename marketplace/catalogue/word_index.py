"""The index of words, of what is shown only: FTS5 of SQLite, a GIN index of PostgreSQL, over the same folded words.

Neither folds anything itself: FTS5 keeps "đ" apart from "d", and PostgreSQL's parser cuts words of its own accord. Both
get words that are cut and folded already (``words_of``), in three fields by what they are worth: ``title``, ``goods``
(what it is), ``place`` (who sells it, and where). The table belongs to no model: the migration ``install``s it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from community.text.folding import fold_for_search

TABLE = "marketplace_search_index"
MOST_WORDS = 8
"""Of a search: more only narrow what is narrow already."""
RANKED = 1_000
"""So many hits of a tier are ranked; ranking 24,000 took 38 ms on SQLite and 118 ms on PostgreSQL."""
TIERS = ("title", "goods", "place")

_WORD = re.compile(r"(?:[^\W_]|[\u17b4-\u17d3\u17dd])+")
"""With Khmer's signs above, below and between letters, which Python takes for no part of a word."""
_KHMER = re.compile(r"[\u1780-\u17d3\u17dd]+")
_SYLLABLE = re.compile(r"[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*")
_KHMER_LONGEST = 24
_COLUMNS = ("{title}", "{title goods}", "{title goods place}")
_WEIGHTS = ("A", "AB", "ABC")


@dataclass(frozen=True, slots=True)
class IndexedWords:
    """Folded words of one entry, each once, by field."""

    title: tuple[str, ...]
    goods: tuple[str, ...]
    place: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.title, *self.goods, *self.place)))


def words_of(*texts: str) -> tuple[str, ...]:
    """ "Gạo thơm ST25, túi 5kg" → ("gao", "thom", "st25", "tui", "5kg"); each once."""
    return tuple(dict.fromkeys(_WORD.findall(fold_for_search(" ".join(texts)))))


def khmer_beginnings(text: str) -> tuple[str, ...]:
    """Khmer is written without spaces: what follows from each syllable on, so that a word is found inside others."""
    runs = (run for word in words_of(text) for run in _KHMER.findall(word))
    starts = (run[syllable.start() :][:_KHMER_LONGEST] for run in runs for syllable in _SYLLABLE.finditer(run))
    return tuple(dict.fromkeys((*words_of(text), *starts)))


def install(db: BaseDatabaseWrapper) -> None:
    """Make the table when it is missing."""
    with db.cursor() as cursor:
        if db.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (entry_id bigint PRIMARY KEY, words tsvector NOT NULL)")
            # The list of pending rows is for writers in masses; readers would walk it on every search.
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {TABLE}_gin ON {TABLE} USING gin (words) WITH (fastupdate = off)"
            )
        else:
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5("
                "title, goods, place, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')"
            )


def remove(db: BaseDatabaseWrapper) -> None:
    with db.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def write(entry_id: int, words: IndexedWords) -> None:
    """Instead of whatever stood there for the entry."""
    erase([entry_id])
    fields = (words.title, words.goods, words.place)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            parts = " || ".join(f"setweight(array_to_tsvector(%s::text[]), '{letter}')" for letter in "ABC")
            cursor.execute(
                f"INSERT INTO {TABLE} (entry_id, words) VALUES (%s, {parts})",  # nosec B608  # our own names
                [entry_id, *(list(field) for field in fields)],
            )
        else:
            cursor.execute(
                f"INSERT INTO {TABLE} (rowid, title, goods, place) VALUES (%s, %s, %s, %s)",  # nosec B608
                [entry_id, *(" ".join(field) for field in fields)],
            )


def erase(entry_ids: Sequence[int]) -> None:
    column = "entry_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM {TABLE} WHERE {column} = %s",  # nosec B608
            [(pk,) for pk in entry_ids],
        )


def indexed_ids() -> set[int]:
    column = "entry_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {TABLE}")  # nosec B608
        return {pk for (pk,) in cursor.fetchall()}


def match_sql(words: Sequence[str], tier: int) -> tuple[str, str]:
    """(SQL of rows (entry_id), its one parameter): entries in which each word begins one of the fields of the tier."""
    if connection.vendor == "postgresql":
        value = " & ".join(f"'{word}':*{_WEIGHTS[tier]}" for word in words)
        return f"SELECT entry_id FROM {TABLE} WHERE words @@ %s::tsquery", value  # nosec B608  # our own names
    value = f"{_COLUMNS[tier]} : ({' AND '.join(_beginning(word) for word in words)})"
    return f"SELECT rowid AS entry_id FROM {TABLE} WHERE {TABLE} MATCH %s", value  # nosec B608


def hits(words: Sequence[str]) -> dict[int, int]:
    """{entry id: tier} of entries in which each word begins one: all of them, or, where they are more, the best
    ``RANKED`` by tier and then the newest. Tier 0: all words in the title; 1: with what it is; 2: anywhere."""
    found: dict[int, int] = {}
    last = len(TIERS) - 1
    everywhere = _newest(words, last)
    for tier in range(last):
        # Where the title alone has them all, or as many as are ranked, the wider tiers have nothing to add.
        if len(found) < min(RANKED, len(everywhere)):
            found = dict.fromkeys(_newest(words, tier), tier) | found
    return found if len(found) >= RANKED else dict.fromkeys(everywhere, last) | found


def _newest(words: Sequence[str], tier: int) -> list[int]:
    sql, value = match_sql(words, tier)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY entry_id DESC LIMIT {RANKED}", [value])
        return [pk for (pk,) in cursor.fetchall()]


def _beginning(word: str) -> str:
    return f'"{word}" *'
