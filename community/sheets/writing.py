"""Rows as files people open: a workbook with a sheet each, or csv files in a zip. No text becomes a formula.

Rows are written as they come: a file of 100,000 rows needs no more memory than one of ten.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from community.sheets.cells import safe_text
from community.text.dates import VIETNAM

Value = str | int | date | datetime | None
HEAD = PatternFill("solid", fgColor="DDEBDD")
DAY, MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"


@dataclass(frozen=True, slots=True)
class SheetOut:
    """One sheet: its name (up to 31 letters), headings with the widths of their columns, and its rows."""

    name: str
    headings: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Value]]
    wraps: bool = False


def write_workbook(path: Path, sheets: Iterable[SheetOut]) -> None:
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name[:31])
        page.freeze_panes = "A2"
        for number, (_words, width) in enumerate(sheet.headings):
            page.column_dimensions[chr(ord("A") + number)].width = width
        page.append([_heading(page, words) for words, _width in sheet.headings])
        for row in sheet.rows:
            page.append([_cell(page, value, wraps=sheet.wraps) for value in row])
    book.save(path)


def write_csv_zip(path: Path, sheets: Iterable[SheetOut]) -> None:
    """A csv file for each sheet, UTF-8 with a mark so that old spreadsheets read Vietnamese."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for sheet in sheets:
            with packed.open(f"{sheet.name}.csv", "w") as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as out:
                writer = csv.writer(out, lineterminator="\r\n")
                writer.writerow([words for words, _width in sheet.headings])
                writer.writerows([_plain(value) for value in row] for row in sheet.rows)


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read Vietnamese; whole numbers as numbers; no text becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell if type(cell) is int else safe_text(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _heading(page: Any, words: str) -> Any:
    cell = WriteOnlyCell(page, words)
    cell.font, cell.fill = Font(bold=True), HEAD
    return cell


def _cell(page: Any, value: Value, *, wraps: bool) -> Any:
    if isinstance(value, datetime):
        cell = WriteOnlyCell(page, value.astimezone(VIETNAM).replace(tzinfo=None))
        cell.number_format = MOMENT
    elif isinstance(value, date):
        cell = WriteOnlyCell(page, value)
        cell.number_format = DAY
    elif type(value) is int:
        cell = WriteOnlyCell(page, value)
        cell.number_format = "#,##0"
    else:
        cell = WriteOnlyCell(page, safe_text(value))
        cell.data_type = "s"  # never "f"
        cell.number_format = "@"
    if wraps:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _plain(value: Value) -> str | int:
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return value if type(value) is int else safe_text(value)
