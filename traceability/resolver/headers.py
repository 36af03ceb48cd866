"""Reading the wishes of a request: ``Accept`` and ``Accept-Language`` (RFC 9110 §12.5). Nothing in them raises."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_WISHES = 40
LONGEST_HEADER = 2_000

_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True)
class Wish:
    """A value as it was named, in small letters, and how much it is wished: 0 (not at all) to 1."""

    value: str
    quality: float


def read_wishes(header: str) -> tuple[Wish, ...]:
    """In the order they were named. A broken quality drops its wish; what is too long is cut."""
    wishes = []
    for part in header[:LONGEST_HEADER].split(",")[:MOST_WISHES]:
        value, *parameters = (word.strip().casefold() for word in part.split(";"))
        quality = next((word[2:].strip() for word in parameters if word.startswith("q=")), "1")
        if value and _QUALITY.fullmatch(quality):
            wishes.append(Wish(value, float(quality)))
    return tuple(wishes)


def media_quality(wishes: tuple[Wish, ...], media_type: str) -> float:
    """How much ``media_type`` is wished; the most exact wish decides. Nothing wished: everything is welcome."""
    if not wishes:
        return 1.0
    kind = media_type.partition("/")[0]
    for pattern in (media_type, f"{kind}/*", "*/*"):
        found = [wish.quality for wish in wishes if wish.value == pattern]
        if found:
            return max(found)
    return 0.0


def language_quality(wishes: tuple[Wish, ...], language: str) -> float:
    """How much ``language`` ("vi") is wished: named exactly or with a region ("vi-VN"), else ``*``."""
    named = [wish.quality for wish in wishes if wish.value.partition("-")[0] == language]
    if named:
        return max(named)
    return max((wish.quality for wish in wishes if wish.value == "*"), default=0.0)
