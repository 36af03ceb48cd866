"""What the basket costs today: parcels by cooperative, with what changed since the buyer last looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.basket.models import Basket, BasketLine
from marketplace.listings.finding import SOLD_ONLINE, stock_left
from marketplace.listings.shelves import unit_price
from marketplace.shipping.costing import Delivery, delivery
from traceability.batches.models import Batch
from traceability.products.models import Pack, Product


class Trouble(StrEnum):
    """Why a line cannot be bought as it stands."""

    GONE = "gone"
    SOLD_OUT = "sold_out"
    RESTING = "resting"  # the seller is on holiday
    ON_CHECK = "on_check"  # there are goods, but their records do not add up: locked by the mass balance
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class QuotedLine:
    pack: Pack
    quantity: int
    price_dong: int
    old_price_dong: int | None
    packs_left: int
    trouble: Trouble | None

    @property
    def total_dong(self) -> int:
        return self.price_dong * self.quantity

    @property
    def unit_price(self) -> tuple[int, str] | None:
        return unit_price(self.price_dong, self.pack.net_quantity_base, self.pack.base_unit)


@dataclass(frozen=True, slots=True)
class QuotedParcel:
    """``delivery`` is None while no province is known, or when the cooperative does not send there."""

    cooperative: Cooperative
    lines: tuple[QuotedLine, ...]
    delivery: Delivery | None

    @property
    def goods_dong(self) -> int:
        return sum(line.total_dong for line in self.lines)

    @property
    def grams(self) -> int:
        return sum(line.pack.ship_weight_g * line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Quote:
    parcels: tuple[QuotedParcel, ...]
    province: AdminUnit | None

    @property
    def goods_dong(self) -> int:
        return sum(parcel.goods_dong for parcel in self.parcels)

    @property
    def shipping_dong(self) -> int | None:
        """None until every parcel has a delivery."""
        fees = [parcel.delivery.dong for parcel in self.parcels if parcel.delivery]
        return sum(fees) if self.parcels and len(fees) == len(self.parcels) else None

    @property
    def total_dong(self) -> int | None:
        return None if self.shipping_dong is None else self.goods_dong + self.shipping_dong

    @property
    def lines(self) -> list[QuotedLine]:
        return [line for parcel in self.parcels for line in parcel.lines]

    @property
    def for_adults(self) -> bool:
        """Something in it may only be sold to who is 18 or older."""
        return any(line.pack.product.sale_mode == Product.SaleMode.AGE_GATED for line in self.lines)

    @property
    def troubles(self) -> list[QuotedLine]:
        return [line for line in self.lines if line.trouble]

    @property
    def price_changes(self) -> list[QuotedLine]:
        return [line for line in self.lines if line.old_price_dong is not None]


def quote_basket(basket: Basket, *, province: AdminUnit | None = None) -> Quote:
    """Prices, stock, delivery and seller state as they are now. A fixed number of queries, whatever the size."""
    lines = list(
        basket.lines.select_related(
            "pack__offer", "pack__product__listing", "pack__product__cooperative__commune__parent"
        ).prefetch_related("pack__product__cooperative__shipping_zones__provinces")
    )
    left = stock_left([line.pack for line in lines], today=timezone.localdate())
    packs_left = {
        line.pack_id: left[line.pack.product_id].packs_by_id.get(line.pack_id, 0) if line.pack.product_id in left else 0
        for line in lines
    }
    on_check = _on_check([pack_id for pack_id, packs in packs_left.items() if not packs])
    by_seller: dict[int, list[BasketLine]] = {}
    for line in lines:
        by_seller.setdefault(line.pack.product.cooperative_id, []).append(line)
    parcels = [
        _parcel(
            [
                _quote_line(line, packs_left[line.pack_id], is_on_check=line.pack_id in on_check)
                for line in seller_lines
            ],
            province=province,
        )
        for seller_lines in by_seller.values()
    ]
    return Quote(parcels=tuple(parcels), province=province)


def _parcel(lines: Sequence[QuotedLine], *, province: AdminUnit | None) -> QuotedParcel:
    cooperative = lines[0].pack.product.cooperative
    grams = sum(line.pack.ship_weight_g * line.quantity for line in lines)
    way = delivery(cooperative=cooperative, province=province, grams=grams) if province else None
    return QuotedParcel(cooperative=cooperative, lines=tuple(lines), delivery=way)


def _on_check(pack_ids: Sequence[int]) -> set[int]:
    """Of packs without stock, those that only a check of the mass balance keeps from being sold. No query for none."""
    if not pack_ids:
        return set()
    locked = Batch.objects.filter(
        pack_id__in=pack_ids, status=Batch.Status.PUBLISHED, locked_at__isnull=False, available_base__gt=0
    )
    return {pack_id for pack_id in locked.values_list("pack_id", flat=True) if pack_id is not None}


def _quote_line(line: BasketLine, left: int, *, is_on_check: bool = False) -> QuotedLine:
    pack = line.pack
    price = pack.offer.price_dong if hasattr(pack, "offer") else line.shown_price_dong
    trouble: Trouble | None = None
    if not _is_sold(pack):
        trouble = Trouble.GONE
    elif pack.product.cooperative.resting_until:
        trouble = Trouble.RESTING
    elif left == 0:
        trouble = Trouble.ON_CHECK if is_on_check else Trouble.SOLD_OUT
    elif left < line.quantity:
        trouble = Trouble.TOO_FEW
    return QuotedLine(
        pack=pack,
        quantity=line.quantity,
        price_dong=price,
        old_price_dong=line.shown_price_dong if line.shown_price_dong != price else None,
        packs_left=left,
        trouble=trouble,
    )


def _is_sold(pack: Pack) -> bool:
    product = pack.product
    return (
        pack.status == Pack.Status.ACTIVE
        and hasattr(pack, "offer")
        and pack.offer.on_sale
        and product.status == Product.Status.ACTIVE
        and product.sale_mode in SOLD_ONLINE
        and hasattr(product, "listing")
        and product.listing.live
        and product.cooperative.status == "active"
    )
