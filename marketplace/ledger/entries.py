"""Which accounts a fact of money moves, as (account, đồng) lines that sum to zero. Pure; debits are positive.

Two ways money travels. *Collected*: it lies on the operator's account (a card provider, a bank) until a payout.
*Direct*: the buyer sent it to the cooperative's own account; it is ``held`` there until the parcel is settled, and
what the operator is owed (commission, tax) then stands as a debt of the cooperative on its ``payable`` account.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.ledger.accounts import (
    COMMISSION,
    DISPUTE,
    DISPUTE_LOSS,
    OPERATORS_BANK,
    SUSPENSE,
    TAX_PIT,
    TAX_VAT,
    Account,
    escrow,
    overpaid,
    payable,
    refund_due,
)
from marketplace.pricing.money import bps_half_up

Lines = list[tuple[Account, int]]


@dataclass(frozen=True, slots=True)
class ParcelSums:
    """What the books need of a parcel, in đồng; the tax figures are 0 unless tax is withheld."""

    order_id: int
    cooperative_id: int
    goods_dong: int
    shipping_dong: int
    commission_bps: int
    vat_bps: int
    pit_bps: int
    tax_on_shipping: bool = False

    @property
    def total_dong(self) -> int:
        return self.goods_dong + self.shipping_dong


@dataclass(frozen=True, slots=True)
class Fees:
    """What is kept of a parcel, in đồng."""

    commission_dong: int
    vat_dong: int
    pit_dong: int

    @property
    def sum_dong(self) -> int:
        return self.commission_dong + self.vat_dong + self.pit_dong


def fees_after(parcel: ParcelSums, *, refunded_dong: int) -> Fees:
    """The fees on what is left of a parcel after refunds. Of a refund the goods' part goes by proportion, rounded half

    up on the whole refunded so far, so that a complete refund in any pieces leaves exactly nothing.
    """
    goods_back = (refunded_dong * parcel.goods_dong + parcel.total_dong // 2) // parcel.total_dong
    goods_left = parcel.goods_dong - goods_back
    taxed = parcel.total_dong - refunded_dong if parcel.tax_on_shipping else goods_left
    return Fees(
        commission_dong=bps_half_up(goods_left, parcel.commission_bps),
        vat_dong=bps_half_up(taxed, parcel.vat_bps),
        pit_dong=bps_half_up(taxed, parcel.pit_bps),
    )


def money_came(*, into: Account, order_id: int | None, dong: int) -> Lines:
    """Money arrived for an order, or for nobody yet."""
    return [(into, dong), (escrow(order_id) if order_id else SUSPENSE, -dong)]


def suspense_matched(*, order_id: int, dong: int) -> Lines:
    return [(SUSPENSE, dong), (escrow(order_id), -dong)]


def parcel_paid(parcel: ParcelSums, *, held_by_cooperative: Account | None) -> Lines:
    """The parcel is paid in full. ``held_by_cooperative``: the account the money lies on in direct mode, else None."""
    fees = fees_after(parcel, refunded_dong=0)
    total = parcel.total_dong
    seller = payable(parcel.cooperative_id)
    lines = [(escrow(parcel.order_id), total), (seller, fees.sum_dong - total), *_kept(fees)]
    if held_by_cooperative is not None:
        lines += [(seller, total), (held_by_cooperative, -total)]
    return lines


def surplus_found(*, order_id: int, dong: int) -> Lines:
    return [(escrow(order_id), dong), (overpaid(order_id), -dong)]


def refund_promised(parcel: ParcelSums, *, dong: int, refunded_before_dong: int) -> Lines:
    """Part of a settled parcel goes back: the seller's share, the commission and the tax shrink with it."""
    before = fees_after(parcel, refunded_dong=refunded_before_dong)
    after = fees_after(parcel, refunded_dong=refunded_before_dong + dong)
    back = Fees(
        before.commission_dong - after.commission_dong,
        before.vat_dong - after.vat_dong,
        before.pit_dong - after.pit_dong,
    )
    returned = [(account, -amount) for account, amount in _kept(back)]
    seller = (payable(parcel.cooperative_id), dong - back.sum_dong)
    return [seller, *returned, (refund_due(parcel.order_id), -dong)]


def unspent_refund_promised(*, order_id: int, dong: int, from_surplus: bool) -> Lines:
    """Money that bought nothing goes back: a surplus, or a payment whose goods were gone."""
    return [(overpaid(order_id) if from_surplus else escrow(order_id), dong), (refund_due(order_id), -dong)]


def refund_sent(*, order_id: int, dong: int, out_of: Account) -> Lines:
    """``out_of``: the clearing account; in direct mode ``payable`` (the cooperative paid what it had been settled) or

    ``held`` (money that was never settled).
    """
    return [(refund_due(order_id), dong), (out_of, -dong)]


def paid_out(*, cooperative_id: int, dong: int, out_of: Account = OPERATORS_BANK) -> Lines:
    """The operator's bank was told to send a cooperative what it is owed."""
    return [(payable(cooperative_id), dong), (out_of, -dong)]


def dues_paid(*, cooperative_id: int, dong: int, into: Account = OPERATORS_BANK) -> Lines:
    """A cooperative paid what it owed into the operator's bank."""
    return [(into, dong), (payable(cooperative_id), -dong)]


def dispute_opened(*, dong: int, at_provider: Account) -> Lines:
    return [(DISPUTE, dong), (at_provider, -dong)]


def loss_written_off(dong: int) -> Lines:
    """A lost dispute that the operator bears."""
    return [(DISPUTE_LOSS, dong), (DISPUTE, -dong)]


def loss_borne(parcel: ParcelSums, *, dong: int, refunded_before_dong: int) -> Lines:
    """A seller's share of a lost dispute: as after a refund, but the money is gone already."""
    refund = refund_promised(parcel, dong=dong, refunded_before_dong=refunded_before_dong)
    due = refund_due(parcel.order_id)
    return [(DISPUTE if account == due else account, amount) for account, amount in refund]


def reversed_lines(lines: Lines) -> Lines:
    """The same fact undone (a refund that was called off, a dispute that was won)."""
    return [(account, -amount) for account, amount in lines]


def _kept(fees: Fees) -> Lines:
    return [(COMMISSION, -fees.commission_dong), (TAX_VAT, -fees.vat_dong), (TAX_PIT, -fees.pit_dong)]
