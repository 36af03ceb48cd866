"""What a dispute does to the sellers' money."""

from __future__ import annotations

from typing import Any

from tests.marketplace.payments.scenarios.world import UnknownWords, World


def prove_payout(world: World, expected: Any) -> None:
    """``held then reversed``."""
    if expected != "held then reversed":
        raise UnknownWords(f"payout: {expected}")
    raise NotImplementedError
