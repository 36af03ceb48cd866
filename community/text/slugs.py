"""Addresses in plain ASCII: chat apps and QR readers break on accents."""

from __future__ import annotations

import re
from collections.abc import Container

from community.text.folding import fold

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def make_slug(text: str, *, max_length: int = 100) -> str:
    """ "HTX Hương Quê Trần Đề" → "htx-huong-que-tran-de". Cut at a word. Empty when nothing Latin is left (Khmer)."""
    slug = _NOT_SLUG.sub("-", fold(text)).strip("-")
    if len(slug) <= max_length:
        return slug
    cut = slug[: max_length + 1].rpartition("-")[0] or slug[:max_length]
    return cut.strip("-")


def next_free_slug(text: str, taken: Container[str], *, fallback: str, max_length: int = 100) -> str:
    """The slug of `text`, or of it with -2, -3 … when taken; from `fallback` when `text` leaves nothing."""
    base = make_slug(text, max_length=max_length - 5) or make_slug(fallback, max_length=max_length - 5)
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
