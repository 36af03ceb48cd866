"""The hook through which the shop says on a batch's page whether it sells, and leads to where that is changed.

Filled once by the marketplace in ``AppConfig.ready()``; this floor knows no prices. Without it the page has no
such tile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from traceability.batches.models import Batch


@dataclass(frozen=True, slots=True)
class SaleDoor:
    """What the tile says, in the reader's language, and where it leads."""

    url: str
    title: str
    note: str


Provider = Callable[[Batch], SaleDoor | None]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called at start with a function of a batch."""
    _providers[:] = [provider]


def sale_door(batch: Batch) -> SaleDoor | None:
    """None when these goods are not for the shop. For members who list goods."""
    return _providers[0](batch) if _providers else None
