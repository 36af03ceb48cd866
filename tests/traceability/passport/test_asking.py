"""Typing a code, and telling that something is wrong."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from community.audit.models import AuditEntry
from tests.traceability.passport.conftest import GTIN
from traceability.batches.addresses import batch_path, batch_uri
from traceability.batches.models import Batch
from traceability.passport import asking
from traceability.passport.asking import REPORTS_PER_HOUR
from traceability.passport.models import BatchReport
from traceability.products.models import Pack, Product


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.mark.parametrize("form", ["code", "small", "lot", "uri", "path"])
def test_a_typed_code_opens_the_page_in_whatever_form_it_comes(client: Client, batch: Batch, form: str) -> None:
    typed = {
        "code": batch.public_code,
        "small": f"{batch.public_code[:5].lower()} {batch.public_code[5:].lower()}",
        "lot": batch.lot_code.lower(),
        "uri": batch_uri(batch),
        "path": f"/t/{batch.public_code}",
    }[form]
    answer = client.get("/ma/", {"code": typed})
    assert (answer.status_code, answer["Location"]) == (302, batch_path(batch))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("không có", "Không có lô nào mang mã"),
        ("'; DROP TABLE", "Không có lô nào mang mã"),
        ("x" * 299, "Không có lô nào mang mã"),
        ("09521000000025", "Không có lô nào mang mã"),
        ("/t/0000000000", "Không có lô nào mang mã"),
        ("/01/09521000000025/10/L1A", "Không có lô nào mang mã"),
        ("/01/09521000000017/10/L1A", "không phải đường dẫn đầy đủ"),
        ("http://[", "không phải đường dẫn đầy đủ"),
        ("//", "không phải đường dẫn đầy đủ"),
        ("https://example.com/01/09521000000018/10/L261105-A", "không phải địa chỉ của chợ này"),
    ],
)
def test_what_cannot_be_found_is_told_kindly_and_kept_in_the_box(
    client: Client, batch: Batch, typed: str, words: str
) -> None:
    answer = client.get("/ma/", {"code": typed})
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert f'value="{escape(typed)}"' in answer.content.decode()


def test_one_wrong_sign_is_told_as_such_and_never_opens_another_batch(client: Client, batch: Batch) -> None:
    for place, sign in enumerate(batch.public_code):
        wrong = "2" if sign != "2" else "3"
        typed = batch.public_code[:place] + wrong + batch.public_code[place + 1 :]
        answer = client.get("/ma/", {"code": typed})
        assert answer.status_code == 404
        assert "Có một chữ hoặc số bị sai" in answer.content.decode()


def test_a_known_barcode_leads_to_the_product_and_an_unknown_lot_is_told_there(client: Client, batch: Batch) -> None:
    assert client.get("/ma/", {"code": GTIN[1:]})["Location"] == f"/01/{GTIN}"
    assert client.get("/ma/", {"code": f"/01/{GTIN}/10/NOPE"})["Location"] == f"/01/{GTIN}/10/NOPE"


@pytest.mark.parametrize("front", ["////shop.example", "https://testserver//shop.example", "/\\\\shop.example", "//"])
def test_no_link_leads_to_another_site(
    client: Client, rice: Pack, batch: Batch, front: str, settings: Settings
) -> None:
    """Red before: what stood before the barcode's key came back as it was typed, with two strokes in front."""
    settings.SITE_URL = "https://testserver"
    for address, name in (("/ma/", "code"), ("/san-pham/", "q")):
        answer = client.get(address, {name: f"{front}/01/{GTIN}"})
        place = answer.headers.get("Location", "/")
        assert place[0] == "/" and place[1:2] not in ("/", "\\"), place


