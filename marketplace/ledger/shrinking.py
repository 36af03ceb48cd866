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

    @property
    def change_dong(self) -> int:
        return -self.dong if self.called_off else self.dong


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
    """In the order of time. Each move gives back, or takes back, the difference that it makes to the whole refunded so

    far: what is kept depends on that whole alone, not on the way there.
    """
    standing = 0
    told: list[Step] = []
    for move in in_order(moves):
        told.append(_moved(parcel, standing, move))
        standing += move.change_dong
    return told


def standing_before(moves: Iterable[Move], *, name: str, called_off: bool = False) -> int:
    """What had gone back of a parcel when this move was made, in đồng; of all moves when it is not among them."""
    standing = 0
    for move in in_order(moves):
        if (move.name, move.called_off) == (name, called_off):
            break
        standing += move.change_dong
    return standing


def in_order(moves: Iterable[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: (move.at, move.called_off, move.name))


def fees_left(parcel: ParcelSums, moves: Iterable[Move]) -> Fees:
    """What is kept after all of them."""
    return fees_after(parcel, refunded_dong=sum(move.change_dong for move in moves))


def taxed_dong(parcel: ParcelSums, *, refunded_dong: int) -> int:
    """The revenue that tax is reckoned on, after refunds."""
    if parcel.tax_on_shipping:
        return parcel.total_dong - refunded_dong
    goods_back = (refunded_dong * parcel.goods_dong + parcel.total_dong // 2) // parcel.total_dong
    return parcel.goods_dong - goods_back


def _moved(parcel: ParcelSums, standing: int, move: Move) -> Step:
    now = standing + move.change_dong
    before, after = fees_after(parcel, refunded_dong=standing), fees_after(parcel, refunded_dong=now)
    taxed = taxed_dong(parcel, refunded_dong=standing) - taxed_dong(parcel, refunded_dong=now)
    back = Fees(
        before.commission_dong - after.commission_dong,
        before.vat_dong - after.vat_dong,
        before.pit_dong - after.pit_dong,
    )
    return Step(move, move.change_dong, taxed, back)
