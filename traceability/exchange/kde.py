"""Key data elements by critical tracking events (FSMA 204, 21 CFR 1.1320–1.1350): one row for each event and input lot.

Every column has an English and a Vietnamese name; times are ISO 8601 with offset, quantities plain decimals with a
UN/ECE unit. Records that were declared wrong stay in the sheet, marked. Formulas are made harmless.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.documents import time_text, trade_quantity
from traceability.events.models import Event, EventItem
from traceability.events.writing import in_vietnam
from traceability.exchange.cells import safe_text
from traceability.exchange.lot_story import LotStory, document_of

BOM = "\ufeff"  # or Excel reads the Vietnamese letters as something else
CTE = {
    "commissioning": "Harvesting",
    "creating_class_instance": "Harvesting",
    "receiving": "Receiving",
    "packing": "Initial packing",
    "shipping": "Shipping",
    "inspecting": "Inspection",
    "sampling": "Sampling",
    "storing": "Storing",
    "destroying": "Destroying",
    "sensor_reporting": "Sensor reporting",
}


class Row(NamedTuple):
    """The names of the fields are the keys of :data:`HEADERS`; empty text where something does not apply."""

    cte: str
    step: str
    event_time: str
    lot: str
    lot_id: str
    product: str
    gtin: str
    quantity: str
    unit: str
    input_lot: str
    input_id: str
    input_quantity: str
    input_unit: str
    place: str
    growing_area: str
    maker: str
    maker_code: str
    recorded_at: str
    received_at: str
    who_says: str
    documents: str
    note: str
    state: str
    reason: str
    corrective: str
    event_id: str


HEADERS = Row(
    cte="Critical tracking event / Sự kiện trọng yếu",
    step="Step / Công đoạn",
    event_time="Event time / Thời điểm",
    lot="Traceability lot code / Mã lô",
    lot_id="Lot identifier / Mã truy vết sản phẩm",
    product="Product / Sản phẩm",
    gtin="GTIN",
    quantity="Quantity / Số lượng",
    unit="Unit (UN/ECE) / Đơn vị",
    input_lot="Input lot code / Mã lô đầu vào",
    input_id="Input lot identifier / Mã truy vết lô đầu vào",
    input_quantity="Input quantity / Số lượng đầu vào",
    input_unit="Input unit / Đơn vị đầu vào",
    place="Location code / Mã truy vết địa điểm",
    growing_area="Growing area code / Mã số vùng trồng",
    maker="Responsible party / Cơ sở chịu trách nhiệm",
    maker_code="Party code / Mã cơ sở",
    recorded_at="Written down / Lúc ghi",
    received_at="Received / Lúc nhận",
    who_says="Who says so / Ai nói",
    documents="Reference documents / Chứng từ",
    note="Note / Ghi chú",
    state="State / Tình trạng",
    reason="Reason of correction / Lý do sửa",
    corrective="Corrective event / Bản ghi thay thế",
    event_id="Event identifier / Mã sự kiện",
)


def rows_of(story: LotStory) -> Iterator[Row]:
    """An event with inputs gives a row for each input and output; any other event a row for each lot it names."""
    for event in story.events:
        items = story.items[event.pk]
        nothing: list[EventItem | None] = [None]
        inputs = [item for item in items if item.role == EventItem.Role.INPUT]
        others = [item for item in items if item.role != EventItem.Role.INPUT]
        for item in others or nothing:
            for given in inputs or nothing:
                yield _row(story, event, item, given)


def _row(story: LotStory, event: Event, item: EventItem | None, given: EventItem | None) -> Row:
    document = document_of(event)
    declared = document.get("errorDeclaration", {})
    lot = story.lots.get(item.batch_id or 0) if item else None
    source = story.lots.get(given.batch_id or 0) if given else None
    about = lot or story.lots.get(event.batch_id or 0, story.batch)
    quantity, unit = _quantity(item)
    input_quantity, input_unit = _quantity(given)
    return Row(
        cte=_cte(event),
        step=event.stage_name,
        event_time=time_text(in_vietnam(event.event_time)),
        lot=lot.lot_code if lot else "",
        lot_id=_identity(item, lot),
        product=_product(about),
        gtin=about.pack.gtin or "" if about.pack else "",
        quantity=quantity,
        unit=unit,
        input_lot=source.lot_code if source else "",
        input_id=_identity(given, source),
        input_quantity=input_quantity,
        input_unit=input_unit,
        place=(document.get("readPoint") or {}).get("id", ""),
        growing_area=about.plot.growing_area_code if about.plot else "",
        maker=about.cooperative.name,
        maker_code=about.cooperative.gln or about.cooperative.code,
        recorded_at=time_text(in_vietnam(event.recorded_at)),
        received_at=time_text(in_vietnam(event.received_at)),
        who_says=event.who_says,
        documents=_documents(document),
        note=str(document.get("ocop:note", "")),
        state=declared.get("reason", "in force") if declared else "in force",
        reason=str(declared.get("ocop:note", "")),
        corrective=" ".join(declared.get("correctiveEventIDs", [])),
        event_id=event.event_id,
    )


def _cte(event: Event) -> str:
    if event.type == "TransformationEvent":
        return "Transformation"
    return CTE.get(event.biz_step.rpartition("/")[2].rpartition("-")[2], "Other")


def _identity(item: EventItem | None, lot: Batch | None) -> str:
    """Lots that may not be told are named by nothing."""
    if lot is not None:
        return batch_uri(lot)
    return item.epc_uri if item is not None and item.batch_id is None else ""


def _quantity(item: EventItem | None) -> tuple[str, str]:
    """Pieces are H87 in a sheet: a column must not be empty where EPCIS leaves the unit out."""
    if item is None or item.quantity_base is None:
        return "", ""
    number, unit = trade_quantity(item.quantity_base, item.base_unit)
    return format(Decimal(str(number)), "f"), unit or "H87"


def _product(batch: Batch) -> str:
    if batch.pack is not None:
        return f"{batch.product.name}, {batch.pack.name}"
    return batch.material or batch.product.name


def _documents(document: dict[str, Any]) -> str:
    listed = [each.get("bizTransaction", "") for each in document.get("bizTransactionList", [])]
    return " ".join([*listed, *document.get("ocop:evidence", [])])


class CsvExport:
    """UTF-8 with a byte order mark, comma, CRLF (RFC 4180)."""

    media_type = "text/csv; charset=utf-8"
    ending = "csv"

    def render(self, story: LotStory) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
        writer.writerow(HEADERS)
        writer.writerows([safe_text(cell) for cell in row] for row in rows_of(story))
        return (BOM + out.getvalue()).encode()


class XlsxExport:
    """One sheet of texts: nothing in it is computed, a leading zero of a GTIN stays."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ending = "xlsx"

    def render(self, story: LotStory) -> bytes:
        # Loaded with the first sheet: most processes of the site never make one.
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        book = Workbook(write_only=True)
        sheet = book.create_sheet("KDE")
        sheet.freeze_panes = "A2"
        heads = [WriteOnlyCell(sheet, value=name) for name in HEADERS]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in rows_of(story):
            sheet.append([safe_text(cell) for cell in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
