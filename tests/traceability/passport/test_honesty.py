"""What the page admits: who says so, what came late, what is missing, what was corrected, what the log knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import clock, guarding
from community.photos.taking_in import take_in_photo
from tests.cast import Cast
from tests.making import make_certificate
from tests.traceability.passport.conftest import PACKED_AT, jpeg, tell
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.events.correcting import declare_error
from traceability.events.logged import sign_and_tell
from traceability.events.models import Event
from traceability.events.recording import StepReport
from traceability.passport.drawing import draw_passport
from traceability.passport.facts import Verdict, passport_of
from traceability.passport.finding import public_batches
from traceability.passport.proof import State
from traceability.passport.storing import store_pages
from traceability.products.models import Product

MOST_QUERIES = 6  # a page that is drawn afresh, the finding of the batch and the shop's offer included


def page_of(client: Client, batch: Batch, language: str = "vi") -> str:
    answer = client.get(f"{batch_path(batch)}?lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def correct_packs(batch: Batch, cast: Cast, packs: int, note: str = "Cân lại") -> None:
    event = Event.objects.get(batch=batch, stage="pack", declarations=None)
    with clock.at(PACKED_AT + timedelta(days=1)):
        declare_error(
            event=event,
            reason="incorrect_data",
            note=note,
            client_uuid=uuid4(),
            declared_at=clock.now(),
            actor=cast.lan_acts,
            corrective=StepReport("pack", event.event_time, {}, packs=packs),
        )


def take_back(batch: Batch, cast: Cast, stage: str) -> None:
    declare_error(
        event=Event.objects.get(batch=batch, stage=stage),
        reason="did_not_occur",
        note="Ghi nhầm lô",
        client_uuid=uuid4(),
        declared_at=clock.now(),
        actor=cast.lan_acts,
    )


def test_a_correction_is_told_with_both_numbers_reason_role_and_day(client: Client, batch: Batch, cast: Cast) -> None:
    store_pages(batch)
    correct_packs(batch, cast, 630)
    page = page_of(client, batch)
    assert "<del>Đóng túi, dán QR</del>" in page
    assert "<del>640 × túi 5 kg = 3.200 kg</del>" in page
    assert "630 × túi 5 kg = 3.150 kg" in page
    assert "Đã sửa ngày 06/11/2026 · chủ nhiệm: Cân lại" in page
    assert "Lô này đóng được 630 × túi 5 kg" in page
    assert "1 bản ghi đã được sửa hoặc rút lại" in page
    assert cast.lan.name not in page


def test_a_step_taken_back_is_struck_through_and_missing_again(client: Client, batch: Batch, cast: Cast) -> None:
    take_back(batch, cast, "dry")
    page = page_of(client, batch)
    assert "<del>Sấy lúa</del>" in page
    assert "Sấy lúa: chưa có bản ghi" in page
    assert "Ghi nhầm lô" in page


def test_a_ready_made_reason_is_said_in_the_language_of_the_page(client: Client, batch: Batch, cast: Cast) -> None:
    correct_packs(batch, cast, 500, note="Gõ nhầm: thừa một bao")
    assert ": Gõ nhầm: thừa một bao</p>" in page_of(client, batch)
    assert ": Mistyped: thừa một bao</p>" in page_of(client, batch, "en")


def test_each_line_says_who_says_so(client: Client, make_batch: Callable[..., Batch], cast: Cast) -> None:
    batch = make_batch()
    tell(batch, cast, "test", PACKED_AT + timedelta(days=1), who_says="third_party")
    tell(batch, cast, "store", PACKED_AT + timedelta(days=2), who_says="device")
    page = page_of(client, batch)
    for words in ("HTX tự khai", "bên thứ ba xác nhận", "máy ghi"):
        assert words in page
    for icon in ("#self", "#third_party", "#device"):
        assert f'href="{icon}"' in page


def test_late_entry_says_how_late_and_why(client: Client, batch: Batch, cast: Cast) -> None:
    tell(batch, cast, "grow", PACKED_AT - timedelta(days=3), late_reason="Chép lại từ sổ tay")
    assert "ghi muộn 3 ngày (Chép lại từ sổ tay)" in page_of(client, batch)


def test_the_proof_waits_until_a_checkpoint_is_signed_and_the_page_follows(client: Client, batch: Batch) -> None:
    store_pages(batch)
    assert "Đã vào sổ, chưa ký." in page_of(client, batch)
    assert sign_and_tell() is not None
    assert "Các bản ghi đều có trong sổ đã ký, không bị đổi." in page_of(client, batch)


def test_a_record_changed_behind_our_back_turns_the_page_red_and_stops_the_sale(
    client: Client, batch: Batch, shop: None
) -> None:
    sign_and_tell()
    assert "Mua thêm" in page_of(client, batch)
    event = Event.objects.get(batch=batch, stage="dry")
    body = event.body.replace("Sấy lúa", "Sấy lúa sạch")
    guarding.remove(connection, "traceability")  # as somebody would who owns the database
    with connection.cursor() as cursor:
        cursor.execute("UPDATE traceability_event SET body = %s WHERE id = %s", [body, event.pk])
    page = page_of(client, batch)
    assert "Bản ghi không khớp sổ gốc" in page
    assert "Có bản ghi ở đây khác với sổ gốc." in page
    assert "Mua thêm" not in page
    drawn = passport_of(public_batches().get(pk=batch.pk), language="vi")
    assert (drawn.verdict, drawn.proof.state, drawn.proof.broken) == (Verdict.MISMATCH, State.MISMATCH, {event.pk})


def test_a_batch_whose_amounts_do_not_add_up_is_not_offered(client: Client, batch: Batch, shop: None) -> None:
    Batch.objects.filter(pk=batch.pk).update(locked_at=clock.now())
    page = page_of(client, batch)
    assert "Tạm ngừng bán để kiểm tra số lượng" in page
    assert "Mua thêm" not in page


DECREE_37 = {
    1: ("Sản phẩm", "Gạo thơm ST25", "GTIN"),
    2: ("HTX Hương Quê Trần Đề", "Địa chỉ", "HQTD2345"),
    3: ("Nguồn gốc", "Xã Trần Đề"),
    4: ("Mã truy vết", "Từng bản ghi, kèm các mã"),
    5: ("Giấy chứng nhận", "VietGAP"),
    6: ("Đóng gói", "05/11/2026", "02/08/2027"),
    7: ("Cảnh báo", "gluten"),
    8: ("Tình trạng, thu hồi", "Tiêu chuẩn áp dụng"),
}
CIRCULAR_02 = {
    1: ("Gạo thơm ST25",),
    2: ("Hình ảnh",),
    3: ("HTX Hương Quê Trần Đề",),
    4: ("Địa chỉ", "Xã Trần Đề", "Thành phố Cần Thơ"),
    5: ("mã nơi", "Sấy lúa", "lô"),
    6: ("Ngày sản xuất", "05/11/2026"),
    7: ("Mã truy vết", "/{path}"),
    8: ("Nhãn hiệu", "Số sê-ri"),
    9: ("Hạn dùng", "270 ngày"),
    10: ("Tiêu chuẩn áp dụng", "TCVN 11888:2017"),
}


@pytest.fixture(params=["with-gtin", "own-code"])
def labelled(request: pytest.FixtureRequest, rice, make_batch: Callable[..., Batch]) -> Batch:
    """Goods with a GTIN, and goods of a cooperative that has none."""
    Product.objects.update(standards=["TCVN 11888:2017"])
    make_certificate(rice.product, scheme="vietgap", stars=None)
    if request.param == "own-code":
        rice.gtin = None
        rice.save()
    rice.product.refresh_from_db()
    return make_batch()


@pytest.mark.parametrize("item", DECREE_37)
def test_the_page_has_each_item_of_decree_37(client: Client, labelled: Batch, item: int) -> None:
    page = page_of(client, labelled)
    for words in DECREE_37[item]:
        assert words in page, words


@pytest.mark.parametrize("item", CIRCULAR_02)
def test_the_page_has_each_item_of_circular_02(client: Client, labelled: Batch, item: int) -> None:
    page = page_of(client, labelled)
    for words in CIRCULAR_02[item]:
        assert words.replace("/{path}", batch_path(labelled)) in page, words


@pytest.mark.parametrize("stages", [("plot",), ("plot", "grow", "harvest", "dry", "mill", "test")])
def test_a_fresh_page_costs_six_queries_whatever_it_tells(
    make_batch: Callable[..., Batch], cast: Cast, stages: tuple[str, ...]
) -> None:
    batch = make_batch(stages)
    photo = take_in_photo(upload=jpeg(), title="Gạo", actor=cast.lan_acts, cooperative=cast.huong_que)
    Product.objects.update(photo=photo)
    tell(batch, cast, "store", PACKED_AT + timedelta(minutes=5), photos=(photo,))
    correct_packs(batch, cast, 639)
    make_certificate(batch.product, scheme="vietgap", stars=None)
    cache.clear()  # as in a process that has just begun
    with CaptureQueriesContext(connection) as queries:
        draw_passport(public_batches().get(pk=batch.pk), language="vi")
    assert len(queries) <= MOST_QUERIES, [each["sql"][:120] for each in queries]
