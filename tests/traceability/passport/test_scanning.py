"""What a scanned address answers: the page itself, an honest "not here", or "damaged"; never a cookie or a write."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import timedelta

import brotli
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.cooperatives.models import Cooperative
from community.photos.models import Photo, Rendition
from community.photos.rendering import spec
from community.photos.taking_in import take_in_photo
from tests.cast import Cast
from tests.harness.days import asked_now, in_days
from tests.traceability.passport.conftest import GTIN, PACKED_AT, jpeg, tell
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.certificates.models import Certificate
from traceability.events.models import Event
from traceability.passport.drawing import draw_passport, style_hash
from traceability.passport.finding import public_batches
from traceability.passport.models import PassportPage
from traceability.passport.storing import stale_batches, store_pages, store_stale_pages
from traceability.products.models import Pack

FIRST_SCREEN_WEIGHT = 14 * 1024


def scan(client: Client, batch: Batch, **headers: str) -> str:
    answer = client.get(batch_path(batch), headers={"Accept": "text/html"} | headers)
    assert answer.status_code == 200
    return answer.content.decode()


def writes(queries: CaptureQueriesContext) -> list[str]:
    # Of a statement PostgreSQL keeps prepared (community.prepared_reads: SELECTs only) Django cannot tell the text.
    return [each["sql"] for each in queries.captured_queries if re.match(r"INSERT|UPDATE|DELETE", each["sql"] or "")]


def test_the_page_comes_without_redirect_cookie_or_write(client: Client, batch: Batch) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(batch_path(batch))
    assert answer.status_code == 200
    assert not answer.cookies
    assert writes(queries) == []
    assert "public" in answer["Cache-Control"]
    assert {"Accept-Encoding", "Accept-Language"} <= {word.strip() for word in answer["Vary"].split(",")}


def test_the_first_lines_are_what_one_compares_with_the_pack(client: Client, batch: Batch) -> None:
    page = scan(client, batch)
    top = page[page.index("<body>") : page.index("<h2>")]
    for words in ("Gạo thơm ST25", "túi 5 kg", batch.lot_code, "05/11/2026", "02/08/2027", "HTX Hương Quê Trần Đề"):
        assert words in top


def test_the_page_says_every_item_that_the_rules_ask_for(client: Client, batch: Batch) -> None:
    """Circular 02/2024 (ten items) and Decree 37/2026 Art. 32 (eight)."""
    page = scan(client, batch)
    asked = [
        GTIN,
        batch.public_code[:0] or batch_path(batch),
        batch.cooperative.code,
        "Xã Trần Đề",
        "Thành phố Cần Thơ",
    ]
    for words in (
        *asked,
        "Nhãn hiệu",
        "Tiêu chuẩn áp dụng",
        "Cảnh báo",
        "gluten",
        "Nguồn gốc",
        "Hạn dùng",
        "Mã truy vết",
    ):
        assert words in page


def test_a_missing_step_is_shown_as_missing(client: Client, batch: Batch) -> None:
    page = scan(client, batch)
    assert 'class="miss"' in page
    assert "Xay xát, tách màu: chưa có bản ghi" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "recalled"}, "ĐÃ THU HỒI"),
        ({"status": "on_hold"}, "tạm giữ"),
        ({"best_before_on": in_days(-1)}, "quá hạn dùng"),
        ({"status": "closed"}, "đóng sổ"),
    ],
)
def test_a_change_of_state_is_on_the_very_next_page(
    client: Client, batch: Batch, change: dict[str, object], words: str
) -> None:
    store_pages(batch)
    assert "bán bình thường" in scan(client, batch)
    rows = Batch.objects.filter(pk=batch.pk)
    rows.update(**asked_now(change))
    touch_pages(rows)
    assert words in scan(client, batch)


def test_a_recalled_batch_is_not_offered_for_sale(client: Client, batch: Batch, shop: None) -> None:
    assert "Mua thêm" in scan(client, batch)
    Batch.objects.filter(pk=batch.pk).update(status="recalled")
    assert "Mua thêm" not in scan(client, batch)


def test_a_certificate_counts_only_while_it_is_valid(client: Client, batch: Batch) -> None:
    today = timezone.localdate()
    paper = Certificate.objects.create(
        cooperative=batch.cooperative,
        scheme="ocop",
        number="01/OCOP",
        issuer="UBND thành phố",
        stars=5,
        issued_on=today - timedelta(days=400),
        expires_on=today,
        checked_at=timezone.now(),
    )
    paper.products.add(batch.product)
    assert "★★★★★" in scan(client, batch)
    Certificate.objects.update(expires_on=today - timedelta(days=1))
    page = scan(client, batch)
    assert "★★★★★" not in page
    assert "đã hết hạn" in page


def test_an_unchecked_certificate_is_not_shown(client: Client, batch: Batch) -> None:
    paper = Certificate.objects.create(
        cooperative=batch.cooperative, scheme="vietgap", number="VG-9", issuer="X", issued_on=timezone.localdate()
    )
    paper.products.add(batch.product)
    assert "VG-9" not in scan(client, batch)


@pytest.mark.parametrize("wish", ["en", "en-GB,en;q=0.9,vi;q=0.1"])
def test_the_page_speaks_the_readers_language(client: Client, batch: Batch, wish: str) -> None:
    page = scan(client, batch, **{"Accept-Language": wish})
    assert "ST25 fragrant rice" in page
    assert "This batch is sold normally" in page
    assert (
        "bán bình thường"
        in client.get(batch_path(batch) + "?lang=vi", headers={"Accept-Language": wish}).content.decode()
    )


def test_a_draft_does_not_exist_for_the_public(client: Client, batch: Batch) -> None:
    store_pages(batch)
    Batch.objects.filter(pk=batch.pk).update(status="draft")
    assert client.get(f"/t/{batch.public_code}").status_code == 404
    assert "chưa được đăng ký" in client.get(batch_path(batch)).content.decode()


def test_an_unknown_lot_walks_up_to_the_product_and_says_so(client: Client, batch: Batch) -> None:
    answer = client.get(f"/01/{GTIN}/10/L000000-Z")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Số lô này chưa được đăng ký" in page
    assert batch.lot_code in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/01/09521000000025/10/L1A", 404),
        ("/01/09521000000017/10/L1A", 400),
        ("/01/9521000000018/10/L1A", 400),
        ("/01/abc", 400),
        ("/01/", 400),
        (f"/01/{GTIN}/10/", 400),
        (f"/01/{GTIN}/10/%00", 400),
        (f"/01/{GTIN}/10/a%20b", 400),
        (f"/01/{GTIN}/21/X/10/Y", 400),
        ("/t/0000000000", 404),
        ("/t/<script>", 404),
    ],
)
def test_a_broken_or_unknown_address_gets_a_plain_page_with_the_right_status(
    client: Client, batch: Batch, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "<script>" not in answer.content.decode()
    assert "Gõ lại mã" in answer.content.decode()


def test_a_slash_inside_a_lot_never_opens_another_lot(client: Client, batch: Batch) -> None:
    path = f"/01/{GTIN}/10/{batch.lot_code}%2F26"
    answer = client.get(path, RAW_URI=path)
    assert batch.lot_code + "/26" in answer.content.decode() or answer.status_code == 400
    assert "bán bình thường" not in answer.content.decode()


def test_goods_without_a_gtin_have_the_same_page_under_their_own_code(
    client: Client, make_batch: Callable[..., Batch], rice: Pack
) -> None:
    Pack.objects.update(gtin=None)
    rice.refresh_from_db()
    batch = make_batch(pack=rice)
    assert batch_path(batch) == f"/t/{batch.public_code}"
    assert batch.lot_code in scan(client, batch)
    typed = f"/t/{batch.public_code[:5].lower()}-{batch.public_code[5:].lower()}"
    assert client.get(typed).status_code == 200


def test_a_stored_page_costs_one_query_and_is_answered_304(client: Client, batch: Batch) -> None:
    store_pages(batch)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(batch_path(batch), headers={"Accept-Encoding": "gzip"})
    assert len(queries) == 1
    assert answer["Content-Encoding"] == "gzip"
    again = client.get(batch_path(batch), headers={"Accept-Encoding": "gzip", "If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_the_page_weighs_at_most_14_kb_and_needs_nothing_else(make_batch: Callable[..., Batch], language: str) -> None:
    batch = make_batch(("plot", "grow", "harvest", "dry", "mill", "test"))
    drawn = draw_passport(batch, language=language)
    html = gzip.decompress(drawn.html_gz).decode()
    assert len(drawn.html_gz) <= FIRST_SCREEN_WEIGHT
    assert "<script" not in html
    assert 'rel="stylesheet"' not in html
    assert not re.search(r'(src|href)="https?://(?!localhost)', html)


def test_the_policy_allows_this_one_style_block_and_nothing_inline_beside(client: Client, batch: Batch) -> None:
    policy = client.get(batch_path(batch))["Content-Security-Policy"]
    assert style_hash() in policy
    assert "unsafe-inline" not in policy


@pytest.mark.parametrize("steps", [1, 6])
def test_drawing_costs_the_same_for_few_and_many_steps(
    make_batch: Callable[..., Batch], steps: int, django_assert_max_num_queries
) -> None:
    batch = make_batch(("plot", "grow", "harvest", "dry", "mill", "test")[:steps])
    with django_assert_max_num_queries(8):
        draw_passport(batch, language="vi")


def test_the_worker_stores_what_is_stale_and_then_rests(batch: Batch) -> None:
    assert store_stale_pages() == 1
    assert PassportPage.objects.count() == 3, "one for each language"
    assert not stale_batches().exists()
    touch_pages(Batch.objects.filter(pk=batch.pk))
    assert stale_batches().get() == batch


def test_a_page_whose_day_has_come_no_longer_counts(client: Client, batch: Batch) -> None:
    store_pages(batch)
    PassportPage.objects.update(valid_until=timezone.localdate())
    assert stale_batches().exists()
    with CaptureQueriesContext(connection) as queries:
        client.get(batch_path(batch))
    assert len(queries) > 1


def test_the_same_facts_give_the_same_bytes(batch: Batch) -> None:
    assert draw_passport(batch, language="vi") == draw_passport(batch, language="vi")


def test_a_page_of_an_older_design_no_longer_counts(client: Client, batch: Batch) -> None:
    """Its style block would not be the one the policy names."""
    store_pages(batch)
    older = {"html_gz": gzip.compress(b"older"), "html_br": brotli.compress(b"older")}
    PassportPage.objects.update(etag="00000000-older", **older)
    assert "older" not in scan(client, batch)
    assert stale_batches().exists()


def test_a_browser_that_cannot_unpack_gets_the_same_words(client: Client, batch: Batch) -> None:
    store_pages(batch)
    packed = client.get(batch_path(batch), headers={"Accept-Encoding": "gzip"})
    plain = client.get(batch_path(batch), headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == f'{plain["ETag"][:-1]}-gzip"', "a strong tag names the encoding"


@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_the_answer_names_its_language(client: Client, batch: Batch, language: str) -> None:
    answer = client.get(f"{batch_path(batch)}?lang={language}")
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()


def test_only_reading_is_allowed(client: Client, batch: Batch) -> None:
    assert client.head(batch_path(batch)).status_code == 200
    for method in (client.post, client.put, client.delete, client.patch):
        assert method(batch_path(batch)).status_code == 405


def test_one_slash_at_the_end_is_forgiven_and_two_are_not(client: Client, batch: Batch) -> None:
    assert client.get(batch_path(batch) + "/").status_code == 200
    assert client.get(batch_path(batch) + "//").status_code == 400


@pytest.mark.parametrize("code", ["%00", "7K3F2%00Q9X", "%F0%9F%8D%9A", "A" * 2000])
def test_a_strange_public_code_never_reaches_the_database(client: Client, db: None, code: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/t/{code}")
    assert answer.status_code == 404
    assert not [each for each in queries.captured_queries if "public_code" in each["sql"]]


@pytest.mark.parametrize(("phone", "words"), [("+842993822123", "0299 3822 123"), ("", "mang trả nơi đã mua")])
def test_a_recall_says_what_to_do_with_the_pack(client: Client, batch: Batch, phone: str, words: str) -> None:
    Cooperative.objects.update(phone=phone)
    Batch.objects.update(status="recalled")
    page = scan(client, batch)
    assert 'role="alert"' in page
    assert words in page[: page.index("<main>")]


def test_a_recalled_batch_is_marked_in_the_list_of_its_product(client: Client, batch: Batch) -> None:
    Batch.objects.update(status="recalled")
    page = client.get(f"/01/{GTIN}").content.decode()
    assert batch.lot_code in page
    assert "Đã thu hồi" in page


def paper_of(batch: Batch, **facts: object) -> Certificate:
    paper = Certificate.objects.create(
        **{
            "cooperative": batch.cooperative,
            "scheme": "vietgap",
            "number": "VG-9",
            "issuer": "Tổ chức chứng nhận",
            "issued_on": batch.packed_on - timedelta(days=30),
            "checked_at": timezone.now(),
        }
        | facts
    )
    paper.products.add(batch.product)
    return paper


def test_a_paper_says_whether_it_covers_this_batch(client: Client, batch: Batch) -> None:
    paper_of(batch)
    assert "áp dụng cho lô này" in scan(client, batch)
    Certificate.objects.update(issued_on=batch.packed_on + timedelta(days=1))
    page = scan(client, batch)
    assert "áp dụng cho lô này" not in page
    assert "cấp sau khi làm lô này" in page


def test_a_withdrawn_paper_is_told_as_withdrawn(client: Client, batch: Batch) -> None:
    paper_of(batch, revoked_on=timezone.localdate())
    page = scan(client, batch)
    assert "đã bị thu hồi giấy" in page
    assert "còn hiệu lực khi làm lô này" in page


def test_a_laboratory_result_never_claims_to_cover_the_batch(client: Client, batch: Batch) -> None:
    paper_of(batch, scheme="lab_test")
    page = scan(client, batch)
    assert "phiếu ngày" in page
    assert "áp dụng cho lô này" not in page


def test_every_record_stands_with_its_place_and_fingerprint(client: Client, batch: Batch) -> None:
    page = scan(client, batch)
    events = list(Event.objects.filter(batch=batch))
    assert events
    for event in events:
        assert event.body_sha256 in page
    assert batch.cooperative.code in page


def test_numbers_keep_their_unit_and_verdicts_do_not(client: Client, batch: Batch, cast: Cast) -> None:
    tell(batch, cast, "test", PACKED_AT, parameters={"residue": "đạt"})
    tell(batch, cast, "plot", PACKED_AT - timedelta(days=120), parameters={"seed_rate": "97,5"})
    page = scan(client, batch)
    assert " đạt</p>" in page
    assert "đạt/không" not in page
    assert "97,5\xa0kg/ha" in page
    assert "640 × túi 5 kg = 3.200\xa0kg" in page


@pytest.fixture
def photographed(batch: Batch, cast: Cast) -> Photo:
    """A step with a photo whose small sizes the worker has not made yet."""
    photo = take_in_photo(upload=jpeg(), title="Xay xát", actor=cast.lan_acts, cooperative=cast.huong_que)
    Rendition.objects.all().delete()
    tell(batch, cast, "mill", PACKED_AT, photos=(photo,))
    return photo


def test_a_photo_is_shown_when_its_small_size_is_ready_and_a_scan_never_makes_it(
    client: Client, batch: Batch, photographed: Photo
) -> None:
    page = scan(client, batch)
    assert "<img" not in page
    assert not Rendition.objects.exists()
    store_stale_pages()
    page = scan(client, batch)
    small = photographed.renditions.get(filter_spec=spec(320))
    assert small.url in page
    assert 'loading="lazy"' in page
    assert small.file.size <= 25 * 1024
    assert photographed.file.url not in page


@pytest.mark.parametrize("steps", [3, 30])
def test_drawing_with_photos_costs_the_same_for_3_and_30_steps(
    batch: Batch, cast: Cast, photographed: Photo, steps: int, django_assert_max_num_queries
) -> None:
    for place in range(steps):
        tell(batch, cast, "dry", PACKED_AT - timedelta(hours=place), photos=(photographed,))
    batch = public_batches().get(pk=batch.pk)
    with django_assert_max_num_queries(7):
        drawn = draw_passport(batch, language="vi")
    assert len(drawn.html_gz) <= FIRST_SCREEN_WEIGHT


def test_the_command_draws_what_is_stale_and_everything_when_asked(batch: Batch, capsys: pytest.CaptureFixture) -> None:
    call_command("rebuild_passports")
    call_command("rebuild_passports")
    call_command("rebuild_passports", "--all")
    assert capsys.readouterr().out.split("\n")[:3] == ["1 batches drawn", "0 batches drawn", "1 batches drawn"]
