"""Which column holds what, by its heading. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from community.sheets.days import FIRST_SERIAL, LAST_SERIAL, read_day
from community.sheets.reading import Cell
from community.text.dates import VIETNAM
from community.text.folding import fold

GOODS = ("product_code", "pack_code", "product", "line", "subgroup", "abv", "container", "amount", "unit", "price",
         "weight", "gtin", "life", "summary", "story")  # fmt: skip
LOTS = ("lot", "pack", "packed_on", "packs")
FIELDS = (*GOODS, *LOTS)
DAYS = frozenset({"packed_on"})
LONG = {"story": 4000, "summary": 400}
LONGEST = 200
LOOK_AT = 30

HEADINGS: dict[str, tuple[str, ...]] = {
    "product_code": ("ma hang", "ma san pham", "product code"),
    "pack_code": ("ma goi", "ma goi hang", "pack code"),
    "product": ("ten hang", "ten san pham", "ten hang hoa", "san pham", "mat hang", "hang", "hang hoa", "product"),
    "line": ("loai hang", "nganh hang", "loai san pham", "loai", "kind"),
    "subgroup": ("nhom ocop", "nhom san pham", "nhom", "ocop group"),
    "abv": ("do con", "do ruou", "strength"),
    "container": ("dung trong", "dong trong", "bao bi", "kieu goi", "packed in"),
    "amount": ("luong mot goi", "quy cach", "khoi luong", "dung tich", "trong luong", "khoi luong tinh",
               "luong tinh", "net content"),
    "unit": ("don vi", "don vi tinh", "dvt", "unit"),
    "price": ("gia ban", "gia", "don gia", "gia le", "price"),
    "weight": ("nang ca bao bi", "can nang ca bao bi", "shipping weight"),
    "gtin": ("ma vach", "gtin", "barcode"),
    "life": ("han dung", "han su dung", "hsd", "bao quan", "keeps for"),
    "summary": ("gioi thieu", "mo ta", "mo ta ngan", "summary"),
    "story": ("cau chuyen", "story"),
    "lot": ("so lo", "ma lo", "lo", "lot"),
    "pack": ("goi", "ten goi", "pack"),
    "packed_on": ("ngay dong goi", "ngay san xuat", "nsx", "packed on"),
    "packs": ("so goi", "so luong", "ton kho", "ton", "so luong ton", "packs"),
}  # fmt: skip
_BY_WORDS = {words: field for field, listed in HEADINGS.items() for words in listed}


def guess(heading: Sequence[Cell]) -> dict[str, int]:
    """Field → column. The heading must be one of our words, but for signs and what stands in brackets."""
    found: dict[str, int] = {}
    for column, cell in enumerate(heading):
        field = _BY_WORDS.get(_bare(cell))
        if field and field not in found:
            found[field] = column
    return found


def is_heading(found: dict[str, int]) -> bool:
    """Names the goods and says something of them."""
    return ("product" in found or "pack_code" in found) and bool({"price", "packs"} & set(found))


def unused(heading: Sequence[Cell], found: dict[str, int]) -> list[str]:
    return [str(cell)[:40] for column, cell in enumerate(heading) if cell and column not in found.values()]


def letter(column: int) -> str:
    """0 → A, 26 → AA."""
    name, number = "", column + 1
    while number:
        number, place = divmod(number - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def text_of(cell: Cell, field: str) -> str:
    """The cell as somebody would type it: numbers with a comma, days as 05/11/2026."""
    if field in DAYS and (said := _day(cell)):
        return said
    if isinstance(cell, (datetime, date)):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.6f}".rstrip("0").replace(".", ",")
    if cell is None or isinstance(cell, bool):
        return ""
    text = str(cell)
    return (text if field == "story" else " ".join(text.split()))[: LONG.get(field, LONGEST)]


def _day(cell: Cell) -> str:
    if isinstance(cell, str) and re.fullmatch(r"\d{5}", cell.strip()):
        cell = int(cell)  # a csv made of a sheet may hold the bare count of days
    if isinstance(cell, (int, float)) and not FIRST_SERIAL <= cell <= LAST_SERIAL:
        return ""
    told = read_day(cell)
    return f"{told.astimezone(VIETNAM):%d/%m/%Y}" if told else ""


def _bare(cell: Cell) -> str:
    if not isinstance(cell, str):
        return ""
    return " ".join(re.sub(r"\(.*?\)|[*:.₫_\-]", " ", fold(cell)).split())
