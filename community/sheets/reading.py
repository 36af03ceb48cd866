"""A file as rows of cells: csv in the encodings banks and old Windows machines use, or xlsx. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import load_workbook

from community.errors import DomainError

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_ROWS = 10_000
MOST_READ = 12_000
MOST_COLUMNS = 60
LONGEST_CELL = 1_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

Cell = str | int | float | date | datetime | None


class UnreadableFile(DomainError):
    """Codes: ``too_large``, ``too_many_rows`` (most), ``no_sheet``, ``empty``, ``lost`` (the kept file is gone)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row with something in it: of which sheet ("" in csv), its number as the program shows it, from 1."""

    sheet: str
    number: int
    cells: list[Cell]


def read_sheet(body: bytes) -> list[list[Cell]]:
    """Every row of the first sheet, blank ones left out; texts composed (NFC) and stripped."""
    kept: list[list[Cell]] = []
    for row in stream_rows(body, every_sheet=False):
        kept.append(row.cells)
        if len(kept) > MOST_ROWS + 50:  # 50: what stands above the table
            raise UnreadableFile("too_many_rows", most=MOST_ROWS)
    if not kept:
        raise UnreadableFile("empty")
    return kept


def stream_rows(body: bytes, *, every_sheet: bool = True) -> Iterator[Row]:
    """Rows that hold something, of every sheet that is shown, one after the other; never all in memory.

    Raises :class:`UnreadableFile`, also after some rows.
    """
    if len(body) > MOST_BYTES:
        raise UnreadableFile("too_large")
    rows = _workbook(body, every_sheet=every_sheet) if body[:4] == b"PK\x03\x04" else _text(body)
    for read, row in enumerate(rows, start=1):
        if read > MOST_READ:  # blank ones too: a sheet of 1 KB may claim a million
            raise UnreadableFile("too_many_rows", most=MOST_ROWS)
        cells = [_tidy(cell) for cell in row.cells[:MOST_COLUMNS]]
        if any(cell not in (None, "") for cell in cells):
            yield Row(row.sheet, row.number, cells)


def _text(body: bytes) -> Iterator[Row]:
    words = decode(body)
    if "\x00" in words:
        raise UnreadableFile("no_sheet")
    lines = words.splitlines()[:60]
    # What parts most lines: a sum holds one comma or two, a table's line many of its delimiter.
    delimiter = max(";\t|,", key=lambda each: sum(line.count(each) for line in lines))
    try:
        for number, row in enumerate(csv.reader(io.StringIO(words, newline=""), delimiter=delimiter), start=1):
            yield Row("", number, list(row))
    except csv.Error:
        raise UnreadableFile("no_sheet") from None


def decode(body: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one (or by its zeros), else the Vietnamese code page of Windows."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _decoded(body, encoding)
    if body[1:200:2].count(0) > len(body[1:200:2]) // 2:
        return _decoded(body, "utf-16-le")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(body, "cp1258")


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableFile("no_sheet") from None


def _workbook(body: bytes, *, every_sheet: bool) -> Iterator[Row]:
    """Formulas as the values stored with them; merged cells count once, at their corner."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise UnreadableFile("too_large")
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] if every_sheet else []
        for sheet in shown or book.worksheets[:1]:
            sheet.reset_dimensions()  # what the file claims of its size may be less than it holds
            for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
                cells = [cell if isinstance(cell, (str, int, float, date)) else None for cell in row]
                yield Row(sheet.title, number, cells)
    except UnreadableFile:
        raise
    except Exception:  # a broken workbook can fail anywhere inside a library that was made for whole ones
        raise UnreadableFile("no_sheet") from None


def _tidy(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    return unicodedata.normalize("NFC", cell.replace("\x00", " ")).strip()[:LONGEST_CELL]
