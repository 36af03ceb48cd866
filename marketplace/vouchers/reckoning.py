"""What a code takes off, line by line. Pure sums over what was read; đồng."""

from __future__ import annotations

from datetime import date

from marketplace.pricing.money import bps_half_up
from marketplace.vouchers.models import Voucher

HUNDREDTHS = 100


def why_not(voucher: Voucher, *, goods_dong: int, day: date) -> str:
    """ "" when it counts, else: ``stopped``, ``not_yet``, ``over``, ``used_up``, ``too_little``.

    ``goods_dong``: of the goods it may count for.
    """
    if voucher.stopped_at is not None:
        return "stopped"
    if day < voucher.starts_on:
        return "not_yet"
    if day > voucher.ends_on:
        return "over"
    if voucher.uses >= voucher.most_uses:
        return "used_up"
    return "too_little" if goods_dong < max(voucher.min_goods_dong, 2) else ""


def discount(voucher: Voucher, goods_dong: int) -> int:
    """At most half of the goods, whatever the row says."""
    if voucher.percent is not None:
        off = bps_half_up(goods_dong, voucher.percent * HUNDREDTHS)
        off = off if voucher.most_dong is None else min(off, voucher.most_dong)
    else:
        off = voucher.dong or 0
    return min(off, goods_dong // 2)
