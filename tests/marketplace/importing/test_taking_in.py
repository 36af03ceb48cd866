"""A sheet is read as people write sheets, changes nothing until it is taken in, and then all of it or nothing."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from django.core import serializers

from community import clock
from community.audit.models import AuditEntry
from marketplace.importing.applying import apply_import, ask_to_apply
from marketplace.importing.models import ImportRow, ImportStatus, SheetImport
from marketplace.importing.taking_in import (
    CannotImport,
    check_again,
    drop_import,
    leave_row_out,
    mend_row,
    place_of,
    read_upload,
    upload_sheet,
)
from marketplace.listings.models import Listing, Offer
from marketplace.listings.standing import Review, standing_of
from tests.making import PackPlan, make_line, make_product
from tests.marketplace.importing.doing import GOODS, HONEY, LOTS, brought, csv, faults, old_windows, taken_in, xlsx
from traceability.batches.models import Batch, Posting
from traceability.batches.posting import OutOfStock
from traceability.events.models import Event
from traceability.events.reading import steps_of
from traceability.log.models import LogEntry
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db
THINGS = (Product, Pack, Offer, Listing, Batch, Posting, Event, LogEntry)


@pytest.fixture(autouse=True)
def _ground(settings, tmp_path, site_ready) -> None:
    settings.DATA_DIR = tmp_path
    make_line()


def things() -> str:
    return "".join(serializers.serialize("json", model.objects.order_by("pk")) for model in THINGS)


@pytest.mark.parametrize(
    ("encoding", "form"),
    [("utf-8", "NFC"), ("utf-8-sig", "NFC"), ("utf-16", "NFC"), ("utf-8", "NFD"), ("cp1258", "NFC")],
)
def test_every_way_to_save_a_sheet_reads_the_same(cast, encoding, form) -> None:
    rows = [GOODS, HONEY]
    words = "\r\n".join(";".join(row) for row in rows)
    if encoding == "cp1258":
        body = old_windows(*rows)
    else:
        body = unicodedata.normalize(form, words).encode(encoding)
    taken_in(body, cast.huong_que, cast.lan_acts)
    product = Product.objects.get(name="Mật ong rừng")
    pack = product.packs.get()
    assert (pack.name, pack.net_quantity_base, pack.base_unit, pack.offer.price_dong) == (
        "chai 500 ml",
        500,
        "ml",
        185_000,
    )
    assert (product.listing.summary, product.listing.live) == ("Ong hút mật hoa tràm.", False)


def test_a_workbook_with_merged_cells_serial_days_and_amounts_in_kg_becomes_goods_and_stock(cast) -> None:
    packed = clock.today() - timedelta(days=3)
    serial = (packed - date(1899, 12, 30)).days
    goods = [
        ["HTX Hương Quê – bảng hàng"], GOODS,
        ["Gạo thơm", "Ngắn", "1.2.a", "túi", "5 kg", 195000.0, "Gạo ruộng lúa – tôm."],
        [None, None, None, "túi", "1 yến", "1.250.000", None],
    ]  # fmt: skip
    lots = [LOTS, ["L261105-A", "Gạo thơm", "5 kg", serial, "12,5 kg"], [None, "gạo  THƠM", "túi 5 kg", packed, 40]]
    sheet = brought(xlsx(Hàng=goods, Lô=lots), cast.huong_que, cast.lan_acts)
    assert faults(sheet) == [(2, "packs", "no_whole_packs")]  # 12,5 kg are no whole bags of 5 kg
    row = ImportRow.objects.get(is_bad=True)
    check_again(sheet=mend_row(row=row, values={"packs": "12,5 tạ"}, actor=cast.lan_acts))
    sheet.refresh_from_db()
    assert {key: sheet.seen[key] for key in ("goods", "pack", "lot", "bad")} == {
        "goods": 1,
        "pack": 2,
        "lot": 2,
        "bad": 0,
    }
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    apply_import(sheet=sheet, actor=cast.lan_acts)
    product = Product.objects.get(name="Gạo thơm")
    assert [(pack.name, pack.offer.price_dong) for pack in product.packs.all()] == [
        ("túi 5 kg", 195_000), ("túi 10 kg", 1_250_000),
    ]  # fmt: skip
    first, second = Batch.objects.filter(product=product).order_by("-available_base")
    assert (first.lot_code, first.packs_available, first.packed_on, first.status) == ("L261105-A", 250, packed, "draft")
    assert (second.packs_available, second.lot_code) == (40, f"L{packed:%y%m%d}-A")
    story = next(one for one in steps_of(second) if one.event)
    assert (story.stage, story.quantity_base, story.late_reason) == ("pack", 200_000, "Nhập từ bảng tính")
    assert LogEntry.objects.filter(subject__startswith="event:").count() >= 2


def test_everything_wrong_is_told_with_its_cell_and_nothing_is_taken_in(cast) -> None:
    rows = [
        GOODS,
        HONEY,
        ["Trà", "Ngắn", "9.9", "rổ", "100 g", "liên hệ", ""],
        ["=1+1", "Ngắn", "1.2.b", "", "100 gr", "90.000", "Ngon."],
        ["Rượu gạo", "Ngắn", "2.1.a", "chai", "1 thùng", "90k", "Thơm."],
    ]
    before = things()
    sheet = brought(csv(*rows), cast.huong_que, cast.lan_acts)
    told = faults(sheet)
    assert {
        (3, "subgroup", "unknown_subgroup"),
        (3, "summary", "summary_needed"),
        (3, "price", "not_an_amount"),
    } <= set(told)
    assert {(4, "product", "formula"), (5, "abv", "abv_needed"), (5, "price", "not_an_amount")} <= set(told)
    with pytest.raises(CannotImport) as refused:
        ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    assert (refused.value.code, refused.value.facts["count"]) == ("has_faults", 3)
    assert things() == before and sheet.columns["sheets"][""]["price"] == "F"


def test_one_fault_of_new_goods_is_told_once_and_not_on_each_of_their_packs(cast) -> None:
    rows = [GOODS, ["Trà", "", "1.5.a", "", "100 g", "90.000", "Ngon."], ["", "", "", "", "200 g", "170.000", ""]]
    sheet = brought(csv(*rows), cast.huong_que, cast.lan_acts)
    assert faults(sheet) == [(2, "line", "needed")]
    assert [row.effects for row in sheet.rows.all()] == [[], ["waits"]]
    check_again(sheet=mend_row(row=sheet.rows.first(), values={"line": "Ngắn"}, actor=cast.lan_acts))
    sheet.refresh_from_db()
    assert (sheet.seen["goods"], sheet.seen["pack"], sheet.seen["bad"]) == (1, 2, 0)


def test_goods_that_are_there_get_only_the_new_price_and_the_same_file_again_does_nothing(cast) -> None:
    goods = make_product(
        cast.huong_que, name="Gạo ST25", packs=[PackPlan("túi 1 kg", 1000), PackPlan("túi 5 kg", 5000)]
    )
    body = csv(("Tên sản phẩm", "Quy cách", "ĐVT", "Giá"), ("gạo st25", "1", "kg", "82.000"), ("", "5", "kg", "80.000"))
    sheet = taken_in(body, cast.huong_que, cast.lan_acts)
    assert sheet.status == ImportStatus.APPLIED and sheet.seen["price"] == 1 and sheet.seen["same"] == 1
    assert [pack.offer.price_dong for pack in Pack.objects.filter(product=goods.product)] == [82_000, 80_000]
    assert standing_of(goods.listing).review == Review.NONE
    again = brought(body, cast.huong_que, cast.lan_acts)
    with pytest.raises(CannotImport, match="nothing_new"):
        ask_to_apply(sheet=again, actor=cast.lan_acts)


def test_melon_is_not_coconut_and_words_without_accents_fit_only_one(cast) -> None:
    """ "Mứt dưa" and "Mứt dừa" fold to the same letters."""
    make_product(cast.huong_que, name="Mứt dưa", packs=[PackPlan("hũ 500 g", 500)])
    prices = ("Tên hàng", "Gói", "Giá bán")
    coconut = brought(csv(prices, ("Mứt dừa", "hũ 500 g", "95.000")), cast.huong_que, cast.lan_acts)
    assert coconut.seen["price"] == 0 and coconut.seen["bad"] == 1  # new goods that lack the rest, not a new price
    bare = brought(csv(prices, ("mut dua", "hũ 500 g", "95.000")), cast.huong_que, cast.lan_acts)
    assert (bare.seen["price"], bare.seen["bad"]) == (1, 0)
    make_product(cast.huong_que, name="Mứt dừa", packs=[PackPlan("hũ 500 g", 500)])
    two = brought(csv(prices, ("mut dua", "hũ 500 g", "95.000")), cast.huong_que, cast.lan_acts)
    assert faults(two) == [(2, "product", "several_goods")]


def test_one_audit_line_for_the_import_and_one_for_each_thing(cast) -> None:
    sheet = taken_in(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    told = set(AuditEntry.objects.filter(actor=cast.lan).values_list("action", flat=True))
    assert told == {
        "sheet_import.uploaded", "product.created", "pack.created", "listing.started", "sheet_import.applied",
    }  # fmt: skip
    assert AuditEntry.objects.about(sheet).first().facts["goods"] == 1


def test_a_failure_in_the_last_lot_takes_the_goods_with_it(cast, monkeypatch) -> None:
    yesterday = clock.today() - timedelta(days=1)
    body = xlsx(Hàng=[GOODS, HONEY], Lô=[LOTS, ["", "Mật ong rừng", "", yesterday, 4]])
    sheet = brought(body, cast.huong_que, cast.lan_acts)
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    before = things()

    def broken(*_args: object, **_facts: object) -> None:
        raise OutOfStock("out_of_stock")

    with monkeypatch.context() as patched:
        patched.setattr("traceability.events.packing_many.append", broken)
        apply_import(sheet=sheet, actor=cast.lan_acts)
    assert things() == before
    assert (sheet.status, sheet.refused["code"]) == (ImportStatus.CHECKED, "out_of_stock")
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    apply_import(sheet=sheet, actor=cast.lan_acts)
    apply_import(sheet=sheet, actor=cast.lan_acts)  # a job may run twice
    assert sheet.status == ImportStatus.APPLIED and Batch.objects.get().packs_available == 4


def test_a_row_that_became_wrong_meanwhile_stops_all(cast) -> None:
    make_product(cast.huong_que, name="Gạo", packs=[PackPlan("túi 1 kg", 1000)])
    yesterday = clock.today() - timedelta(days=1)
    body = xlsx(Lô=[LOTS, ["L261105-A", "Gạo", "", yesterday, 4], ["L261105-B", "Gạo", "", yesterday, 5]])
    sheet = brought(body, cast.huong_que, cast.lan_acts)
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    taken_in(csv(LOTS, ["L261105-B", "Gạo", "", f"{yesterday:%d/%m/%Y}", "9"]), cast.huong_que, cast.son_acts)
    apply_import(sheet=sheet, actor=cast.lan_acts)
    assert sheet.status == ImportStatus.CHECKED and sheet.refused == {"code": "has_faults", "count": 1}
    assert faults(sheet) == [(3, "packs", "lot_known")] and Batch.objects.get().lot_code == "L261105-B"


def test_the_second_to_press_reads_who_was_faster(cast) -> None:
    sheet = brought(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    late = SheetImport.objects.get(pk=sheet.pk)
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    for act in (ask_to_apply, drop_import):
        with pytest.raises(CannotImport) as refused:
            act(sheet=SheetImport.objects.get(pk=late.pk), actor=cast.son_acts)
        assert (refused.value.code, refused.value.facts["by"]) == ("moved", cast.lan.name)


def test_a_row_left_out_and_a_dropped_file_make_nothing(cast) -> None:
    sheet = brought(
        csv(GOODS, HONEY, ["Trà", "Ngắn", "1.5.a", "", "100 g", "?", "Ngon."]), cast.huong_que, cast.lan_acts
    )
    check_again(sheet=leave_row_out(row=ImportRow.objects.get(is_bad=True), actor=cast.lan_acts))
    sheet.refresh_from_db()
    assert sheet.seen["rows"] == 1 and not sheet.seen["bad"]
    drop_import(sheet=sheet, actor=cast.lan_acts)
    assert not ImportRow.objects.exists() and not Product.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"\x00\x01\x02", "no_table"), (csv(("a", "b"), ("c", "d")), "no_table"), (b"PK\x03\x04zzzz", "no_sheet"),
     (csv(GOODS), "empty")],
)  # fmt: skip
def test_what_is_no_sheet_says_so_and_keeps_no_file(cast, body, code) -> None:
    sheet = upload_sheet(cooperative=cast.huong_que, name="x", body=body, actor=cast.lan_acts)
    assert place_of(sheet).exists()
    read_upload(sheet=sheet)
    assert sheet.status == ImportStatus.UNREADABLE and sheet.refused["code"] in (code, "no_sheet")
    assert not place_of(sheet).exists()


def test_another_cooperatives_codes_are_unknown_here(cast) -> None:
    theirs = make_product(cast.other_cooperative, name="Cà phê").pack
    sheet = brought(csv(("Mã gói", "Giá bán"), (theirs.code, "1.000")), cast.huong_que, cast.lan_acts)
    assert faults(sheet) == [(2, "pack_code", "unknown_code")]
