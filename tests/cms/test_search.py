"""One search over goods, sellers, pages, documents and codes; pages are found as soon as they are public."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale

from cms.library.models import OfficialPaper, words_of
from cms.pages.guides import GuidePage
from cms.searching import finding
from cms.searching.indexing import index_pages
from cms.searching.models import PageWords
from cms.tasks import index_changed_pages, publish_scheduled_pages
from marketplace.catalogue.searching import search
from tests.making import make_product, make_published_batch
from traceability.batches.addresses import batch_path
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db


def guide(site, title, slug, *, intro="", body=(), locale=None, parent=None):
    page = GuidePage(title=title, slug=slug, intro=intro, body=list(body), locale=locale or site.home.locale)
    (parent or site.guides).refresh_from_db()
    (parent or site.guides).add_child(instance=page)
    page.save_revision().publish()
    return page


def found(text, language="vi"):
    return finding.find(text, language=language)


def titles(text, language="vi"):
    return [hit.title for hit in found(text, language).pages]


def test_a_page_is_found_by_title_and_body_without_accents(site):
    guide(site, "Trả tiền", "tra-tien", body=[("text", "<p>Mở ứng dụng ngân hàng, <b>quét mã</b>.</p>")])
    guide(site, "Quét mã trên gói", "quet", intro="Không cần cài gì")
    index_pages()
    assert titles("quet ma") == ["Quét mã trên gói", "Trả tiền"]
    assert titles("khong can cai") == ["Quét mã trên gói"]
    assert titles("quet", "en") == []
    assert titles("xyz") == []


def test_khmer_borrows_page_by_page_what_nobody_translated(site):
    paying = guide(site, "Trả tiền", "tra-tien", intro="Quét mã ngân hàng")
    guide(site, "Quét mã", "quet")
    khmer, _made = Locale.objects.get_or_create(language_code="km")
    own = paying.copy_for_translation(khmer, copy_parents=True)
    own.title, own.intro = "បង់ប្រាក់", "ស្កេនកូដ"
    own.save_revision().publish()
    index_pages()
    assert titles("បង់", "km") == ["បង់ប្រាក់"]
    assert titles("quet ma", "km") == ["Quét mã"], "lent, but not the Vietnamese words of what is there in Khmer"
    assert titles("quet ma") == ["Quét mã", "Trả tiền"] and titles("បង់") == []


def test_only_what_changed_is_read_again_and_what_is_gone_is_forgotten(site):
    page = guide(site, "Quét mã", "quet")
    index_pages()
    assert index_pages() == 0
    page.title = "Soi mã"
    page.save_revision().publish()
    assert index_pages() == 1
    assert titles("soi") == ["Soi mã"]
    page.unpublish()
    index_changed_pages.call_local()
    assert not PageWords.objects.filter(page=page).exists()


def test_a_page_appears_and_goes_at_the_hour_its_editor_set(site, client):
    page = GuidePage(title="Mùa vụ", slug="mua-vu", live=False, locale=site.home.locale)
    site.guides.add_child(instance=page)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.expire_at = timezone.now() + timedelta(hours=2)
    revision = page.save_revision()
    revision.publish()
    publish_scheduled_pages.call_local()
    assert client.get("/huong-dan/mua-vu/").status_code == 404
    past = timezone.now() - timedelta(minutes=1)
    type(revision).objects.filter(pk=revision.pk).update(
        approved_go_live_at=past, content={**revision.content, "go_live_at": past.isoformat()}
    )
    publish_scheduled_pages.call_local()
    assert client.get("/huong-dan/mua-vu/").status_code == 200
    GuidePage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_scheduled_pages.call_local()
    assert client.get("/huong-dan/mua-vu/").status_code == 404


def test_an_editors_redirect_leads_on_and_a_renamed_page_keeps_its_old_address(
    site, client, django_capture_on_commit_callbacks
):
    page = guide(site, "Quét mã", "quet")
    Redirect.add_redirect("/cach-quet", redirect_to=page)
    assert client.get("/cach-quet/").url == "/huong-dan/quet/"
    page.slug = "quet-ma"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert client.get("/huong-dan/quet/").url == "/huong-dan/quet-ma/"
    assert client.get("/huong-dan/quet-ma/").status_code == 200


def test_sellers_documents_and_codes_stand_in_their_groups(site, cast, client):
    paper = OfficialPaper(
        number="148/QĐ-TTg", title="Bộ tiêu chí", issuer="Thủ tướng", issued_on=date(2023, 2, 24), subject="OCOP"
    )
    paper.words = words_of(paper)
    paper.save()
    goods = make_product(cast.huong_que)
    batch = make_published_batch(goods.pack)
    call_command("rebuild_catalogue", verbosity=0)
    assert [hit.title for hit in found("huong que").sellers] == [cast.huong_que.name]
    assert [hit.title for hit in found("tran de can tho").sellers] == [cast.huong_que.name]
    assert found("148").papers == [paper]
    assert found(batch.public_code.lower()).batch.endswith(batch.public_code)
    assert found(batch.lot_code).batch
    page = client.get("/tim/", {"q": goods.listing.title[:8]}).content.decode()
    assert goods.listing.title in page
    assert 'name="robots" content="noindex"' in page


def test_goods_that_were_not_all_counted_or_read_otherwise_are_told_so(site, cast, client, monkeypatch):
    make_published_batch(make_product(cast.huong_que, name="Bánh pía").pack)
    page = client.get("/tim/?q=banhs+pias").content.decode()
    assert "Đang hiện hàng cho “bánh pía”." in page and "sản phẩm đúng nhất" not in page
    of_many = replace(search("banh pia"), is_more=True)
    monkeypatch.setattr(finding, "search", lambda _text: of_many)
    assert "1 sản phẩm đúng nhất" in client.get("/tim/?q=banh").content.decode()


def test_no_result_offers_ways_on_and_keeps_what_was_typed(site, client):
    page = client.get("/tim/?q=<b>xe máy</b>").content.decode()
    assert "&lt;b&gt;xe máy" in page
    assert "<b>xe máy" not in page
    assert "/hoi/moi/" in page
    assert client.get("/tim/?q=%00").status_code == 200
    assert client.get("/tim/").status_code == 200


def test_a_search_costs_as_much_however_many_pages_fit(site, client):
    guide(site, "Quét mã 0", "q0")
    index_pages()
    client.get("/tim/?q=quet")
    with CaptureQueriesContext(connection) as one:
        client.get("/tim/?q=quet")
    for number in range(1, 8):
        guide(site, f"Quét mã {number}", f"q{number}")
    index_pages()
    with CaptureQueriesContext(connection) as many:
        page = client.get("/tim/?q=quet").content.decode()
    assert "Quét mã 7" in page
    assert len(many) == len(one) <= 30, [query["sql"] for query in many]


def test_too_many_searches_from_one_place_are_asked_to_wait(site, client, settings):
    settings.READS_PER_MINUTE = 1
    assert client.get("/tim/?q=quet").status_code == 200
    assert client.get("/tim/?q=quet").status_code == 429


def test_the_box_of_every_page_opens_a_code_at_once_and_nothing_else(site, cast, client):
    goods = make_product(cast.huong_que)
    Pack.objects.filter(pk=goods.pack.pk).update(gtin="08936000000011")
    goods.pack.refresh_from_db()
    batch = make_published_batch(goods.pack)
    call_command("rebuild_catalogue", verbosity=0)
    page = batch_path(batch)
    for typed in (batch.public_code.lower(), f" {batch.public_code} ", f"http://localhost:8000/t/{batch.public_code}"):
        answer = client.get("/san-pham/", {"q": typed})
        assert (answer.status_code, answer.url) == (302, page), typed
    assert client.get("/en/san-pham/", {"q": goods.pack.gtin}).url == f"/01/{goods.pack.gtin}"
    for words in (batch.lot_code, "7K3F2Q9XAB", "gạo", "12345678", "a/b"):
        assert client.get("/san-pham/", {"q": words}).status_code == 200, words


def test_a_list_of_goods_says_what_else_its_words_find_and_keeps_its_filters(site, cast, client):
    goods = make_product(cast.huong_que, name="Gạo Trần Đề")
    batch = make_published_batch(goods.pack)
    guide(site, "Nấu gạo Trần Đề", "nau-gao")
    index_pages()
    call_command("rebuild_catalogue", verbosity=0)
    page = client.get("/san-pham/?q=tran+de").content.decode()
    also = page.partition('<p class="also">')[2].partition("</p>")[0]
    assert "Cũng tìm thấy" in also and f'href="/gian-hang/{cast.huong_que.slug}/"' in also
    assert 'href="/huong-dan/nau-gao/"' in also and 'name="stars"' in page
    assert page_of_lot(client, batch.lot_code)
    assert 'class="also"' not in client.get("/san-pham/?q=xyzt").content.decode()
    assert 'class="also"' not in client.get("/san-pham/").content.decode()


def page_of_lot(client, lot):
    return "trang của mã này" in client.get("/san-pham/", {"q": lot}).content.decode()
