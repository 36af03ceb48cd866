"""Programmes by their dates, the library by number and words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents.models import Document

from cms.library.models import OfficialPaper, words_of
from cms.pages.programmes import ProgrammePage
from community import clock
from tests.cast import sign_in

pytestmark = pytest.mark.django_db


def programme(site, title, *, opens=None, closes=None, **told):
    today = clock.today()
    page = ProgrammePage(
        title=title, slug=title.lower().replace(" ", "-"), locale=site.home.locale,
        opens_on=None if opens is None else today + timedelta(days=opens),
        closes_on=None if closes is None else today + timedelta(days=closes), **told,
    )  # fmt: skip
    site.programmes.refresh_from_db()
    return site.programmes.add_child(instance=page)


def paper(number="148/QĐ-TTg", title="Bộ tiêu chí đánh giá sản phẩm OCOP", **told):
    facts = {"issuer": "Thủ tướng Chính phủ", "issued_on": date(2023, 2, 24), "subject": "OCOP", **told}
    one = OfficialPaper(number=number, title=title, **facts)
    one.words = words_of(one)
    one.save()
    return one


@pytest.mark.parametrize(
    ("opens", "closes", "state", "days"),
    [
        (None, None, "open", None),
        (-3, 0, "open", 0),
        (-3, 5, "open", 5),
        (1, 9, "coming", None),
        (-9, -1, "over", None),
    ],
)
def test_a_programme_is_open_until_its_last_day(opens, closes, state, days):
    today = clock.today()
    page = ProgrammePage(
        opens_on=None if opens is None else today + timedelta(days=opens),
        closes_on=None if closes is None else today + timedelta(days=closes),
    )
    assert (page.state, page.days_left) == (state, days)


def test_programmes_stand_by_what_one_can_still_join(site, client):
    for title, opens, closes in (("Xong", -9, -1), ("Sắp mở", 3, 9), ("Còn lâu", -1, 40), ("Gấp", -1, 2)):
        programme(site, title, opens=opens, closes=closes)
    page = client.get("/chuong-trinh/").content.decode()
    order = sorted(("Xong", "Sắp mở", "Còn lâu", "Gấp"), key=page.index)
    assert order == ["Gấp", "Còn lâu", "Sắp mở", "Xong"]
    with CaptureQueriesContext(connection) as four:
        client.get("/chuong-trinh/")
    for number in range(8):
        programme(site, f"Thêm {number}", closes=20)
    with CaptureQueriesContext(connection) as twelve:
        client.get("/chuong-trinh/")
    assert len(twelve) == len(four), [query["sql"] for query in twelve]


def test_a_programme_says_who_when_which_papers_and_whom_to_ask(site, client):
    paper()
    programme(
        site, "Đợt 2", opens=-1, closes=9, for_whom="Hợp tác xã", organiser="Sở", contact_phone="0292 000 0000",
        body=[
            ("needed_papers", {"title": "Giấy tờ", "papers": [{"name": "Phiếu đăng ký", "note": "2 bản"}]}),
            ("library_papers", {"title": "Văn bản", "subject": "ocop", "limit": 2}),
        ],
    )  # fmt: skip
    page = client.get("/chuong-trinh/đợt-2/").content.decode()
    for words in ("Hợp tác xã", "Phiếu đăng ký", "2 bản", "tel:0292 000 0000", "148/QĐ-TTg", "/hoi/moi/"):
        assert words in page


def test_the_library_finds_by_words_number_issuer_and_year(site, client):
    paper()
    paper("12/TB-SNNMT", "Thông báo nhận hồ sơ", issuer="Sở Nông nghiệp", issued_on=date(2026, 10, 1), kind="notice")

    def numbers(query):
        return [one.number for one in client.get(f"/van-ban/?{query}").context["papers"]]

    assert numbers("") == ["12/TB-SNNMT", "148/QĐ-TTg"]
    for query in ("q=tieu chi", "q=148", "q=148/qd", "issuer=Thủ tướng Chính phủ", "year=2023", "kind=decision"):
        assert numbers(query) == ["148/QĐ-TTg"], query
    assert numbers("q=khong co gi") == []
    for cannot_be in ("year=nam&kind=la&page=x", "year=0000"):
        assert numbers(cannot_be) == ["12/TB-SNNMT", "148/QĐ-TTg"], cannot_be


def test_a_replaced_document_says_by_which(site, client):
    new = paper("1489/QĐ-TTg", "Sửa đổi Bộ tiêu chí", issued_on=date(2025, 7, 6))
    paper("1048/QĐ-TTg", "Bộ tiêu chí cũ", standing="replaced", replaced_by=new, issued_on=date(2019, 8, 21))
    page = client.get("/van-ban/?q=1048").content.decode()
    assert "1489/QĐ-TTg" in page


def test_an_editor_adds_a_document_that_is_found_without_accents(site, client, hoa, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    file = Document.objects.create(title="QĐ 148", file=ContentFile(b"%PDF-1.4", name="qd148.pdf"))
    sign_in(client, hoa)
    told = {
        "title": "Bộ tiêu chí đánh giá", "number": "148/QĐ-TTg", "issued_on": "2023-02-24", "kind": "decision",
        "issuer": "Thủ tướng Chính phủ", "subject": "OCOP", "standing": "valid", "summary": "", "file": file.pk,
        "replaced_by": "", "link": "",
    }  # fmt: skip
    answer = client.post("/quan-tri/snippets/cms/officialpaper/add/", told)
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get("/van-ban/?q=danh+gia").content.decode()
    assert "148/QĐ-TTg" in page
    assert file.url in page
