"""Tuấn acts for Lan's cooperative with a folder of papers: a price list of an old Windows, labels for the shop's
printer, a market day; and a price that Lan has changed meanwhile stays hers. Each act is a line with both names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from community import clock
from community.audit.models import AuditEntry
from community.mandates.models import Mandate
from marketplace.hand_sales.models import HandSale
from marketplace.importing.models import ImportStatus, SheetImport
from marketplace.listings.models import Offer
from marketplace.listings.writing import set_price
from tests.cast import LAN_PIN, Cast
from tests.harness.browser import Pages
from tests.harness.phone import Phone
from tests.harness.team import make_helpers, make_mandate
from tests.making import make_line, make_product, make_published_batch, open_shop
from tests.marketplace.importing.doing import GOODS, HONEY, old_windows
from traceability.batches.models import Batch
from traceability.labels.models import LabelRun
from traceability.products.models import Product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEA = ("Trà mãng cầu", "Ngắn", "1.2.b", "gói", "200 g", "liên hệ", "Sao tay, phơi nắng.")


@pytest.fixture
def mandate(live_server: LiveServer, site_ready: None, cast: Cast, settings, tmp_path) -> Mandate:
    settings.SITE_URL = settings.ID_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.DATA_DIR = tmp_path
    make_line()
    return make_mandate(make_helpers(cast).tuan, cast.huong_que)


@pytest.fixture
def batch(mandate: Mandate, cast: Cast) -> Batch:
    return make_published_batch(make_product(open_shop(cast.huong_que), name="Gạo tẻ").pack, packs=200)


@pytest.fixture
def phone(mandate: Mandate, browser_page: Pages) -> Phone:
    """In Tuấn's hand, acting for the cooperative."""
    held = Phone(browser_page(bypass_csp=True), js=True)
    held.open(reverse("account_login"))
    held.page.fill('input[name="login"]', "0907000001")
    held.page.fill('input[name="password"]', LAN_PIN)
    held.press(held.page.locator('main button[type="submit"]'))
    held.open(reverse("helping:board"))
    held.press(held.link("Giúp HTX Hương Quê"))
    held.press(held.button("Làm thay"))
    return held


def of_both(action: str, mandate: Mandate) -> AuditEntry:
    """The one line of that act, under Tuấn's name and for Lan's cooperative."""
    entry = AuditEntry.objects.get(action=action)
    assert (entry.actor, entry.cooperative, entry.mandate_code) == (mandate.helper, mandate.cooperative, mandate.code)
    return entry


def test_a_price_list_of_an_old_windows_is_mended_taken_in_and_undone(phone: Phone, mandate: Mandate) -> None:
    phone.open(reverse("selling:sheets"))
    file = {"name": "bang-gia.csv", "mimeType": "text/csv", "buffer": old_windows(GOODS, HONEY, TEA)}
    phone.page.set_input_files('input[name="file"]', files=[file])
    phone.press(phone.button("Xem từng dòng"))
    expect(phone.page.locator(".job.urgent")).to_have_count(1)
    phone.reads("liên hệ")
    expect(phone.page.locator('button[value="apply"]')).to_have_count(0)
    phone.press(phone.page.locator(".job.urgent"))
    phone.page.fill('[name="price"]', "95.000")
    phone.press(phone.page.locator(".ask-foot button"))
    assert not Product.objects.exists(), "nothing is written before he presses"
    phone.press(phone.page.locator('button[value="apply"]'))
    assert sorted(Offer.objects.values_list("price_dong", flat=True)) == [95_000, 185_000]
    phone.page.locator("details summary", has_text="Hoàn tác").click()
    phone.press(phone.page.locator('button[value="undo"]'))
    assert not Product.objects.exists() and SheetImport.objects.get().status == ImportStatus.UNDONE
    of_both("sheet_import.applied", mandate)
    of_both("sheet_import.undone", mandate)


def test_after_a_day_a_sheet_is_not_undone(phone: Phone, mandate: Mandate) -> None:
    phone.open(reverse("selling:sheets"))
    file = {"name": "bang-gia.csv", "mimeType": "text/csv", "buffer": old_windows(GOODS, HONEY)}
    phone.page.set_input_files('input[name="file"]', files=[file])
    phone.press(phone.button("Xem từng dòng"))
    phone.press(phone.page.locator('button[value="apply"]'))
    SheetImport.objects.update(applied_at=clock.now() - timedelta(hours=25))
    phone.open(reverse("selling:sheet", args=[SheetImport.objects.get().code]))
    expect(phone.page.locator('button[value="undo"]')).to_have_count(0)
    assert Product.objects.count() == 1


def test_labels_for_the_printer_and_a_market_day(phone: Phone, mandate: Mandate, batch: Batch) -> None:
    phone.open(reverse("fieldwork:labels", args=[batch.public_code]))
    phone.page.fill('[name="count"]', "200")
    phone.press(phone.page.locator(".ask-foot button"))
    run = LabelRun.objects.get()
    assert run.last_number - run.first_number + 1 == 200
    opened = phone.page.request.get(phone.link("Mở tệp PDF").get_attribute("href"))
    assert opened.ok and opened.body().startswith(b"%PDF-")
    of_both("label.printed", mandate)
    before = Batch.objects.get().available_base
    phone.open(reverse("selling:hand_sale_new"))
    phone.page.fill(f'[name="n-{batch.public_code}"]', "3")
    phone.press(phone.page.locator(".ask-foot button"))
    assert HandSale.objects.get().where == "market"
    assert before - Batch.objects.get().available_base == 3 * batch.pack.net_quantity_base
    of_both("hand_sale.written", mandate)


def test_a_price_that_she_changed_meanwhile_stays_hers(phone: Phone, batch: Batch, cast: Cast) -> None:
    phone.open(reverse("selling:price", args=[batch.pack.code]))
    phone.page.fill('[name="price"]', "95.000")
    set_price(pack=batch.pack, price_dong=90_000, actor=cast.lan_acts)
    phone.press(phone.page.locator(".ask-foot button"))
    phone.reads("Vừa có người đổi giá này")
    phone.reads("Đang bán: 90.000\u00a0₫. Giá vừa gõ: 95.000\u00a0₫")
    assert Offer.objects.get().price_dong == 90_000
    assert AuditEntry.objects.get(action="offer.price_changed").actor == cast.lan
