"""Lines for money that only moves between the operator's own accounts, or that a bank or provider takes for its work.

Debits positive, each list sums to zero. None of it is a buyer's or a seller's: the operator bears it.
"""

from __future__ import annotations

from marketplace.ledger.accounts import BANK_CHARGES, IN_TRANSIT, INTEREST, Account
from marketplace.ledger.entries import Lines


def fee_kept(*, dong: int, by: Account, expense: Account) -> Lines:
    """A provider kept a fee of what lies with it; below zero: it gave one back."""
    return [(expense, dong), (by, -dong)]


def payout_left(*, dong: int, provider: Account) -> Lines:
    """The provider sent money to the operator's bank."""
    return [(IN_TRANSIT, dong), (provider, -dong)]


def payout_arrived(*, dong: int, into: Account) -> Lines:
    return [(into, dong), (IN_TRANSIT, -dong)]


def moved(*, dong: int, out_of: Account, into: Account) -> Lines:
    """From one account of the operator to another."""
    return [(into, dong), (out_of, -dong)]


def bank_charged(*, dong: int, out_of: Account) -> Lines:
    return [(BANK_CHARGES, dong), (out_of, -dong)]


def interest_paid(*, dong: int, into: Account) -> Lines:
    return [(into, dong), (INTEREST, -dong)]
