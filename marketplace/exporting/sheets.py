"""What a cooperative owns, as rows: goods and lots in the columns that an import reads, then steps, orders, money."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models import Q, Sum
from django.utils import timezone

from community.cooperatives.models import Cooperative
from community.sheets.writing import SheetOut, Value
from community.text.quantities import NBSP, show_quantity
from marketplace.exporting import headings
from marketplace.hand_sales.models import HandSaleLine
from marketplace.listings.models import Listing
from marketplace.orders.models import OrderLine, came_to_seller
from marketplace.orders.states import NEEDS_BUYER, ParcelStatus
from marketplace.shipping.models import PickUpPoint, ShippingZone
from marketplace.statements.overview import months_of
from marketplace.statements.reading import Change, Sale, statement_of
from marketplace.vouchers.models import Voucher, VoucherUse
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.events.models import EventItem
from traceability.events.selling import SOLD_STAGE
from traceability.products.models import Pack, Product

Row = list[Value]
CHUNK = 500
CONTAINERS = ("túi", "hộp", "chai", "hũ", "gói", "bao")


def sheets_of(cooperative: Cooperative, *, with_buyers: bool, with_money: bool, livemode: bool) -> Iterator[SheetOut]:
    """Each sheet reads as it is written; sheets of what one may not see are not there."""
    yield SheetOut("Hàng", headings.GOODS, goods_rows(cooperative))
    yield SheetOut("Lô", headings.LOTS + headings.LOTS_MORE, lot_rows(cooperative))
    yield SheetOut("Công đoạn", headings.STEPS, step_rows(cooperative))
    yield SheetOut("Phí gửi", headings.ZONES, zone_rows(cooperative))
    extra = headings.BUYERS if with_buyers else ()
    yield SheetOut("Đơn hàng", headings.ORDERS + extra, order_rows(cooperative, with_buyers=with_buyers))
    yield SheetOut("Mã giảm giá", headings.VOUCHERS, voucher_rows(cooperative))
    yield SheetOut("Bán ngoài sàn", headings.HAND_SALES, hand_sale_rows(cooperative))
    if with_money:
        yield SheetOut("Sao kê", headings.STATEMENT, statement_rows(cooperative, livemode=livemode))


def goods_rows(cooperative: Cooperative) -> Iterator[Row]:
    """Packs that are in use, of goods that are in use."""
    packs = Pack.objects.filter(
        product__cooperative=cooperative, status=Pack.Status.ACTIVE, product__status=Product.Status.ACTIVE
    ).select_related("product__line", "product__listing", "offer")
    for pack in packs.order_by("product__name", "product_id", "net_quantity_base", "pk").iterator(CHUNK):
        product = pack.product
        listing: Listing | None = getattr(product, "listing", None)
        life, abv = product.shelf_life_days, product.abv_percent
        yield [
            product.code,
            pack.code,
            product.name,
            product.line.name if product.line else "",
            product.ocop_subgroup,
            f"{abv.normalize():f}".replace(".", ",") if abv else "",
            next((word for word in CONTAINERS if pack.name.lower().startswith(f"{word} ")), ""),
            show_quantity(pack.net_quantity_base, pack.base_unit).replace(NBSP, " "),
            pack.offer.price_dong if hasattr(pack, "offer") else None,
            pack.ship_weight_g,
            pack.gtin or "",
            f"{life} ngày" if life else "",
            listing.summary if listing else "",
            listing.story if listing else "",
        ]


def lot_rows(cooperative: Cooperative) -> Iterator[Row]:
    """Packed lots. "Số gói": those packed, as records in force say; "Còn lại": those that can still be sold."""
    lots = Batch.objects.of_cooperative(cooperative).filter(pack__isnull=False, packed_on__isnull=False)
    packings = Posting.objects.filter(batch__cooperative=cooperative, kind=PostingKind.PACK, cancelled_by=None)
    packed = dict(packings.order_by().values_list("batch_id").annotate(sum=Sum("on_hand_delta")))
    for lot in lots.select_related("product", "pack").order_by("product__name", "lot_code", "pk").iterator(CHUNK):
        if lot.pack is None or not packed.get(lot.pk):
            continue
        size = lot.pack.net_quantity_base
        yield [
            lot.lot_code,
            lot.product.name,
            lot.pack.code,
            lot.pack.name,
            lot.packed_on,
            packed.get(lot.pk, 0) // size,
            lot.available_base // size,
            lot.best_before_on,
            str(lot.get_status_display()),
            lot.public_code,
        ]


def step_rows(cooperative: Cooperative) -> Iterator[Row]:
    """Every record about each lot, also those that were declared wrong; sales are in the orders."""
    items = (
        EventItem.objects.filter(batch__cooperative=cooperative)
        .exclude(event__stage=SOLD_STAGE)
        .select_related("event", "batch__product")
        .prefetch_related("event__declarations")
        .order_by("batch__lot_code", "event__event_time", "event_id", "pk")
    )
    for item in items.iterator(CHUNK):
        event, lot = item.event, item.batch
        assert lot is not None
        amount = show_quantity(item.quantity_base, lot.base_unit).replace(NBSP, " ") if item.quantity_base else ""
        wrong = "sai" if event.declarations.all() else ""
        name = event.stage_name or event.biz_step
        yield [lot.lot_code, lot.product.name, name, event.event_time, event.recorded_at, amount, wrong, event.event_id]


def order_rows(cooperative: Cooperative, *, with_buyers: bool) -> Iterator[Row]:
    """Lines of orders that are paid, now or on delivery: a basket somebody still pays is not the seller's business.

    Who bought stands only where the desk shows it too: while the parcel still has to be worked on (``NEEDS_BUYER``).
    """
    lines = (
        OrderLine.objects.filter(came_to_seller("parcel__"), parcel__cooperative=cooperative)
        .exclude(parcel__status=ParcelStatus.AWAITING_PAYMENT)
        .select_related("parcel__order", "parcel__voucher_use__voucher")
        .prefetch_related("changes", "parcel__changes")
        .order_by("parcel__order__placed_at", "parcel_id", "pk")
    )
    for line in lines.iterator(CHUNK):
        parcel, order = line.parcel, line.parcel.order
        off = line.discount_of(line.packs_to_send)
        used: VoucherUse | None = getattr(parcel, "voucher_use", None)
        row: Row = [
            parcel.code, order.placed_at, str(parcel.get_status_display()), line.title, line.pack_name,
            line.packs_to_send, line.unit_price_dong, off or None, line.due_dong, parcel.shipping_due_dong,
            parcel.due_dong, parcel.paid_at, used.voucher.code if used else "",
        ]  # fmt: skip
        buyer: Row = ["", "", "", ""]
        if parcel.status in NEEDS_BUYER:
            buyer = [order.buyer_name, _domestic(order.buyer_phone), order.place_text, order.landmark]
        yield row + buyer if with_buyers else row


def voucher_rows(cooperative: Cooperative) -> Iterator[Row]:
    """What each code gives, and what those uses took off that were not given back."""
    given = Sum("used_by__dong", filter=Q(used_by__given_back_at=None))
    for code in Voucher.objects.filter(cooperative=cooperative).annotate(given_dong=given).order_by("pk"):
        yield [
            code.code, code.percent, code.dong, code.most_dong, code.min_goods_dong, code.starts_on, code.ends_on,
            code.most_uses, code.per_phone, code.uses, code.given_dong or 0, code.stopped_at,
        ]  # fmt: skip


def hand_sale_rows(cooperative: Cooperative) -> Iterator[Row]:
    """What was sold outside the shop, also what was taken back; no buyer: whom it went to was for the delivery only."""
    lines = HandSaleLine.objects.filter(sale__cooperative=cooperative).select_related("sale", "batch")
    for line in lines.order_by("sale__day", "sale_id", "pk").iterator(CHUNK):
        sale = line.sale
        yield [
            sale.day, str(sale.get_where_display()), sale.place, line.title, line.pack_name, line.batch.lot_code,
            line.quantity, line.unit_price_dong, line.total_dong, str(sale.get_paid_display()),
            "rồi" if sale.undone_at else "",
        ]  # fmt: skip


def zone_rows(cooperative: Cooperative) -> Iterator[Row]:
    """What delivery costs to where, then the places to collect at."""
    for zone in ShippingZone.objects.filter(cooperative=cooperative).prefetch_related("places__unit__parent"):
        named = "; ".join(spot.unit.full_name for spot in zone.places.all())
        yield [
            zone.name, named or "Những nơi còn lại", zone.first_grams, zone.first_dong, zone.step_grams, zone.step_dong,
            zone.days_min, zone.days_max, zone.free_from_dong, zone.most_grams, "có" if zone.carries_chilled else "",
            zone.chilled_dong or None,
        ]  # fmt: skip
    for point in PickUpPoint.objects.filter(cooperative=cooperative).on_offer():
        yield [point.name, f"Khách đến lấy: {point.place_text} ({point.hours})", *[None] * 10]


def statement_rows(cooperative: Cooperative, *, livemode: bool) -> Iterator[Row]:
    """Month after month, every fact that moved the cooperative's account."""
    words = "thật" if livemode else "MÔ PHỎNG"
    for month, _stands in reversed(months_of(cooperative, livemode=livemode)):
        statement = statement_of(cooperative, month, livemode=livemode)
        facts: list[Sale | Change] = sorted(chain(statement.sales, statement.changes), key=lambda fact: fact.at)
        for fact in facts:
            day = timezone.localtime(fact.at).date()
            if isinstance(fact, Sale):
                own = "có" if fact.direct else ""
                yield [day, "Bán hàng", fact.parcel, fact.goods_dong, fact.shipping_dong, fact.total_dong,
                       fact.commission_dong, fact.tax_dong, own, fact.moves_dong, words]  # fmt: skip
            else:
                yield [day, KINDS.get(fact.kind, fact.kind), fact.name, None, None, fact.dong, -fact.fees_dong, None,
                       "", fact.moves_dong, words]  # fmt: skip


KINDS = {
    "refund_promised": "Hứa hoàn tiền", "refund_called_off": "Thôi hoàn tiền", "refund_sent": "Đã hoàn tiền",
    "dispute_borne": "Khiếu nại thẻ", "payout_sent": "Chợ chuyển tiền", "payout_returned": "Ngân hàng trả lại",
    "dues_paid": "HTX nộp phí", "dues_undone": "Gỡ khoản nộp phí",
}  # fmt: skip


def _domestic(phone: str) -> str:
    """ "+84912…" → "0912…": a number that begins with + would be taken for a formula."""
    return f"0{phone[3:]}" if phone.startswith("+84") else phone