def test_a_lot_of_two_products_lets_one_choose(client: Client, batch: Batch, rice: Pack) -> None:
    other = Product.objects.create(cooperative=batch.cooperative, name="Gạo nếp", line=batch.product.line)
    pack = Pack.objects.create(product=other, name="túi 1 kg", net_quantity_base=1000, base_unit="g", ship_weight_g=1)
    Batch.objects.create(
        cooperative=batch.cooperative,
        product=other,
        pack=pack,
        lot_code=batch.lot_code,
        base_unit="g",
        status="published",
    )
    page = client.get("/ma/", {"code": batch.lot_code}).content.decode()
    assert "Gạo nếp" in page
    assert "Gạo thơm ST25" in page


def test_a_reader_of_english_goes_on_in_english(client: Client, batch: Batch) -> None:
    answer = client.get("/en/ma/", {"code": batch.public_code})
    assert answer["Location"] == batch_path(batch) + "?lang=en"


def test_a_draft_is_found_by_nothing(client: Client, batch: Batch) -> None:
    Batch.objects.update(status="draft")
    for typed in (batch.public_code, batch.lot_code):
        assert client.get("/ma/", {"code": typed}).status_code == 404


def test_somebody_who_tries_codes_is_held_up(client: Client, batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LOOKUPS_PER_HOUR", 3)
    for _ in range(3):
        assert client.get("/ma/", {"code": "không có"}).status_code == 404
    assert client.get("/ma/", {"code": batch.public_code}).status_code == 429


def test_a_report_is_kept_and_answered(client: Client, batch: Batch) -> None:
    answer = client.post(
        f"/ma/bao/{batch.public_code}/", {"reason": "mismatch", "words": "Ngày khác", "phone": "0912 345 678"}
    )
    assert answer.status_code == 302
    report = BatchReport.objects.get()
    assert (report.batch, report.reason, report.phone) == (batch, "mismatch", "+84912345678")


def test_a_code_we_do_not_know_can_be_reported_too(client: Client, db: None) -> None:
    client.post("/ma/bao/?code=L26XXXX", {"reason": "copy"})
    report = BatchReport.objects.get()
    assert (report.batch, report.code_as_given) == (None, "L26XXXX")


@pytest.mark.parametrize(
    "bad",
    [{"reason": ""}, {"reason": "revenge"}, {"reason": "copy", "phone": "123"}, {"reason": "copy", "words": "x" * 501}],
)
def test_a_bad_report_is_sent_back_with_what_was_typed(client: Client, batch: Batch, bad: dict[str, str]) -> None:
    answer = client.post(f"/ma/bao/{batch.public_code}/", bad)
    assert answer.status_code == 422
    assert not BatchReport.objects.exists()


def test_too_many_reports_from_one_place_are_held_up(client: Client, batch: Batch) -> None:
    for _ in range(REPORTS_PER_HOUR):
        assert client.post(f"/ma/bao/{batch.public_code}/", {"reason": "other"}).status_code == 302
    assert client.post(f"/ma/bao/{batch.public_code}/", {"reason": "other"}).status_code == 429
    assert BatchReport.objects.count() == REPORTS_PER_HOUR


def test_another_visitor_behind_the_same_proxy_is_not_held_up(client: Client, batch: Batch, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    path = f"/ma/bao/{batch.public_code}/"
    for _ in range(REPORTS_PER_HOUR + 1):
        last = client.post(path, {"reason": "other"}, headers={"X-Forwarded-For": "203.0.113.7"})
    assert last.status_code == 429
    other = client.post(path, {"reason": "other"}, headers={"X-Forwarded-For": "203.0.113.8"})
    assert other.status_code == 302


def test_a_report_leaves_an_audit_line_without_the_phone_or_the_words(client: Client, batch: Batch) -> None:
    client.post(f"/ma/bao/{batch.public_code}/", {"reason": "quality", "words": "Có mùi lạ", "phone": "0912 345 678"})
    entry = AuditEntry.objects.get(action="batch.reported")
    assert entry.facts == {"reason": "quality", "lot": batch.lot_code}
    assert entry.actor is None
