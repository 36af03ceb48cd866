"""Who gets what of one paid order: commission, withheld tax and each seller's part, as a pure sum.

Rates are inputs taken from dated rows, never constants. The platform pays for its own discount, so a
seller's part does not shrink with it. The postings sum to zero. Vectors: money.json, fn ``settle``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.pricing.money import bps_half_up, split

# Legal forms whose tax a platform withholds (Decree 252/2026); companies declare their own.
WITHHELD_SELLER_TYPES = frozenset({"household", "individual"})


@dataclass(frozen=True)
class SellerPart:
    """One seller's part of an order before fees, in đồng."""

    vendor: str
    seller_type: str
    goods_dong: int
    shipping_dong: int


@dataclass(frozen=True)
class Rates:
    """Basis points that hold for this order; ``tax_on_shipping`` widens the base of the tax."""

    commission_bps: int
    vat_bps: int
    pit_bps: int
    tax_on_shipping: bool


@dataclass(frozen=True)
class SettledPart:
    """What becomes of one seller's part, in đồng."""

    vendor: str
    gross_dong: int
    platform_discount_dong: int
    commission_dong: int
    vat_withheld_dong: int
    pit_withheld_dong: int

    @property
    def payable_dong(self) -> int:
        """What the seller gets."""
        return self.gross_dong - self.commission_dong - self.vat_withheld_dong - self.pit_withheld_dong

    @property
    def buyer_pays_dong(self) -> int:
        """What the buyer transfers for this part."""
        return self.gross_dong - self.platform_discount_dong


def settle(parts: Sequence[SellerPart], *, platform_discount_dong: int, rates: Rates) -> list[SettledPart]:
    """Settle every part; the discount is divided by the value of the goods."""
    discounts = split(platform_discount_dong, [part.goods_dong for part in parts])
    return [_settle_one(part, discount, rates) for part, discount in zip(parts, discounts, strict=True)]


def _settle_one(part: SellerPart, discount_dong: int, rates: Rates) -> SettledPart:
    taxed = part.goods_dong + (part.shipping_dong if rates.tax_on_shipping else 0)
    withheld = part.seller_type in WITHHELD_SELLER_TYPES
    return SettledPart(
        vendor=part.vendor,
        gross_dong=part.goods_dong + part.shipping_dong,
        platform_discount_dong=discount_dong,
        commission_dong=bps_half_up(part.goods_dong, rates.commission_bps),
        vat_withheld_dong=bps_half_up(taxed, rates.vat_bps) if withheld else 0,
        pit_withheld_dong=bps_half_up(taxed, rates.pit_bps) if withheld else 0,
    )


def postings(settled: Sequence[SettledPart]) -> dict[str, int]:
    """The double entry of the settled order: debits positive, credits negative, sum zero."""
    entries = {
        "clearing": sum(part.buyer_pays_dong for part in settled),
        "platform_marketing_expense": sum(part.platform_discount_dong for part in settled),
        "platform_commission_income": -sum(part.commission_dong for part in settled),
        "tax_payable_vat": -sum(part.vat_withheld_dong for part in settled),
        "tax_payable_pit": -sum(part.pit_withheld_dong for part in settled),
    }
    for part in settled:
        entries[f"seller_payable:{part.vendor}"] = entries.get(f"seller_payable:{part.vendor}", 0) - part.payable_dong
    return entries
