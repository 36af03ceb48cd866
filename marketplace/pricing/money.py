"""Sums in whole đồng: rates, splits and fee reversals, without a float or a Decimal anywhere.

Every amount is an ``int`` of đồng (the đồng has no smaller unit in use), every rate is basis points
(1 bps = 0.01 %). Rules and test vectors: tests/vectors/payments/money.json.
"""

from __future__ import annotations

from collections.abc import Sequence

BPS_WHOLE = 10_000


class BadSum(ValueError):
    """The numbers cannot be what they claim to be (negative, fractional, or nothing to divide by)."""


def _whole(value: int, name: str) -> int:
    """``bool`` is an int in Python and a float compares equal to one: refuse both by type."""
    if type(value) is not int:
        raise BadSum(f"{name} must be an int, got {type(value).__name__}")
    if value < 0:
        raise BadSum(f"{name} must not be negative")
    return value


def bps_half_up(amount_dong: int, bps: int) -> int:
    """The part of an amount at a rate, rounded half up to 1 đồng: ``bps_half_up(10, 500) == 1``."""
    return (_whole(amount_dong, "amount") * _whole(bps, "bps") + BPS_WHOLE // 2) // BPS_WHOLE


def split(total_dong: int, weights: Sequence[int]) -> list[int]:
    """Divide a total in proportion to the weights; the parts always sum to the total.

    Largest remainder method; of equal remainders the lower index is served first, so that the same
    basket always gives the same parts. Raises BadSum when there is money but no weight.
    """
    total = _whole(total_dong, "total")
    whole = sum(_whole(weight, "weight") for weight in weights)
    if whole == 0:
        if total:
            raise BadSum("cannot split non-zero over zero weights")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def fee_reversal(*, gross_dong: int, bps: int, refunded_before_dong: int, refund_dong: int) -> int:
    """What one refund gives back of a fee that was taken on ``gross_dong``.

    Cumulative: the difference of the fee on what remained before and after. Rounding each refund on
    its own would leave some đồng of fee on an order that was refunded completely, in pieces.
    """
    before = _whole(gross_dong, "gross") - _whole(refunded_before_dong, "refunded before")
    after = before - _whole(refund_dong, "refund")
    if after < 0:
        raise BadSum("more refunded than was paid")
    return bps_half_up(before, bps) - bps_half_up(after, bps)


def fee_reversals(gross_dong: int, bps: int, refunds_dong: Sequence[int]) -> list[int]:
    """``fee_reversal`` for a whole row of refunds in their order."""
    reversals = []
    refunded = 0
    for refund in refunds_dong:
        reversals.append(
            fee_reversal(gross_dong=gross_dong, bps=bps, refunded_before_dong=refunded, refund_dong=refund)
        )
        refunded += refund
    return reversals
