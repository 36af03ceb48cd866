"""Lines for money that turns out to be something else than an order's: debits positive, each list sums to zero."""

from __future__ import annotations

from marketplace.ledger.accounts import SUSPENSE, Account, escrow, overpaid
from marketplace.ledger.entries import Lines


def suspense_left(*, dong: int, out_of: Account) -> Lines:
    """Money nobody could attribute went back to its sender, or was never the market's (a cooperative's other trade)."""
    return [(SUSPENSE, dong), (out_of, -dong)]


def told_twice(*, order_id: int, dong: int, lies_on: Account, surplus: bool) -> Lines:
    """There is neither the money nor the ``surplus`` that it seemed to be (or the part of too little)."""
    return [(overpaid(order_id) if surplus else escrow(order_id), dong), (lies_on, -dong)]


def surplus_taken_back(*, order_id: int, dong: int) -> Lines:
    """What had been counted as too much was never this buyer's."""
    return [(overpaid(order_id), dong), (escrow(order_id), -dong)]
