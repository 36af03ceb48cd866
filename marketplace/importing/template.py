"""The workbook to fill in: examples of goods and lots, and a sheet that explains every column in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from community.sheets.writing import SheetOut, Value, write_workbook
from marketplace.exporting import headings
from traceability.products.models import ProductLine

WITHOUT_CODES = slice(2, None)
EXPLAINED = Path(__file__).parent / "data" / "explained.json"  # [column, what to write in it]


def write_template(path: Path, *, today: date) -> None:
    """``today`` dates the example of a lot."""
    packed = today - timedelta(days=3)
    goods: list[list[Value]] = [
        ["Mật ong rừng (ví dụ)", "Mật ong", "", "", "chai", "500 ml", 185_000, 750, "", "24 tháng",
         "Mật ong rừng nguyên chất, quay vào mùa hoa tràm.", ""],
        ["", "", "", "", "chai", "1 lít", 350_000, "", "", "", "", ""],
        ["Gạo thơm ST25 (ví dụ)", "Lúa gạo", "", "", "túi", "5 kg", 195_000, "", "", "270 ngày",
         "Gạo ruộng lúa – tôm, thơm lá dứa.", "Bà con trong xã gieo một vụ lúa, một vụ tôm."],
    ]  # fmt: skip
    lots: list[list[Value]] = [
        ["", "Mật ong rừng (ví dụ)", "", "500 ml", packed, 40],
        [f"L{packed:%y%m%d}-B", "Gạo thơm ST25 (ví dụ)", "", "", packed, "100 kg"],
    ]
    lines = [line.name for line in ProductLine.objects.order_by("name")]
    write_workbook(
        path,
        [
            SheetOut("Hàng", headings.GOODS[WITHOUT_CODES], _with_line(goods, lines)),
            SheetOut("Lô", headings.LOTS, lots),
            SheetOut("Hướng dẫn", (("Mục", 18), ("Giải thích", 100)), _explained(lines), wraps=True),
        ],
    )


def _with_line(rows: list[list[Value]], lines: list[str]) -> Iterator[list[Value]]:
    """Examples name a kind of goods that this market really has."""
    for row in rows:
        wanted = str(row[1] or "")
        near = next((name for name in lines if wanted and wanted.lower() in name.lower()), "")
        yield [row[0], (near or (lines[0] if lines else "")) if wanted else "", *row[2:]]


def _explained(lines: list[str]) -> Iterator[list[Value]]:
    yield from json.loads(EXPLAINED.read_text("utf-8"))
    yield ["Các loại hàng", "; ".join(lines)]
