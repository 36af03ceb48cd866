"""Excel on the desk: every row is shown before anything happens, mended on the phone, and theirs is not ours."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from community.cooperatives.models import Membership
from marketplace.importing.models import ImportRow, ImportStatus, SheetImport
from tests.cast import sign_in
from tests.making import make_line, make_product
from tests.marketplace.importing.doing import GOODS, HONEY, brought, csv
from traceability.products.importing import import_product_lines
from traceability.products.models import Product

pytestmark = pytest.mark.django_db
URL = "/en/ban-hang/tep/"


@pytest.fixture
def desk(cast, client, site_ready, settings, tmp_path) -> Client:
    settings.DATA_DIR = tmp_path
    make_line()
    return sign_in(client, cast.lan)


def bring(desk: Client, body: bytes, name: str = "hàng.csv"):
    return desk.post(URL, {"file": SimpleUploadedFile(name, body)}, follow=True)


def test_a_file_is_looked_at_mended_taken_in_and_undone_by_taps_alone(desk) -> None:
    page = bring(desk, csv(GOODS, [*HONEY[:5], "liên hệ", HONEY[6]])).content.decode()
    assert "1 row to correct" in page and "Price (F2): “liên hệ” is not a number." in page
    assert "Take all of it in" not in page
    sheet = SheetImport.objects.get()
    row_url = f"{URL}{sheet.code}/dong/0/"
    assert 'value="liên hệ"' in desk.get(row_url).content.decode()
    said = {**ImportRow.objects.get().values, "price": "185.000"}
    page = desk.post(row_url, said, follow=True).content.decode()
    assert "Take all of it in" in page and not Product.objects.exists()
    page = desk.post(f"{URL}{sheet.code}/", {"act": "apply"}, follow=True).content.decode()
    assert "Taken in by" in page and Product.objects.get().packs.get().offer.price_dong == 185_000
    assert "Mật ong rừng" in desk.get("/en/ban-hang/hang/").content.decode()
    assert desk.get(f"/en/ban-hang/hang/{Product.objects.get().code}/").status_code == 200  # goods without a photo
    page = desk.post(f"{URL}{sheet.code}/", {"act": "undo"}, follow=True).content.decode()
    assert "Taken back" in page and not Product.objects.exists()


def test_a_wrong_file_is_said_in_words(desk) -> None:
    assert "No row of headings was found" in bring(desk, b"a;b\nc;d").content.decode()
    answer = desk.post(URL, {})
    assert answer.status_code == 400 and "Choose a file." in answer.content.decode()


def test_a_long_work_asks_again_by_itself_and_can_be_asked_again(desk, cast) -> None:
    sheet = brought(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    SheetImport.objects.update(status=ImportStatus.APPLYING)
    answer = desk.get(f"{URL}{sheet.code}/")
    assert answer["Refresh"] and "Look again" in answer.content.decode()
    assert "Drop this file" not in answer.content.decode()
    desk.post(f"{URL}{sheet.code}/", {"act": "again"})  # not stuck yet
    assert not Product.objects.exists()
    SheetImport.objects.update(asked_at=sheet.uploaded_at.replace(year=2020))
    assert "Drop this file" in desk.get(f"{URL}{sheet.code}/").content.decode()
    desk.post(f"{URL}{sheet.code}/", {"act": "again"})
    assert Product.objects.exists()


def test_theirs_is_not_ours(desk, cast) -> None:
    theirs = brought(csv(GOODS, HONEY), cast.other_cooperative, cast.other_acts)
    for url in (f"{URL}{theirs.code}/", f"{URL}{theirs.code}/dong/0/"):
        assert desk.get(url).status_code == 404 and desk.post(url, {"act": "apply"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == ImportStatus.CHECKED


def test_the_template_comes_back_as_it_is_without_a_fault(desk, cast) -> None:
    import_product_lines()
    answer = desk.get(f"{URL}mau.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Hàng", "Lô", "Hướng dẫn"]
    page = bring(desk, answer.content, "mẫu.xlsx").content.decode()
    assert "2 new kinds of goods" in page and "2 lots with their stock" in page and "to correct" not in page


def test_an_export_is_for_whoever_asked_and_still_may(desk, cast) -> None:
    make_product(cast.huong_que)
    page = desk.post(f"{URL}xuat/", {"kind": "xlsx"}, follow=True).content.decode()
    url = next(part for part in page.split('"') if "/tep/xuat/" in part and part.endswith("/") and len(part) > 25)
    assert b"".join(desk.get(url).streaming_content)[:2] == b"PK"
    other = sign_in(Client(), cast.other_seller)
    assert other.get(url).status_code == 404
    Membership.objects.filter(user=cast.lan, cooperative=cast.huong_que).update(role="packer")
    assert desk.get(url).status_code == 403
