"""What the code in a basket takes off one seller's lines, or why it takes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from marketplace.pricing.money import split
from marketplace.vouchers.models import Voucher
from marketplace.vouchers.reckoning import discount, why_not
from traceability.products.models import Product

if TYPE_CHECKING:
    from marketplace.basket.quoting import QuotedLine


@dataclass(frozen=True, slots=True)
class QuotedVoucher:
    """``why_not`` is "" when it counts; see ``vouchers.reckoning``."""

    voucher: Voucher
    dong: int
    why_not: str = ""


def with_voucher(
    lines: Sequence[QuotedLine], voucher: Voucher | None, *, day: date
) -> tuple[list[QuotedLine], QuotedVoucher | None]:
    """The lines with what goes off each of them. Drinks with alcohol are never made cheaper (Law 44/2019)."""
    if voucher is None:
        return list(lines), None
    counted = [0 if line.pack.product.sale_mode == Product.SaleMode.AGE_GATED else line.full_dong for line in lines]
    goods = sum(counted)
    if why := why_not(voucher, goods_dong=goods, day=day):
        return list(lines), QuotedVoucher(voucher, 0, why)
    off = discount(voucher, goods)
    parts = split(off, counted)
    return [replace(line, discount_dong=part) for line, part in zip(lines, parts, strict=True)], QuotedVoucher(
        voucher, off
    )
