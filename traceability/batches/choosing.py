"""Which batches a sale takes from: first expired, first out, whole packs only. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holding:
    """A batch that may be sold, in the order it should go."""

    batch_id: int
    available_base: int


@dataclass(frozen=True, slots=True)
class Share:
    batch_id: int
    quantity_base: int


def first_expired_first_out(*, packs: int, net_quantity_base: int, holdings: Sequence[Holding]) -> list[Share] | None:
    """Split ``packs`` over ``holdings`` in their order, or None when they do not hold that many whole packs."""
    shares: list[Share] = []
    wanted = packs
    for holding in holdings:
        taken = min(wanted, holding.available_base // net_quantity_base)
        if taken > 0:
            shares.append(Share(holding.batch_id, taken * net_quantity_base))
            wanted -= taken
        if wanted == 0:
            return shares
    return None
