"""Lines for money that turns out to be something else than an order's: debits positive, each list sums to zero."""

from __future__ import annotations

from marketplace.ledger.accounts import SUSPENSE, Account, escrow, overpaid
from marketplace.ledger.entries import Lines


def suspense_left(*, dong: int, out_of: Account) -> Lines:
    """Money nobody could attribute went back to its sender, or was never the market's (a cooperative's other trade)."""
    return [(SUSPENSE, dong), (out_of, -dong)]


def surplus_was_none(*, order_id: int, dong: int, lies_on: Account) -> Lines:
    """One transfer had been told twice: there is neither a surplus nor the money."""
    return [(overpaid(order_id), dong), (lies_on, -dong)]


def surplus_taken_back(*, order_id: int, dong: int) -> Lines:
    """What had been counted as too much was never this buyer's."""
    return [(overpaid(order_id), dong), (escrow(order_id), -dong)]
