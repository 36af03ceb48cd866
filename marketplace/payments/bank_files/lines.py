"""Rows of a statement as movements, or as what is wrong with them. Pure: the preview and the taking-in read alike."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from community.sheets.days import read_day
from community.sheets.reading import Cell
from marketplace.payments.facts import clean_text, fold_reference, whole_dong
from marketplace.payments.feeds.uploaded import Movement

_SUM = re.compile(r"\+?\d{1,3}(?:([.,\s])\d{3})(?:\1\d{3})*(?:[.,]0{1,2})?|\+?\d+(?:[.,]0{1,2})?")
_UNIT = re.compile(r"\s*(?:vnd|vnđ|đồng|₫|đ)\s*$", re.IGNORECASE)
FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file. ``trouble``: "" or a code (``no_day``, ``no_amount``, ``future``); ``out``: money that left,

    or a line of totals: nothing to take in.
    """

    number: int
    movement: Movement | None = None
    out: bool = False
    trouble: str = ""


def read_lines(rows: Sequence[Sequence[Cell]], columns: Mapping[str, int], *, first: int, today: date) -> list[Line]:
    """The rows below the heading (``first`` is the heading's index), numbered as a person counts them, from 1."""
    seen: Counter[str] = Counter()
    return [_line(row, columns, number, seen, today) for number, row in enumerate(rows[first + 1 :], start=first + 2)]


def _line(row: Sequence[Cell], columns: Mapping[str, int], number: int, seen: Counter[str], today: date) -> Line:
    def cell(name: str) -> Cell:
        column = columns.get(name)
        return row[column] if column is not None and column < len(row) else None

    day, came, went = read_day(cell("day")), cell("amount"), cell("debit")
    if _blank(came) or (not _blank(went) and read_dong(came) is None):
        return Line(number, out=True) if not _blank(went) or day is None else Line(number, trouble="no_amount")
    amount = read_dong(came)
    if day is None and not isinstance(cell("day"), (date, datetime)) and _is_total(row):
        return Line(number, out=True)
    if _is_negative(came):
        return Line(number, out=True)
    if amount is None:
        return Line(number, trouble="no_amount")
    if day is None or day.year < FIRST_YEAR:
        return Line(number, trouble="no_day")
    if day.date() > today:
        return Line(number, trouble="future")
    memo, reference = _words(cell("memo"), 500), _words(cell("reference"), 120)
    return Line(number, movement=Movement(_name(day, amount, memo, reference, seen), amount, day, memo, reference))


def closing_balance(
    rows: Sequence[Sequence[Cell]], columns: Mapping[str, int], *, first: int
) -> tuple[str, int] | None:
    """The day and the balance after the newest row, where a column holds it; banks list the newest first or last.

    None when the file does not say which row is the newest.
    """
    at, day_at = columns.get("balance"), columns["day"]
    if at is None:
        return None
    told = []
    for row in rows[first + 1 :]:
        day, dong = (read_day(row[day_at]), read_dong(row[at])) if len(row) > max(at, day_at) else (None, None)
        if day is not None and dong is not None:
            told.append((day, dong))
    if not told or (len(told) > 1 and told[0][0] == told[-1][0]):
        return None
    day, dong = told[-1] if told[0][0] <= told[-1][0] else told[0]
    return day.date().isoformat(), dong


def _name(day: datetime, amount: int, memo: str, reference: str, seen: Counter[str]) -> str:
    """The same for the same row of any upload; equal rows of one day are told apart by their order."""
    folded = fold_reference(reference)
    words = f"{day.date().isoformat()}|{amount}|{folded or memo}"
    seen[words] += 1
    digest = hashlib.sha256(f"{words}|{seen[words]}".encode()).hexdigest()[:24]
    return f"{day:%Y%m%d}:{digest}"


def read_dong(cell: Cell) -> int | None:
    """1.500.000 · 1,500,000.00 · 1500000 VND · a number cell without a fraction; None for anything else."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float):
        return whole_dong(int(cell)) if cell.is_integer() else None
    if isinstance(cell, int):
        return whole_dong(cell)
    if not isinstance(cell, str):
        return None
    words = _UNIT.sub("", cell.replace("\u00a0", " ")).strip()
    if not words.isascii() or not _SUM.fullmatch(words):
        return None
    cents = re.sub(r"[.,]0{1,2}$", "", words)
    return whole_dong(int(re.sub(r"\D", "", cents)))


def _words(cell: Cell, length: int) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return clean_text("" if cell is None else str(cell), length)


def _blank(cell: Cell) -> bool:
    return cell in (None, "", "-", 0, 0.0) or (isinstance(cell, str) and re.fullmatch(r"0+([.,]0+)*", cell) is not None)


def _is_negative(cell: Cell) -> bool:
    if isinstance(cell, (int, float)):
        return cell < 0
    return isinstance(cell, str) and re.fullmatch(r"-\s*[\d.,\s]+|\([\d.,\s]+\)", cell) is not None


def _is_total(row: Sequence[Cell]) -> bool:
    """A line under the table: "Tổng cộng", "Số dư cuối kỳ", the page's number."""
    words = next((cell for cell in row if isinstance(cell, str) and cell), "")
    return re.match(r"(?i)t[oổ]ng|s[oố] d[uư]|c[oộ]ng|total|balance|closing|opening", words) is not None
