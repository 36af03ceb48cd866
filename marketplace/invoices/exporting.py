"""Wishes for invoices as a sheet or as JSON, for the program in which the seller issues them: one row for each line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from marketplace.invoices.models import InvoiceRequest, InvoiceStatus
from marketplace.orders.models import Parcel, came_to_seller

CONSUMER = "Bán cho người tiêu dùng"
COLUMNS = (
    "parcel", "paid_on", "buyer_kind", "buyer_name", "tax_code", "personal_id", "address", "email", "title", "unit",
    "quantity", "unit_price_dong", "amount_dong", "status", "serial", "number",
)  # fmt: skip
MOST = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def wishes(cooperative: Any, *, only_open: bool = False) -> list[InvoiceRequest]:
    """Of parcels that are the seller's, newest first, at most ``MOST``; all that the files need, in five queries."""
    requests = InvoiceRequest.objects.filter(came_to_seller("parcel__"), parcel__cooperative=cooperative)
    if only_open:
        requests = requests.filter(status=InvoiceStatus.ASKED)
    return list(
        requests.select_related("parcel__order").prefetch_related("parcel__lines__changes", "parcel__changes")[:MOST]
    )


def as_json(requests: Iterable[InvoiceRequest]) -> str:
    """What really went, in whole đồng; delivery is a line of its own, and so is what a lighter weight takes off."""
    return json.dumps([_document(one) for one in requests], ensure_ascii=False, indent=1) + "\n"


def as_csv(requests: Iterable[InvoiceRequest]) -> str:
    """UTF-8 with a mark that spreadsheet programs know; nothing in it can be run as a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for request in requests:
        head = _head(request)
        for line in _lines(request.parcel):
            writer.writerow({name: _harmless(value) for name, value in (head | line).items()})
    return out.getvalue()


def _head(request: InvoiceRequest) -> dict[str, Any]:
    paid_at = request.parcel.paid_at
    return {
        "parcel": request.parcel.code,
        "paid_on": timezone.localdate(paid_at).isoformat() if paid_at else "",
        "buyer_kind": request.buyer_kind,
        "buyer_name": request.name or CONSUMER,
        "tax_code": request.tax_code,
        "personal_id": request.personal_id,
        "address": request.address,
        "email": request.email,
        "status": request.status,
        "serial": request.serial,
        "number": request.number,
    }


def _lines(parcel: Parcel) -> Iterator[dict[str, Any]]:
    """They add up to what the parcel costs, also one that was paid by a weight which was corrected afterwards."""
    told = 0
    for line in _sold(parcel):
        told += line["amount_dong"]
        yield line
    if rest := parcel.due_dong - told:
        title = "Điều chỉnh theo số tiền đã thu"
        yield {"title": title, "unit": "lần", "quantity": 1, "unit_price_dong": rest, "amount_dong": rest}


def _sold(parcel: Parcel) -> Iterator[dict[str, Any]]:
    for line in parcel.lines.all():
        if not line.packs_to_send:
            continue
        yield {
            "title": line.title,
            "unit": line.pack_name,
            "quantity": line.packs_to_send,
            "unit_price_dong": line.unit_price_dong,
            "amount_dong": line.packs_to_send * line.unit_price_dong,
        }
        if off := line.discount_of(line.packs_to_send):
            title = f"Chiết khấu: {line.title}"
            yield {"title": title, "unit": "lần", "quantity": 1, "unit_price_dong": -off, "amount_dong": -off}
        if lighter := line.price_of(line.packs_to_send) - line.due_dong:
            title = f"Trừ phần cân thiếu: {line.title}"
            yield {"title": title, "unit": "lần", "quantity": 1, "unit_price_dong": -lighter, "amount_dong": -lighter}
    if parcel.shipping_due_dong:
        fee = parcel.shipping_due_dong
        yield {"title": "Phí giao hàng", "unit": "lần", "quantity": 1, "unit_price_dong": fee, "amount_dong": fee}


def _document(request: InvoiceRequest) -> dict[str, Any]:
    return _head(request) | {"lines": list(_lines(request.parcel)), "total_dong": request.parcel.due_dong}


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
