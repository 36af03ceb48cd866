"""Statements: every encoding and way of writing sums and days that banks use; what is none is said, never guessed."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from community.errors import DomainError
from community.sheets.days import read_day
from community.sheets.reading import UnreadableFile, decode, read_sheet
from marketplace.payments.bank_files.columns import as_said, find_heading, guess, missing
from marketplace.payments.bank_files.lines import read_dong, read_lines

WORDS = "Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung\n21/11/2026 14:02:37;FT1;;185.000;Tiền mật ong ĐẶNG\n"
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "body",
    [
        WORDS.encode(),
        WORDS.encode("utf-8-sig"),
        WORDS.encode("utf-16"),
        WORDS.encode("utf-16-le"),
        unicodedata.normalize("NFD", WORDS).encode(),
        b"".join(_.encode("cp1258", "ignore") for _ in unicodedata.normalize("NFD", WORDS)),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "utf-16 without mark", "decomposed", "cp1258"],
)
def test_every_encoding_of_a_bank_is_read_alike(body):
    rows = read_sheet(body)
    columns = guess(rows[find_heading(rows)])
    assert columns == {"day": 0, "reference": 1, "debit": 2, "amount": 3, "memo": 4}
    [line] = read_lines(rows, columns, first=0, today=TODAY)
    assert line.movement is not None and line.movement.amount_dong == 185_000
    assert line.movement.booked_at.isoformat() == "2026-11-21T14:02:37+07:00"


def sheet(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_workbook_is_read_with_numbers_dates_and_what_stands_above_the_table():
    body = sheet(
        ["NGÂN HÀNG ABC", None, None],
        ["Số tài khoản: 0011", None, None],
        ["STT", "Ngày hiệu lực", "Số bút toán", "Phát sinh nợ", "Phát sinh có", "Diễn giải"],
        [1, datetime(2026, 11, 21, 9, 5), 12345.0, None, 185000, "=cmd|'/c calc'!A1"],
        [2, date(2026, 11, 20), "FT2", 50000, None, "rút tiền"],
        ["Tổng cộng", None, None, 50000, 185000, None],
    )
    rows = read_sheet(body)
    at = find_heading(rows)
    first, second, total = read_lines(rows, guess(rows[at]), first=at, today=TODAY)
    assert (first.movement.amount_dong, first.movement.bank_reference) == (185_000, "12345")
    assert second.out and total.out and second.movement is total.movement is None


@pytest.mark.parametrize(
    ("cell", "dong"),
    [
        ("1.500.000", 1_500_000), ("1,500,000", 1_500_000), ("1,500,000.00", 1_500_000), ("1 500 000", 1_500_000),
        ("1500000 VND", 1_500_000), ("+185.000đ", 185_000), (185_000, 185_000), (185_000.0, 185_000),
        ("185000.00", 185_000),
        ("185.000,50", None), ("1.50.000", None), ("-5000", None), ("0", None), (0, None), (-5, None), (0.5, None),
        (True, None), (10**15, None), ("1" * 16, None), ("１８５０００", None), ("1e6", None), ("USD 100", None),
        ("=1+1", None), ("", None), (None, None), (float("nan"), None), (float("inf"), None),
    ],
    ids=repr,
)  # fmt: skip
def test_sums_are_whole_dong_or_nothing(cell, dong):
    assert read_dong(cell) == dong


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("21/11/2026", "2026-11-21 12:00"), ("21/11/2026 14:02", "2026-11-21 14:02"),
        ("21-11-2026", "2026-11-21 12:00"),
        ("2026-11-21 14:02:37", "2026-11-21 14:02"), ("14:02:37  21/11/2026", "2026-11-21 14:02"),
        (datetime(2026, 11, 21), "2026-11-21 12:00"), (date(2026, 11, 21), "2026-11-21 12:00"),
        ("31/02/2026", None), ("hôm qua", None), ("", None), (None, None), (4500, None),
    ],
    ids=repr,
)  # fmt: skip
def test_days_are_read_day_first_or_not_at_all(cell, day):
    told = read_day(cell)
    assert (f"{told:%Y-%m-%d %H:%M}" if told else None) == day


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        (["hôm qua", "FT", "", "185.000", "x"], "no_day"),
        (["21/11/2026", "FT", "", "một trăm", "x"], "no_amount"),
        (["23/11/2026", "FT", "", "185.000", "x"], "future"),
        (["21/11/1926", "FT", "", "185.000", "x"], "no_day"),
        (["21/11/2026", "FT", "", "", "x"], "no_amount"),
    ],
    ids=str,
)
def test_a_row_that_cannot_be_is_named_by_its_number(row, trouble):
    columns = {"day": 0, "reference": 1, "debit": 2, "amount": 3, "memo": 4}
    [line] = read_lines([["…"] * 5, row], columns, first=0, today=TODAY)
    assert (line.number, line.trouble, line.movement) == (2, trouble, None)


def test_equal_rows_of_one_day_are_two_and_the_same_file_again_names_them_the_same():
    rows = [["…"] * 5, *[["21/11/2026", "", "", "185.000", "OC"]] * 2]
    columns = {"day": 0, "reference": 1, "debit": 2, "amount": 3, "memo": 4}
    names = [[line.movement.txn_id for line in read_lines(rows, columns, first=0, today=TODAY)] for _ in range(2)]
    assert names[0] == names[1] and len(set(names[0])) == 2


def test_a_remembered_heading_is_found_wherever_the_bank_moved_it():
    heading = ["Diễn giải", "Ngày", "Số dư", "Thu"]
    assert as_said(heading, {"amount": "THU", "day": "ngày", "memo": "không còn"}) == {"amount": 3, "day": 1}
    assert missing({"day": 0}) == ["amount", "memo"]


def _bomb() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 130_000_000)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04 broken", "no_sheet"),
        (b"a;b\n" * 10_100, "too_many_rows"),
        (b"x" * (8 * 1024 * 1024 + 1), "too_large"),
        (b"%PDF\x00\x01\x02", "no_sheet"),
    ],
    ids=["nothing", "blank", "broken workbook", "too long", "too large", "a pdf"],
)
def test_what_is_no_statement_is_refused(body, code):
    with pytest.raises(UnreadableFile, match=code):
        read_sheet(body)


def test_a_workbook_that_unpacks_without_end_is_not_unpacked():
    with pytest.raises(UnreadableFile, match="too_large"):
        read_sheet(_bomb())


def test_a_workbook_that_claims_a_million_rows_is_not_read_to_its_end():
    body = io.BytesIO(sheet(["Ngày", "Ghi có", "Nội dung"]))
    with zipfile.ZipFile(body) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    rows = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = rows.replace(
        b"</sheetData>", b'<row r="1000000"><c r="A1000000"><v>1</v></c></row></sheetData>'
    )
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(UnreadableFile, match="too_many_rows"):
        read_sheet(kept.getvalue())


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (46_347, "2026-11-21T12:00:00+07:00"),
        (46_347.0, "2026-11-21T12:00:00+07:00"),
        (46_347.5, "2026-11-21T12:00:00+07:00"),
        (46_347.25, "2026-11-21T06:00:00+07:00"),
        (185_000, None),
        (True, None),
        ("46347", None),
        (float("nan"), None),
    ],
    ids=repr,
)
def test_a_day_that_a_workbook_left_as_its_number_is_read(cell, told):
    found = read_day(cell)
    assert (found.isoformat() if found else None) == told


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body):
    try:
        rows = read_sheet(body)
    except DomainError:
        return
    at = find_heading(rows) or 0
    read_lines(rows, guess(rows[at]) | {"day": 0, "amount": 0, "memo": 0}, first=at, today=TODAY)
    decode(body)
