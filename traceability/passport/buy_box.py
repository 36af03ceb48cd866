"""The hook through which the shop says where a batch's goods can be bought. This floor knows no prices.

Filled once by the marketplace in ``AppConfig.ready()``; without it a passport simply has no "buy" button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from traceability.batches.models import Batch


@dataclass(frozen=True, slots=True)
class BuyBox:
    """``label`` is the whole sentence on the button, in the page's language ("Mua thêm · 195.000 ₫")."""

    url: str
    label: str
    price_dong: int


Provider = Callable[[Batch, str], BuyBox | None]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called at start with a function of (batch, language)."""
    _providers[:] = [provider]


def buy_box(batch: Batch, *, language: str) -> BuyBox | None:
    """Where to buy more of these goods, or None when they are not sold."""
    return _providers[0](batch, language) if _providers else None
