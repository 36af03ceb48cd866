"""What comes after the sale, on Lan's phone with a script and without: a claim answered with a photo though the phone
dies, goods put into a box and taken out again, the rest sold at the market, the lot closed, the month signed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from community import clock
from marketplace.claims.models import Claim
from marketplace.hand_sales.models import HandSale
from tests.cast import LAN_PIN, Cast
from tests.harness.browser import Pages
from tests.harness.phone import Phone
from tests.making import PackPlan, make_product, make_published_batch, open_shop
from tests.marketplace.claims.stage import claim_of, delivered
from traceability.balance.models import MonthClosing
from traceability.batches.models import Batch
from traceability.genealogy.containers import open_stays

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVE = "main form.ask .ask-foot button.btn"
WORDS = "Em xin lỗi anh, mai em gửi lại chai khác."


@pytest.fixture
def claim(live_server: LiveServer, site_ready: None, cast: Cast, settings, tmp_path: Path) -> Claim:
    """Of ten packs of last month two were sold and delivered; the lid of one leaked."""
    settings.DATA_DIR = tmp_path
    settings.SITE_URL = settings.ID_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    goods = make_product(open_shop(cast.huong_que), packs=(PackPlan(weight_g=500),))
    make_published_batch(goods.pack, packs=10, packed_on=clock.today().replace(day=1) - timedelta(days=3))
    return claim_of(delivered(cast, goods))


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_0044.jpg"
    Image.effect_noise((800, 600), 30).convert("RGB").save(path, "JPEG", quality=50)
    return path


def signed_in(page: Page) -> Page:
    page.goto("/ban-hang/")
    page.fill('input[name="login"]', "0912345678")
    page.fill('input[name="password"]', LAN_PIN)
    page.click('main button[type="submit"]')
    return page


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_a_claim_is_answered_a_box_is_filled_and_the_lot_is_closed(
    claim: Claim, browser_page: Pages, photo_file: Path, js: bool
) -> None:
    phone = Phone(signed_in(browser_page(js=js, bypass_csp=True)), js=js)
    phone = answer_though_the_phone_dies(phone, claim, photo_file)
    batch = Batch.objects.get()
    into_the_box_and_out(phone, batch)
    sell_the_rest_at_the_market(phone, batch)
    close_the_lot(phone, batch)
    sign_the_month(phone)


def answer_though_the_phone_dies(phone: Phone, claim: Claim, photo: Path) -> Phone:
    """With a script the words stand as they were left; without one a refused answer keeps them."""
    phone.press(phone.link("1 khiếu nại chờ trả lời"))
    phone.press(phone.page.locator(f'main a[href$="/{claim.code}/"]').first)
    phone.page.get_by_label("Gửi lại hàng", exact=False).check()
    phone.page.get_by_label("Lời nhắn cho người mua").fill(WORDS)
    if phone.js:
        address, dying = phone.page.url, phone.page
        dying.wait_for_function("() => Object.keys(localStorage).some(one => one.startsWith('unsent:'))")
        phone = Phone(dying.context.new_page(), js=True)
        dying.close()
        phone.open(address)
        expect(phone.page.locator("main .unsent")).to_be_visible()
    else:
        phone.page.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
        phone.press(phone.button("Trả lời người mua"))
        claim.refresh_from_db()
        assert claim.status == "open"
    expect(phone.page.get_by_label("Lời nhắn cho người mua")).to_have_value(WORDS)
    expect(phone.page.get_by_label("Gửi lại hàng", exact=False)).to_be_checked()
    phone.page.set_input_files("#photos", photo)
    phone.press(phone.button("Trả lời người mua"))
    phone.reads("Đã trả lời")
    claim.refresh_from_db()
    assert (claim.status, claim.offer, claim.answer) == ("answered", "resend", WORDS)
    assert claim.photos.filter(by="seller").count() == 1
    return phone


def into_the_box_and_out(phone: Phone, batch: Batch) -> None:
    phone.open(f"/ghi/lo/{batch.public_code}/")
    phone.press(phone.link("Xếp thùng"))
    phone.page.get_by_label("Thùng nào?").fill("thung-01")
    phone.page.get_by_label("Bao nhiêu?").fill("năm")
    phone.press(phone.button("Xếp vào thùng"))
    expect(phone.page.get_by_label("Thùng nào?")).to_have_value("thung-01")
    for amount, press, inside in (("5", "Xếp vào thùng", 5), ("2", "Lấy ra khỏi thùng", 3)):
        phone.page.get_by_label("Thùng nào?").fill("thung-01")
        phone.page.get_by_label("Bao nhiêu?").fill(amount)
        phone.press(phone.button(press))
        phone.reads("THUNG-01")
        assert batch.pack is not None
        assert sum(stay.quantity_base or 0 for stay in open_stays(batch.pk)) == inside * batch.pack.net_quantity_base


def sell_the_rest_at_the_market(phone: Phone, batch: Batch) -> None:
    batch.refresh_from_db()
    phone.open("/ban-hang/ban-ngoai/moi/")
    phone.page.fill(f'[name="n-{batch.public_code}"]', str(batch.packs_available))
    phone.press(phone.page.locator(SAVE))
    assert HandSale.objects.count() == 1
    batch.refresh_from_db()
    assert batch.on_hand_base == 0


def close_the_lot(phone: Phone, batch: Batch) -> None:
    phone.open(f"/ghi/lo/{batch.public_code}/")
    phone.press(phone.link("Đã hết hàng: đóng lô"))
    phone.press(phone.button("Đóng lô"))
    batch.refresh_from_db()
    assert batch.status == "closed"


def sign_the_month(phone: Phone) -> None:
    phone.open("/ghi/so-thang/")
    phone.press(phone.page.get_by_text("Chốt tháng này").first)
    last_month = Batch.objects.get().postings.get(kind="pack").quantity_base
    phone.page.locator("details[open] input[name=amount]").first.fill(str(last_month // 1000))
    phone.press(phone.button("Chốt và ký").first)
    phone.reads("Đã ký")
    assert MonthClosing.objects.count() == 1
