"""Where answers are kept that visitors choose by asking: apart from the counters of limits (config/caching)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import BaseCache, caches
from django.utils.connection import ConnectionProxy

pages: BaseCache = ConnectionProxy(caches, "pages")  # type: ignore[assignment]  # as Django's own `cache` is made

Made = TypeVar("Made")


def kept_in(store: BaseCache, key: str, seconds: int, make: Callable[[], Made]) -> Made:
    """What ``store`` holds under ``key``, else what ``make`` answers (never None), kept for so long."""
    held: Made | None = store.get(key)
    if held is None:
        held = make()
        store.set(key, held, seconds)
    return held
