"""All a cooperative owns, for those who may see it, as files that run nothing and can be brought back as they are."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from openpyxl import load_workbook

from community import clock
from community.sheets.cells import is_formula, safe_text, typed_text
from marketplace.exporting.building import (
    ask_export,
    build_export,
    build_export_later,
    file_of,
    sweep_exports,
    take_export,
)
from marketplace.exporting.models import SheetExport
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.settling import mark_parcel_paid
from marketplace.orders.states import NEEDS_BUYER
from marketplace.payments.forgetting import erase_buyer
from marketplace.tasks import sweep_export_files
from marketplace.vouchers.models import Voucher, VoucherUse
from tests.making import PackPlan, fill_basket, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.importing.doing import brought, faults
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(settings, tmp_path, site_ready) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def goods(cast):
    plans = [PackPlan("túi 1 kg", 1000), PackPlan("túi 5 kg", 5000, price_dong=190_000)]
    made = make_product(cast.huong_que, name="=HYPERLINK(1)", packs=plans, summary="@nói", story="-1\nhai dòng")
    open_shop(cast.huong_que)
    make_published_batch(made.pack, packs=9, lot_code="L261105-A")
    order = make_order(fill_basket((made.pack, 2)), commune=cast.tran_de)
    mark_parcel_paid(parcel=order.parcels.get(), actor=cast.lan_acts)
    make_product(cast.other_cooperative, name="Của người khác")
    return made


def built(cast, kind: str = "xlsx", *, buyers: bool = True, money: bool = True) -> SheetExport:
    wish = ask_export(cooperative=cast.huong_que, kind=kind, with_buyers=buyers, with_money=money, actor=cast.lan_acts)
    build_export(export=wish)
    return wish


def test_the_workbook_holds_everything_of_ours_and_nothing_of_others(cast, goods) -> None:
    book = load_workbook(file_of(built(cast)))
    ours = ["Hàng", "Lô", "Công đoạn", "Phí gửi", "Đơn hàng", "Mã giảm giá", "Bán ngoài sàn", "Sao kê"]
    assert book.sheetnames == ours
    rows = {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}
    assert [row[8] for row in rows["Hàng"]] == [80_000, 190_000]
    assert [row[:4] for row in rows["Phí gửi"]] == [("Cả nước", "Những nơi còn lại", 2000, 25_000)]
    assert rows["Lô"][0][0] == "L261105-A" and rows["Lô"][0][5:7] == (9, 7)
    assert len(rows["Công đoạn"]) == 2 and len(rows["Đơn hàng"]) == 1
    assert "0905111222" in rows["Đơn hàng"][0]
    told = "".join(str(cell) for found in rows.values() for row in found for cell in row)
    assert "Của người khác" not in told


def test_a_discount_stands_on_its_line_and_its_code_in_a_sheet(cast, goods) -> None:
    """160.000 ₫ of goods less 16.000 ₫."""
    code = Voucher.objects.create(
        cooperative=cast.huong_que, code="TET27", percent=10, starts_on=clock.today(), ends_on=clock.today(),
        most_uses=5, uses=1,
    )  # fmt: skip
    VoucherUse.objects.create(voucher=code, parcel=Parcel.objects.get(), dong=16_000)
    OrderLine.objects.update(discount_dong=16_000, total_dong=F("total_dong") - 16_000)
    book = load_workbook(file_of(built(cast)))
    lines, codes = (list(book[name].iter_rows(values_only=True)) for name in ("Đơn hàng", "Mã giảm giá"))
    line, told = dict(zip(*lines, strict=True)), dict(zip(*codes, strict=True))
    assert (line["Giảm giá"], line["Thành tiền"], line["Mã giảm giá"]) == (16_000, 144_000, "TET27")
    assert (told["Mã giảm giá"], told["Giảm phần trăm"], told["Đã dùng"]) == ("TET27", 10, 1)
    assert told["Đã giảm tất cả"] == 16_000


def test_no_cell_is_a_formula_in_either_kind_of_file(cast, goods) -> None:
    cells = [cell for sheet in load_workbook(file_of(built(cast))) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}
    with zipfile.ZipFile(file_of(built(cast, "zip"))) as packed:
        texts = [io.StringIO(packed.read(name).decode("utf-8-sig"), newline="") for name in packed.namelist()]
    plain = [cell for text in texts for row in csv.reader(text) for cell in row]
    assert "'=HYPERLINK(1)" in plain and not [cell for cell in plain if is_formula(cell)]


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_ones_own_export_brought_back_changes_nothing(cast, goods, kind) -> None:
    path = file_of(built(cast, kind))
    bodies = [path.read_bytes()] if kind == "xlsx" else _members(path)
    for body in bodies:
        sheet = brought(body, cast.huong_que, cast.lan_acts)
        assert faults(sheet) == [] and sheet.seen["rows"] == sheet.seen["same"] > 0, sheet.seen


def _members(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as packed:
        return [packed.read("Hàng.csv"), packed.read("Lô.csv")]


def test_who_may_not_see_buyers_or_money_gets_a_file_without_them(cast, goods) -> None:
    book = load_workbook(file_of(built(cast, buyers=False, money=False)))
    told = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "Sao kê" not in book.sheetnames and "0905111222" not in told and "Minh" not in told


@pytest.mark.parametrize("status", ["delivered", "completed", "rejected", "cancelled"])
def test_a_file_names_the_buyer_only_while_the_desk_does(cast, goods, status) -> None:
    Parcel.objects.update(status=status, ended_at=clock.now())
    orders = load_workbook(file_of(built(cast)))["Đơn hàng"]
    told = "".join(str(cell) for row in orders.iter_rows(min_row=2, values_only=True) for cell in row)
    assert Parcel.objects.get().code in told
    assert ("0905111222" in told) == ("Minh" in told) == (status in NEEDS_BUYER) == (status == "delivered")


def test_a_file_is_kept_a_day_and_goes_though_nobody_asks_for_another(cast, goods) -> None:
    old = built(cast)
    sweep_export_files.call_local()
    assert take_export(export=old, actor=cast.lan_acts) == file_of(old)
    with clock.at(clock.now() + timedelta(hours=25)):
        assert take_export(export=old, actor=cast.lan_acts) is None
        sweep_export_files.call_local()
    assert not file_of(old).exists() and not SheetExport.objects.exists()


def test_half_a_file_and_one_without_a_row_go_and_one_being_made_stays(cast, goods) -> None:
    wish = ask_export(cooperative=cast.huong_que, kind="xlsx", with_buyers=True, with_money=True, actor=cast.lan_acts)
    half, strange = file_of(wish).with_suffix(".new"), file_of(wish).with_name("AAAA.xlsx")
    half.parent.mkdir()
    half.write_bytes(b"Minh")
    strange.write_bytes(b"Minh")
    assert sweep_exports() == 1 and half.exists()
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert sweep_exports() == 1 and not half.exists() and SheetExport.objects.exists()
    with clock.at(clock.now() + timedelta(hours=25)):
        assert sweep_exports() == 0
        build_export_later.call_local(wish.pk)
    assert not SheetExport.objects.exists() and not list(half.parent.iterdir())


def test_who_is_forgotten_is_not_in_a_file_either(cast, goods) -> None:
    nameless, old = built(cast, buyers=False), built(cast)
    Parcel.objects.update(status="completed", ended_at=clock.now())
    erase_buyer(order=Order.objects.get(), reason="asked for it", actor=cast.hoa_acts)
    assert take_export(export=old, actor=cast.lan_acts) is None
    assert sweep_exports() == 1 and not file_of(old).exists()
    fresh = built(cast)
    sweep_exports()
    for each in (nameless, fresh):
        assert take_export(export=each, actor=cast.lan_acts) == file_of(each)


@pytest.mark.parametrize("text", ["=1+1", "+84 912", "-1", "@a", "\tb", " =c", "'quoted", "plain", "", "- ngon"])
def test_a_text_comes_back_as_it_was(text) -> None:
    assert typed_text(safe_text(text)) == text and not is_formula(safe_text(text))


def test_lots_out_of_use_come_back_too(cast, goods) -> None:
    type(goods.pack).objects.filter(pk=goods.pack.pk).update(status="archived")
    sheet = brought(file_of(built(cast)).read_bytes(), cast.huong_que, cast.lan_acts)
    assert faults(sheet) == [] and Batch.objects.count() == 1
