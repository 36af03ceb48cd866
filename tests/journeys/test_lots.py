"""From a harvest to a printed label on Lan's phone, with a script and without: she splits a lot, merges two, processes,
packs, puts one number right, counts, and prints. What is refused keeps what she typed; Back leads back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import LAN_PIN, Cast
from tests.harness.browser import Pages
from tests.harness.phone import Phone
from tests.making import Goods, PackPlan, make_product
from traceability.batches.models import Batch
from traceability.events.models import Event
from traceability.labels.models import LabelRun
from traceability.products.importing import import_product_lines
from traceability.products.models import ProductLine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVE = "main form.ask .ask-foot button.btn"


@pytest.fixture
def coffee(live_server: LiveServer, site_ready: None, cast: Cast, settings) -> Goods:
    settings.SITE_URL = settings.ID_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    import_product_lines()
    line = ProductLine.objects.get(code="coffee")
    return make_product(cast.huong_que, name="Cà phê chè", line=line, packs=(PackPlan(name="gói 500 g", net_base=500),))


def signed_in(page: Page) -> Page:
    page.goto("/ghi/kho/")
    page.fill('input[name="login"]', "0912345678")
    page.fill('input[name="password"]', LAN_PIN)
    page.click('main button[type="submit"]')
    return page


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_from_a_harvest_over_split_merge_process_and_pack_to_a_label(
    coffee: Goods, browser_page: Pages, js: bool
) -> None:
    phone = Phone(signed_in(browser_page(js=js, bypass_csp=True)), js=js)
    cherries = harvest(phone, "120")
    split(phone, cherries)
    merged = merge(phone)
    beans = process(phone, merged)
    batch = pack(phone, beans)
    put_right(phone, batch)
    publish(phone, batch)
    print_labels(phone, batch)


def harvest(phone: Phone, amount: str) -> Batch:
    phone.press(phone.link("Thu hoạch"))
    phone.page.get_by_label("Đây là hàng gì?").fill("cà phê quả tươi")
    phone.page.get_by_label("Bao nhiêu?", exact=True).fill(amount)
    phone.press(phone.page.locator(SAVE))
    lot = Batch.objects.get()
    assert lot.on_hand_base == 120_000
    return lot


def split(phone: Phone, lot: Batch) -> None:
    phone.open(f"/ghi/kho/{lot.public_code}/")
    phone.press(phone.link("Chia lô"))
    assert phone.page.locator("header .back").get_attribute("href") == f"/ghi/kho/{lot.public_code}/"
    phone.page.get_by_label("Phần 1").fill("70")
    phone.page.get_by_label("Phần 2").fill("bốn mươi")
    phone.press(phone.page.locator(SAVE))
    expect(phone.page.get_by_label("Phần 1")).to_have_value("70")
    phone.reads("Đây chưa phải là số")
    phone.page.get_by_label("Phần 2").fill("49,5")
    phone.page.get_by_label("Hao hụt").fill("0,5")
    phone.press(phone.page.locator(SAVE))
    phone.reads(f"Đã chia lô {lot.lot_code}")
    assert sorted(lot.edges_down.values_list("child__on_hand_base", flat=True)) == [49_500, 70_000]


def merge(phone: Phone) -> Batch:
    phone.press(phone.link("Gộp lô"))
    phone.page.locator("main input[type=checkbox]").first.check()
    phone.press(phone.button("Tiếp"))
    phone.reads("Anh chị đánh dấu ít nhất hai lô")
    expect(phone.page.locator("main input[type=checkbox]").first).to_be_checked()
    phone.page.locator("main input[type=checkbox]").last.check()
    phone.press(phone.button("Tiếp"))
    phone.press(phone.page.locator("header .back"))
    expect(phone.page.locator("main input[type=checkbox]:checked")).to_have_count(2)
    phone.press(phone.button("Tiếp"))
    phone.press(phone.page.locator(SAVE))
    merged = Batch.objects.latest("pk")
    assert merged.on_hand_base == 119_500
    expect(phone.page).to_have_url(f"{phone.page.url.split('/ghi/')[0]}/ghi/kho/{merged.public_code}/")
    return merged


def process(phone: Phone, lot: Batch) -> Batch:
    phone.press(phone.link("Chế biến, đóng gói"))
    if phone.js:
        expect(phone.page.get_by_label("Đóng được bao nhiêu?")).to_be_hidden()
    phone.page.get_by_label("Bây giờ là gì?").fill("cà phê nhân")
    phone.page.get_by_label("Được bao nhiêu?", exact=True).fill("24")
    phone.press(phone.page.locator(SAVE))
    beans = Batch.objects.latest("pk")
    assert (beans.material, beans.on_hand_base) == ("cà phê nhân", 24_000)
    phone.reads("cà phê nhân")
    return beans


def pack(phone: Phone, beans: Batch) -> Batch:
    phone.press(phone.link("Chế biến, đóng gói"))
    phone.page.get_by_label("Đóng gói thành lô mới").check()
    phone.page.get_by_label("Đóng được bao nhiêu?").fill("40")
    phone.press(phone.page.locator(SAVE))
    phone.reads("Số chưa khớp")
    expect(phone.page.get_by_label("Đóng được bao nhiêu?")).to_have_value("40")
    phone.page.get_by_label("Dùng bao nhiêu").fill("20")
    phone.press(phone.page.locator(SAVE))
    batch = Batch.objects.get(kind="finished")
    assert (batch.packs_available, Batch.objects.get(pk=beans.pk).on_hand_base) == (40, 4_000)
    expect(phone.page.locator("h1")).to_contain_text(batch.lot_code)
    return batch


def put_right(phone: Phone, batch: Batch) -> None:
    """A step of the batch was written with a wrong number."""
    phone.open(f"/ghi/lo/{batch.public_code}/buoc/dry/")
    phone.page.locator("input.measure").first.fill("21,5")
    phone.press(phone.page.locator(SAVE))
    phone.press(phone.page.locator("ol.timeline li", has_text="21,5").get_by_role("link", name="Xem hoặc sửa"))
    phone.press(phone.page.get_by_role("link", name="Sửa", exact=True))
    phone.page.locator("input.measure").first.fill("12,5")
    phone.page.get_by_label("Gõ nhầm", exact=True).check()
    phone.press(phone.button("Xem trước và sau khi sửa"))
    phone.reads("21,5")
    phone.press(phone.button("Đúng, lưu bản sửa"))
    assert Event.objects.filter(batch=batch, corrects__isnull=False).count() == 1


def publish(phone: Phone, batch: Batch) -> None:
    """Whatever the batch lacks is named with the way to it."""
    phone.open(f"/ghi/lo/{batch.public_code}/")
    for _lacking in range(8):
        way = phone.page.locator(".ticked .lacks a.tap")
        if not way.count():
            break
        phone.press(way.first)
        phone.press(phone.page.locator(SAVE).first)
    phone.press(phone.button("Công bố lô"))
    batch.refresh_from_db()
    assert batch.status == "published"


def print_labels(phone: Phone, batch: Batch) -> None:
    phone.press(phone.link("In tem"))
    expect(phone.page.locator("input[name=count]")).to_have_value("40")
    phone.page.fill("input[name=start]", "99")
    phone.press(phone.button("Tạo tem"))
    expect(phone.page.locator("input[name=count]")).to_have_value("40")
    phone.page.fill("input[name=start]", "1")
    phone.press(phone.button("Tạo tem"))
    run = LabelRun.objects.get()
    assert (run.count, run.first_number) == (40, 1)
    answer = phone.page.request.get(phone.link("Mở tệp PDF").get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    phone.press(phone.page.locator("header .back"))
    phone.reads("Tem số 1 – 40")
