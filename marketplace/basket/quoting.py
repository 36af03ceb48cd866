"""What the basket costs today: parcels by cooperative, with what changed since the buyer last looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Prefetch
from django.utils import timezone

from community import clock
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.basket.discounting import QuotedVoucher, with_voucher
from marketplace.basket.models import Basket, BasketLine
from marketplace.listings.finding import SOLD_ONLINE, stock_left
from marketplace.listings.shelves import unit_price
from marketplace.shipping.costing import Delivery, Load, NoWay, collection, delivery
from marketplace.shipping.models import PickUpPoint
from marketplace.shipping.promising import Promise, promise, rule_of
from marketplace.vouchers.using import vouchers_of
from traceability.batches.models import Batch
from traceability.products.models import Pack, Product


class Trouble(StrEnum):
    """Why a line cannot be bought as it stands."""

    GONE = "gone"
    STOPPED = "stopped"  # the seller sells it again perhaps
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
    discount_dong: int = 0

    @property
    def full_dong(self) -> int:
        return self.price_dong * self.quantity

    @property
    def total_dong(self) -> int:
        return self.full_dong - self.discount_dong

    @property
    def unit_price(self) -> tuple[int, str] | None:
        return unit_price(self.price_dong, self.pack.net_quantity_base, self.pack.base_unit)


@dataclass(frozen=True, slots=True)
class QuotedParcel:
    """``delivery`` is None while no place is known (then ``no_way`` is too), or when ``no_way`` says why not.

    ``promise``: when it leaves and comes if it is paid now; None where the seller named no days.
    """

    cooperative: Cooperative
    lines: tuple[QuotedLine, ...]
    delivery: Delivery | None
    no_way: NoWay | None = None
    promise: Promise | None = None
    voucher: QuotedVoucher | None = None

    @property
    def goods_dong(self) -> int:
        """What the goods cost with the discount, if there is one."""
        return self.full_dong - self.discount_dong

    @property
    def full_dong(self) -> int:
        return sum(line.full_dong for line in self.lines)

    @property
    def discount_dong(self) -> int:
        return sum(line.discount_dong for line in self.lines)

    @property
    def load(self) -> Load:
        grams = sum(line.pack.ship_weight_g * line.quantity for line in self.lines)
        return Load(grams, goods_dong=self.full_dong, needs_cold=bool(self.cold_lines))

    @property
    def cold_lines(self) -> list[QuotedLine]:
        return [line for line in self.lines if line.pack.product.needs_cold]

    @property
    def points(self) -> list[PickUpPoint]:
        """Where the buyer may collect it."""
        return list(self.cooperative.pick_up_points.all())


@dataclass(frozen=True, slots=True)
class Quote:
    parcels: tuple[QuotedParcel, ...]
    province: AdminUnit | None
    commune: AdminUnit | None = None
    voucher_code: str = ""

    @property
    def goods_dong(self) -> int:
        return sum(parcel.goods_dong for parcel in self.parcels)

    @property
    def full_dong(self) -> int:
        return sum(parcel.full_dong for parcel in self.parcels)

    @property
    def discount_dong(self) -> int:
        return sum(parcel.discount_dong for parcel in self.parcels)

    @property
    def voucher_is_unknown(self) -> bool:
        """No seller of this basket has such a code."""
        return bool(self.voucher_code) and not any(parcel.voucher for parcel in self.parcels)

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
    def is_collected(self) -> bool:
        """The buyer collects everything: no address is needed."""
        ways = [parcel.delivery for parcel in self.parcels]
        return bool(ways) and all(way is not None and way.point is not None for way in ways)

    @property
    def no_ways(self) -> list[QuotedParcel]:
        """Parcels that cannot go as they are, each with the reason."""
        return [parcel for parcel in self.parcels if parcel.no_way]

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


def quote_basket(
    basket: Basket,
    *,
    province: AdminUnit | None = None,
    commune: AdminUnit | None = None,
    pick_ups: Mapping[str, str] | None = None,
) -> Quote:
    """Prices, stock, delivery and seller state as they are now. A fixed number of queries, whatever the size.

    ``pick_ups``: code of a cooperative → code of its point where the buyer collects that parcel.
    """
    lines = _lines_of(basket)
    left = stock_left([line.pack for line in lines], today=timezone.localdate())
    packs_left = {
        line.pack_id: left[line.pack.product_id].packs_by_id.get(line.pack_id, 0) if line.pack.product_id in left else 0
        for line in lines
    }
    on_check = _on_check([pack_id for pack_id, packs in packs_left.items() if not packs])
    by_seller: dict[int, list[QuotedLine]] = {}
    for line in lines:
        quoted = _quote_line(line, packs_left[line.pack_id], is_on_check=line.pack_id in on_check)
        by_seller.setdefault(line.pack.product.cooperative_id, []).append(quoted)
    vouchers = vouchers_of(basket.voucher_code, by_seller)
    parcels = []
    for seller_id, own in by_seller.items():
        seller = own[0].pack.product.cooperative
        point = (pick_ups or {}).get(seller.code, "")
        reduced, voucher = with_voucher(own, vouchers.get(seller_id), day=clock.today())
        parcel = quote_parcel(reduced, cooperative=seller, place=commune or province, point=point)
        parcels.append(replace(parcel, voucher=voucher))
    return Quote(tuple(parcels), province, commune, basket.voucher_code)


def _lines_of(basket: Basket) -> list[BasketLine]:
    """With all that a quote reads of them."""
    seller = "pack__product__cooperative"
    return list(
        basket.lines.select_related(
            "pack__offer", "pack__product__listing", f"{seller}__commune__parent", f"{seller}__dispatch_days"
        ).prefetch_related(
            f"{seller}__shipping_zones__places",
            Prefetch(f"{seller}__pick_up_points", PickUpPoint.objects.on_offer()),
        )
    )


def quote_parcel(
    lines: Sequence[QuotedLine], *, cooperative: Cooperative, place: AdminUnit | None, point: str = ""
) -> QuotedParcel:
    """What these lines cost to ``place``, or at the seller's ``point`` (its code); without either, goods only."""
    bare = QuotedParcel(cooperative=cooperative, lines=tuple(lines), delivery=None)
    if point:
        way: Delivery | NoWay = collection(cooperative=cooperative, code=point)
    elif place is not None:
        way = delivery(cooperative=cooperative, place=place, load=bare.load)
    else:
        return bare
    if isinstance(way, NoWay):
        return replace(bare, no_way=way)
    return replace(bare, delivery=way, promise=promised(cooperative, way))


def promised(cooperative: Cooperative, way: Delivery) -> Promise | None:
    """Of a parcel that would be paid now."""
    rule = rule_of(cooperative)
    return promise(rule, paid_at=clock.now(), days_min=way.days_min, days_max=way.days_max) if rule else None


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
    if not _is_listed(pack):
        trouble = Trouble.GONE
    elif not pack.offer.on_sale:
        trouble = Trouble.STOPPED
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


def _is_listed(pack: Pack) -> bool:
    """To be bought, unless the seller has stopped it for a while."""
    product = pack.product
    return (
        pack.status == Pack.Status.ACTIVE
        and hasattr(pack, "offer")
        and product.status == Product.Status.ACTIVE
        and product.sale_mode in SOLD_ONLINE
        and hasattr(product, "listing")
        and product.listing.live
        and product.cooperative.status == "active"
    )
