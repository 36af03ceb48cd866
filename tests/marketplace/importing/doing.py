"""Sheets for tests, made as people make them, and the way an import goes."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence

from openpyxl import Workbook

from marketplace.importing.applying import apply_import, ask_to_apply
from marketplace.importing.models import ImportRow, SheetImport
from marketplace.importing.taking_in import read_upload, upload_sheet
from marketplace.importing.undoing import ask_to_undo, undo_import

GOODS = ("Tên hàng", "Loại hàng", "Nhóm OCOP", "Đóng trong", "Lượng một gói", "Giá bán", "Giới thiệu")
LOTS = ("Số lô", "Tên hàng", "Gói", "Ngày đóng gói", "Số gói")
HONEY = ("Mật ong rừng", "Ngắn", "1.2.b", "chai", "500 ml", "185.000", "Ong hút mật hoa tràm.")


def csv(*rows: Sequence[object], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(";".join(map(str, row)) for row in rows).encode(encoding)


def old_windows(*rows: Sequence[object]) -> bytes:
    """The same as an old Windows saves it: its code page has tone marks as letters of their own."""
    return csv(*(["".join(map(_cp1258, str(cell))) for cell in row] for row in rows), encoding="cp1258")


def _cp1258(letter: str) -> str:
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in plain if mark in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", "".join(mark for mark in plain if mark not in tones)) + tones
    return letter


def xlsx(**sheets: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def brought(body: bytes, cooperative, actor) -> SheetImport:
    """Uploaded, read and checked."""
    sheet = upload_sheet(cooperative=cooperative, name="hang.xlsx", body=body, actor=actor)
    read_upload(sheet=sheet)
    return sheet


def taken_in(body: bytes, cooperative, actor) -> SheetImport:
    sheet = brought(body, cooperative, actor)
    assert not sheet.seen["bad"], faults(sheet)
    ask_to_apply(sheet=sheet, actor=actor)
    apply_import(sheet=sheet, actor=actor)
    return sheet


def undone(sheet: SheetImport, actor) -> SheetImport:
    ask_to_undo(sheet=sheet, actor=actor)
    undo_import(sheet=sheet, actor=actor)
    return sheet


def faults(sheet: SheetImport) -> list[tuple[int, str, str]]:
    """(row as the program numbers it, field, code)."""
    return [
        (row.number, name, code)
        for row in ImportRow.objects.filter(sheet_import=sheet)
        for name, code, _f in row.faults
    ]
