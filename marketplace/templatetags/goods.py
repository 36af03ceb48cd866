"""Cards of goods, drawn once for each thing they say. `{% load goods %}`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from community.photos.rendering import sources_of
from marketplace.listings.shelves import CatalogueCard

register = template.Library()
KEPT = 8_192
"""Cards of two kilobytes each, in every process."""


@register.simple_tag
def product_card(card: CatalogueCard) -> SafeString:
    """components/product_card.html, drawn anew only when it says something else than before: what is kept is kept under
    all that the card says, so that it can never be of before."""
    return _drawn(_Said(card, get_language() or ""))


class _Said:
    """A card that equals another one when both say the same, in the same language, with the same picture."""

    __slots__ = ("card", "hash", "key")

    def __init__(self, card: CatalogueCard, language: str) -> None:
        photo, rating = card.photo, card.rating
        shown = photo and photo.file and not photo.is_withheld
        picture = (sources_of(photo, 400), photo.is_illustration) if photo and shown else None
        self.card = card
        self.key: tuple[Any, ...] = (
            language,
            picture,
            (rating.count, rating.stars_sum) if rating else None,
            *(getattr(card, name) for name in _PLAIN),
        )
        self.hash = hash(self.key)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Said) and self.key == other.key


_PLAIN = tuple(name for name in CatalogueCard.__dataclass_fields__ if name not in ("photo", "rating"))


@lru_cache(maxsize=KEPT)
def _drawn(said: _Said) -> SafeString:
    return SafeString(get_template("components/product_card.html").render({"card": said.card}))  # nosec B703
