"""The plan of accounts: which accounts there are, and their names. Pure.

=========================  =========  ==================================================================
clearing:{source}          asset      money at a card provider or on the operator's own account; ``clearing:bank`` is
                                      where payouts leave from and dues arrive; all of them together are what it holds
held:{cooperative}         asset      money buyers sent straight to a cooperative's own account
suspense                   liability  money nobody could attribute yet
escrow:{order}             liability  money for an order whose parcels are not settled with it yet
overpaid:{order}           liability  more than was asked; belongs to the buyer
refund_due:{order}         liability  promised back to the buyer, not sent yet
payable:{cooperative}      liability  what a cooperative still gets; below zero: what it owes the operator
commission                 income     the operator's share
tax_vat, tax_pit           liability  withheld for the tax office
dispute                    asset      taken back by a card provider while a dispute is open, or lost and not settled
dispute_loss               expense    lost disputes that the operator bears
clearing:transit           asset      left a card provider for the operator's bank and has not arrived there yet
psp_fee, dispute_fee       expense    what card providers keep for their work, and for each dispute
bank_charge                expense    what a bank takes for an account
interest                   income     what a bank pays for money that lies there
=========================  =========  ==================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.ledger.models import AccountKind

CLEARING = "clearing:"


@dataclass(frozen=True, slots=True)
class Account:
    """Names an account; ``cooperative_id`` ties it to its owner for statements."""

    code: str
    kind: AccountKind
    cooperative_id: int | None = None


SUSPENSE = Account("suspense", AccountKind.LIABILITY)
COMMISSION = Account("commission", AccountKind.INCOME)
TAX_VAT = Account("tax_vat", AccountKind.LIABILITY)
TAX_PIT = Account("tax_pit", AccountKind.LIABILITY)
DISPUTE = Account("dispute", AccountKind.ASSET)
DISPUTE_LOSS = Account("dispute_loss", AccountKind.EXPENSE)
IN_TRANSIT = Account("clearing:transit", AccountKind.ASSET)
PROVIDER_FEES = Account("psp_fee", AccountKind.EXPENSE)
DISPUTE_FEES = Account("dispute_fee", AccountKind.EXPENSE)
BANK_CHARGES = Account("bank_charge", AccountKind.EXPENSE)
INTEREST = Account("interest", AccountKind.INCOME)
OPERATORS_BANK = Account("clearing:bank", AccountKind.ASSET)


def clearing(source: str) -> Account:
    return Account(f"{CLEARING}{source}", AccountKind.ASSET)


def held(cooperative_id: int) -> Account:
    return Account(f"held:{cooperative_id}", AccountKind.ASSET, cooperative_id)


def payable(cooperative_id: int) -> Account:
    return Account(f"payable:{cooperative_id}", AccountKind.LIABILITY, cooperative_id)


def escrow(order_id: int) -> Account:
    return Account(f"escrow:{order_id}", AccountKind.LIABILITY)


def overpaid(order_id: int) -> Account:
    return Account(f"overpaid:{order_id}", AccountKind.LIABILITY)


def refund_due(order_id: int) -> Account:
    return Account(f"refund_due:{order_id}", AccountKind.LIABILITY)
