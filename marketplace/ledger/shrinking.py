"""How the fees of a parcel shrink, refund by refund, exactly as the books have it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from marketplace.ledger.entries import Fees, ParcelSums, fees_after


@dataclass(frozen=True, slots=True)
class Move:
    """Money of the parcel went back: a refund was promised, or a lost dispute was laid on the seller. ``called_off``:

    the promise of the same ``name`` was taken back. ``dong`` > 0.
    """

    at: datetime
    name: str
    dong: int
    called_off: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one move did: ``dong`` back to the buyer, of which ``taxed_dong`` counted for tax; ``fees`` given back.

    All are negative when a promise was called off.
    """

    move: Move
    dong: int
    taxed_dong: int
    fees: Fees


def steps(parcel: ParcelSums, moves: Iterable[Move]) -> list[Step]:
    """In the order of time. A promise gives back the difference that the whole refunded so far makes; calling it off

    takes back exactly what it gave.
    """
    made: dict[str, Step] = {}
    standing = 0
    told: list[Step] = []
    for move in sorted(moves, key=lambda move: (move.at, move.called_off, move.name)):
        if move.called_off:
            step = _reversed(made.pop(move.name), move)
        else:
            step = made[move.name] = _promised(parcel, standing, move)
        standing += step.dong
        told.append(step)
    return told


def fees_left(parcel: ParcelSums, moves: Iterable[Move]) -> Fees:
    """What is kept after all of them."""
    whole = fees_after(parcel, refunded_dong=0)
    given = [step.fees for step in steps(parcel, moves)]
    return Fees(
        whole.commission_dong - sum(fees.commission_dong for fees in given),
        whole.vat_dong - sum(fees.vat_dong for fees in given),
        whole.pit_dong - sum(fees.pit_dong for fees in given),
    )


def taxed_dong(parcel: ParcelSums, *, refunded_dong: int) -> int:
    """The revenue that tax is reckoned on, after refunds."""
    if parcel.tax_on_shipping:
        return parcel.total_dong - refunded_dong
    goods_back = (refunded_dong * parcel.goods_dong + parcel.total_dong // 2) // parcel.total_dong
    return parcel.goods_dong - goods_back


def _promised(parcel: ParcelSums, standing: int, move: Move) -> Step:
    before, after = fees_after(parcel, refunded_dong=standing), fees_after(parcel, refunded_dong=standing + move.dong)
    taxed = taxed_dong(parcel, refunded_dong=standing) - taxed_dong(parcel, refunded_dong=standing + move.dong)
    back = Fees(
        before.commission_dong - after.commission_dong,
        before.vat_dong - after.vat_dong,
        before.pit_dong - after.pit_dong,
    )
    return Step(move, move.dong, taxed, back)


def _reversed(step: Step, move: Move) -> Step:
    back = Fees(-step.fees.commission_dong, -step.fees.vat_dong, -step.fees.pit_dong)
    return Step(move, -step.dong, -step.taxed_dong, back)
