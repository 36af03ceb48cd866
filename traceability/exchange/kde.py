"""Key data elements by critical tracking events (FSMA 204, 21 CFR 1.1320–1.1350): one row for each event and input lot.

Every column has an English and a Vietnamese name; times are ISO 8601 with offset, quantities plain decimals with a
UN/ECE unit. Records that were declared wrong stay in the sheet, marked. Formulas are made harmless.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from community.sheets.cells import safe_text
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.documents import time_text, trade_quantity
from traceability.epcis.own_terms import evidence_of, word_of
from traceability.events.models import Event, EventItem
from traceability.events.writing import in_vietnam
from traceability.exchange.lot_story import LotStory

BOM = "\ufeff"  # or Excel reads the Vietnamese letters as something else
MOST_ROWS = 5_000  # a hundred inputs with a hundred outputs are ten thousand rows of one event
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
_NOTHING = Row(*([""] * len(Row._fields)))


def rows_of(story: LotStory) -> Iterator[Row]:
    """An event with inputs gives a row for each input and output; any other event a row for each lot it names.

    At most :data:`MOST_ROWS`; what is left out is said by a last row.
    """
    yield from islice(_all_rows(story), MOST_ROWS)
    count = sum(len(gone) * len(out) for gone, out in map(_sides, story.items.values()))
    if count > MOST_ROWS:
        yield _NOTHING._replace(
            cte="TRUNCATED / CÒN NỮA",
            note=f"Only the first {MOST_ROWS} of {count} rows; the EPCIS file has every event. / "
            f"Chỉ có {MOST_ROWS} dòng đầu trong {count} dòng; tệp EPCIS có đủ mọi sự kiện.",
        )


def _all_rows(story: LotStory) -> Iterator[Row]:
    for event in story.events:
        inputs, others = _sides(story.items[event.pk])
        told = _of_event(story, event)
        given = [_given(story, item) for item in inputs]
        for item in others:
            row = told._replace(**_of_lot(story, event, item))
            for facts in given:
                yield row._replace(**facts)


def _sides(items: Sequence[EventItem]) -> tuple[list[EventItem | None], list[EventItem | None]]:
    """(inputs, everything else), neither of them empty."""
    inputs: list[EventItem | None] = [item for item in items if item.role == EventItem.Role.INPUT]
    others: list[EventItem | None] = [item for item in items if item.role != EventItem.Role.INPUT]
    return inputs or [None], others or [None]


def _of_event(story: LotStory, event: Event) -> Row:
    """What all rows of an event say."""
    document = story.documents[event.pk]
    declared = document.get("errorDeclaration", {})
    return _NOTHING._replace(
        cte=_cte(event),
        step=event.stage_name,
        event_time=time_text(in_vietnam(event.event_time)),
        place=(document.get("readPoint") or {}).get("id", ""),
        recorded_at=time_text(in_vietnam(event.recorded_at)),
        received_at=time_text(in_vietnam(event.received_at)),
        who_says=event.who_says,
        documents=_documents(document),
        note=word_of(document, "ocop:note"),
        state=declared.get("reason", "in force") if declared else "in force",
        reason=word_of(declared, "ocop:note"),
        corrective=" ".join(declared.get("correctiveEventIDs", [])),
        event_id=event.event_id,
    )


def _of_lot(story: LotStory, event: Event, item: EventItem | None) -> dict[str, str]:
    lot = story.lots.get(item.batch_id or 0) if item else None
    about = lot or story.lots.get(event.batch_id or 0, story.batch)
    quantity, unit = _quantity(item)
    return {
        "lot": lot.lot_code if lot else "",
        "lot_id": _identity(item, lot),
        "product": _product(about),
        "gtin": about.pack.gtin or "" if about.pack else "",
        "quantity": quantity,
        "unit": unit,
        "growing_area": about.plot.growing_area_code if about.plot else "",
        "maker": about.cooperative.name,
        "maker_code": about.cooperative.gln or about.cooperative.code,
    }


def _given(story: LotStory, item: EventItem | None) -> dict[str, str]:
    lot = story.lots.get(item.batch_id or 0) if item else None
    quantity, unit = _quantity(item)
    return {
        "input_lot": lot.lot_code if lot else "",
        "input_id": _identity(item, lot),
        "input_quantity": quantity,
        "input_unit": unit,
    }


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
    return " ".join([*listed, *evidence_of(document)])


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
        from openpyxl import Workbook  # noqa: PLC0415
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
        from openpyxl.styles import Font  # noqa: PLC0415

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
