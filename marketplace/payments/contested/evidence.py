"""What a card's bank is sent when a payment is contested: the order, the proof of sending, the pages of the batches.

In English whatever the reader's language: the banks that ask are abroad.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import override

from marketplace.orders.models import OrderLine, Parcel
from marketplace.orders.states import AllocationStatus
from marketplace.payments.books.dispute_books import parcels_paid_by
from marketplace.payments.models import Dispute
from marketplace.payments.states import RefundStatus
from traceability.batches.addresses import batch_path

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOT_YET = "not yet"


def evidence_text(dispute: Dispute) -> str:
    """Plain text, one fact a line; amounts in đồng, times in Viet Nam."""
    with override("en"):
        return "\n".join(_lines(dispute)) + "\n"


def _lines(dispute: Dispute) -> Iterator[str]:
    payment, order = dispute.payment, dispute.payment.order
    yield f"EVIDENCE FOR DISPUTE {dispute.provider_ref}"
    yield f"Contested: {_dong(dispute.amount_dong)}; reason given: {dispute.reason or 'none'}"
    yield f"Order {order.code}, placed {_when(order.placed_at)}, paid {_when(payment.confirmed_at)}"
    yield f"Paid: {_dong(payment.received_dong)} by card, payment {payment.uuid}"
    yield f"Buyer: {order.buyer_name}, {order.buyer_phone}{', ' + order.buyer_email if order.buyer_email else ''}"
    yield f"Delivered to: {order.landmark}, {order.place_text}"
    for refund in payment.refunds.filter(status=RefundStatus.DONE).order_by("pk"):
        yield f"Refunded: {_dong(refund.amount_dong)} on {_when(refund.ended_at)}"
    for parcel in parcels_paid_by(payment):
        yield ""
        yield from _of_parcel(parcel)


def _of_parcel(parcel: Parcel) -> Iterator[str]:
    yield f"PARCEL {parcel.code} from {parcel.seller_name}: {parcel.get_status_display()}"
    yield f"Goods {_dong(parcel.goods_due_dong)}, delivery {_dong(parcel.shipping_due_dong)}"
    if parcel.back_dong:
        yield f"Less was sent than ordered, {_dong(parcel.back_dong)} of {_dong(parcel.total_dong)} went back"
    for line in parcel.lines.prefetch_related("allocations__batch__pack", "changes").order_by("pk"):
        yield from _of_line(line)
    yield f"Packed: {_when(parcel.packed_at)}"
    courier = f", {parcel.courier}, tracking number {parcel.courier_code or 'none'}" if parcel.courier else ""
    yield f"Handed to the carrier: {_when(parcel.shipped_at)}{courier}"
    yield f"Delivered: {_when(parcel.delivered_at)}"


def _of_line(line: OrderLine) -> Iterator[str]:
    goods = f"{line.title_en or line.title}, {line.pack_name_en or line.pack_name}"
    yield f"- {line.packs_to_send} x {goods}: {_dong(line.due_dong)}"
    for each in line.allocations.exclude(status=AllocationStatus.RELEASED):
        page = settings.SITE_URL.rstrip("/") + batch_path(each.batch)
        yield f"  batch {each.batch.lot_code}, its recorded history: {page}"


def _dong(dong: int) -> str:
    return f"{dong:,} VND"


def _when(moment: datetime | None) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if moment else NOT_YET
