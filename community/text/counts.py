"""Counts of people for reports: a small cell names somebody in a commune where everybody knows everybody."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST = 5
"""The smallest count of people that is told."""

Key = TypeVar("Key", bound=Hashable)


def hide_small(counts: Mapping[Key, int], *, has_total: bool = True) -> dict[Key, int | None]:
    """The same cells, those of 1–4 people as None; nobody (0) may be told.

    With a total beside them (``has_total``) a single hidden cell could be reckoned out: then the smallest other cell
    of at least one person is hidden too.
    """
    shown = {key: None if 0 < count < LEAST else count for key, count in counts.items()}
    if has_total and sum(count is None for count in shown.values()) == 1:
        others = [(count, place, key) for place, (key, count) in enumerate(shown.items()) if count]
        if others:
            shown[min(others)[2]] = None
    return shown


def hide_one(count: int) -> int | None:
    """One number that stands alone."""
    return hide_small({"": count}, has_total=False)[""]


def show_count(count: int | None) -> str:
    """For a cell: "12", "0", "< 5" for what is hidden alone; beside a total write "–" instead."""
    return f"< {LEAST}" if count is None else str(count)
