"""Which column holds what: found by its heading, or as somebody said the last time for this bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from community.sheets.reading import Cell
from community.text.folding import fold

FIELDS = ("day", "amount", "debit", "reference", "memo", "balance")
NEEDED = ("day", "amount", "memo")
LOOK_AT = 40
_HEADINGS: dict[str, tuple[str, ...]] = {
    "day": ("ngay giao dich", "ngay hieu luc", "ngay hach toan", "thoi gian", "transaction date", "date", "ngay"),
    "amount": ("so tien ghi co", "phat sinh co", "ghi co", "tien vao", "credit", "co", "so tien", "amount"),
    "debit": ("so tien ghi no", "phat sinh no", "ghi no", "tien ra", "debit", "no"),
    "reference": ("so tham chieu", "ma giao dich", "so but toan", "so chung tu", "ref", "reference", "so gd"),
    "memo": ("noi dung chi tiet", "noi dung", "dien giai", "mo ta", "description", "remark", "details"),
    "balance": ("so du sau giao dich", "so du cuoi", "so du", "running balance", "balance"),
}


def find_heading(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The row of headings: the one near the top in which most of ours are found; None when none has two."""
    best, at = 1, None
    for number, row in enumerate(rows[:LOOK_AT]):
        found = len(guess(row))
        if found > best:
            best, at = found, number
    return at


def guess(heading: Sequence[Cell]) -> dict[str, int]:
    """Field → column, by the words of the heading; the longest word that fits wins, no column twice."""
    folded = [fold(cell) if isinstance(cell, str) else "" for cell in heading]
    wanted = [(name, words) for name, all_words in _HEADINGS.items() for words in all_words]
    found: dict[str, int] = {}
    for exact in (True, False):
        for name, words in sorted(wanted, key=lambda each: -len(each[1])):
            for column, cell in enumerate(folded):
                fits = cell == words if exact else len(words) > 3 and words in cell
                if fits and name not in found and column not in found.values():
                    found[name] = column
    return found


def as_said(heading: Sequence[Cell], remembered: Mapping[str, str]) -> dict[str, int]:
    """Field → column by the headings somebody chose for this bank before; those that are gone are left out."""
    places = {fold(cell): column for column, cell in reversed(list(enumerate(heading))) if isinstance(cell, str)}
    return {name: places[fold(words)] for name, words in remembered.items() if name in FIELDS and fold(words) in places}


def missing(columns: Mapping[str, int]) -> list[str]:
    """What nothing can be read without."""
    return [name for name in NEEDED if name not in columns]
