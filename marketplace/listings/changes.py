"""What changed between what buyers read and what a seller has sent: word by word, photo by photo, price by price."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from community.audit.models import AuditEntry
from community.photos.models import Photo
from marketplace.listings.models import Listing
from traceability.products.models import Pack

WORDS = ("title", "summary", "story", "title_en", "summary_en", "story_en", "title_km", "summary_km", "story_km")
_PIECES = re.compile(r"\A\s+|\S+\s*")  # a word with its blank
MOST_WORDS = 400  # what is longer between the first and the last change is shown whole, old beside new
FEW_WORDS, MOST_SHARE = 50, 10  # among more words than so few, one word may be a tenth


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind``: "" as before | gone | new."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """``label`` is the field's name. ``pieces`` are both texts in one; ``old`` and ``new`` as they stand."""

    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    words: tuple[ChangedWords, ...]
    old_photos: tuple[Photo, ...]
    new_photos: tuple[Photo, ...]

    @property
    def photos_changed(self) -> bool:
        return [one.pk for one in self.old_photos] != [one.pk for one in self.new_photos]

    @property
    def nothing(self) -> bool:
        return not self.words and not self.photos_changed


def changes_of(live: Listing | None, draft: Listing) -> Changes:
    """``live`` None: nothing of it was ever on sale, all is new."""
    words = []
    for name in WORDS:
        old, new = getattr(live, name) if live else "", getattr(draft, name)
        if old != new:
            label = str(Listing._meta.get_field(name).verbose_name)
            words.append(ChangedWords(label, old, new, tuple(pieces_of(old, new))))
    return Changes(tuple(words), photos_of(live) if live else (), photos_of(draft))


def photos_of(listing: Listing) -> tuple[Photo, ...]:
    return tuple(each.photo for each in listing.photos.all() if each.photo)


def pieces_of(old: str, new: str) -> list[Piece]:
    """Both texts in one, word by word. Pure; joined without ``gone`` they are ``new``, without ``new`` they are old.

    Comparing takes the square of the words, the cube where they repeat: what would be long is gone and new as a whole.
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    head = _same_words(before, after)
    most = min(len(before), len(after)) - head
    tail = min(_same_words(before[::-1], after[::-1]), most)
    ends = len(before) - tail, len(after) - tail
    middle = _compared(before[head : ends[0]], after[head : ends[1]])
    pieces = [Piece("", "".join(before[:head])), *middle, Piece("", "".join(before[ends[0] :]))]
    return [piece for piece in pieces if piece.text]


def _same_words(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))


def _is_quick(words: Sequence[str]) -> bool:
    if len(words) <= FEW_WORDS:
        return True
    return len(words) <= MOST_WORDS and max(Counter(words).values()) * MOST_SHARE <= len(words)


def _compared(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    if not (_is_quick(before) and _is_quick(after)):
        return [Piece("gone", "".join(before)), Piece("new", "".join(after))]
    pieces: list[Piece] = []
    for act, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if act == "equal":
            pieces.append(Piece("", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("new", "".join(after[c:d])))
    return pieces


@dataclass(frozen=True, slots=True)
class PriceChange:
    at: datetime
    old_dong: int
    new_dong: int
    by: str


def price_history(packs: Sequence[Pack], *, most: int = 5) -> dict[int, list[PriceChange]]:
    """By pack id, the newest first, so many of each. One query."""
    pack_of = {pack.offer.pk: pack.pk for pack in packs if hasattr(pack, "offer")}
    found: dict[int, list[PriceChange]] = {}
    entries = AuditEntry.objects.filter(
        action="offer.price_changed", subject_type="marketplace.offer", subject_id__in=list(pack_of)
    )
    for entry in entries.order_by("-pk")[: most * max(1, len(pack_of)) * 4]:
        rows = found.setdefault(pack_of[int(entry.subject_id or 0)], [])
        if len(rows) < most:
            rows.append(PriceChange(entry.at, entry.facts["old_dong"], entry.facts["new_dong"], str(entry.actor_label)))
    return found
