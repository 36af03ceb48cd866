"""Lan records what she recorded yesterday in at most four taps, with a script and without; her phone dies and nothing
is lost; she says sacks."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import LAN_PIN, Cast
from tests.harness.browser import Pages
from tests.making import PackPlan, make_product
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.events.models import Event
from traceability.events.recording import StepReport, record_step
from traceability.products.importing import import_product_lines
from traceability.products.models import ProductLine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Thumb:
    """Counts what it presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def press(self, what: Locator) -> None:
        what.click()
        self.taps += 1


@pytest.fixture
def coffee(live_server: LiveServer, site_ready: None, cast: Cast, settings) -> Batch:
    """A batch of coffee that was dried yesterday."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    import_product_lines()
    line = ProductLine.objects.get(code="coffee")
    goods = make_product(
        cast.huong_que, name="Cà phê chè", line=line, packs=(PackPlan(name="gói 500 g", net_base=500),)
    )
    yesterday = timezone.localtime().replace(microsecond=0) - timedelta(days=1)
    batch = open_batch(pack=goods.pack, day=yesterday.date(), actor=cast.lan_acts)
    asked = next(each for each in line.steps.get(code="dry").parameters if each.get("typical_max"))
    report = StepReport("dry", yesterday, {asked["key"]: "12,5"})
    record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=yesterday, actor=cast.lan_acts)
    return batch


def large_photo() -> bytes:
    """As a phone's camera gives it: more than a megabyte."""
    out = io.BytesIO()
    soft = Image.effect_noise((400, 300), 90).resize((3200, 2400)).convert("RGB")
    soft.save(out, "JPEG", quality=98)
    return out.getvalue()


def signed_in(page: Page, path: str) -> Page:
    page.goto(path)
    page.fill('input[name="login"]', "0912345678")
    page.fill('input[name="password"]', LAN_PIN)
    page.click('main button[type="submit"]')
    return page


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_like_yesterday_takes_at_most_four_taps(coffee: Batch, browser_page: Pages, js: bool) -> None:
    phone = Thumb(signed_in(browser_page(js=js), "/ban-hang/"))
    phone.press(phone.page.get_by_role("link", name="Ghi công việc"))
    phone.press(phone.page.locator(".tile.golden").first)
    expect(phone.page.locator("input.measure").first).to_have_value("12,5")
    phone.press(phone.page.get_by_role("button", name="Lưu", exact=True))
    expect(phone.page.get_by_text("Đã lưu", exact=False).first).to_be_visible()
    assert phone.taps <= 4
    assert list(coffee.events.values_list("stage", flat=True)) == ["dry", "dry"]


def test_the_phone_dies_while_a_step_is_typed_and_nothing_is_lost(coffee: Batch, browser_page: Pages) -> None:
    phone = signed_in(browser_page(), f"/ghi/lo/{coffee.public_code}/buoc/hull/")
    sent: list[int] = []
    phone.on("request", lambda asked: sent.append(int(asked.all_headers().get("content-length", 0))))
    photo = large_photo()
    phone.locator("#photos-camera").set_input_files({"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": photo})
    expect(phone.get_by_text("Ảnh đã gửi xong.")).to_be_visible(timeout=20_000)
    with phone.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 200):
        phone.get_by_label("Ghi thêm gì không?").fill("Xát hai lần")
    other = phone.context.new_page()
    phone.close()
    other.goto(f"/ghi/lo/{coffee.public_code}/buoc/hull/")
    expect(other.get_by_label("Ghi thêm gì không?")).to_have_value("Xát hai lần")
    other.get_by_role("button", name="Lưu bước này").click()
    expect(other.get_by_text("Đã lưu", exact=False).first).to_be_visible()
    assert Event.objects.get(stage="hull").evidence.count() == 1
    assert len(photo) > 1_000_000 and max(sent) < len(photo) / 3  # made small on the phone


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_three_sacks_are_said_read_back_and_saved(coffee: Batch, browser_page: Pages, js: bool) -> None:
    phone = signed_in(browser_page(js=js), f"/ghi/kho/nhap/thu-hoach/{coffee.product.code}/")
    phone.get_by_label("Đây là hàng gì?").fill("cà phê nhân")
    phone.get_by_label("Bao nhiêu?", exact=True).fill("3")
    phone.get_by_text("Bao, gùi, thúng, can …").click()
    phone.get_by_label("bao", exact=True).check()
    phone.get_by_role("button", name="Lưu", exact=True).click()
    phone.get_by_label("Một bao là bao nhiêu?").fill("50")
    phone.get_by_role("button", name="Lưu", exact=True).click()
    expect(phone.get_by_text("3 bao (150 kg)", exact=False).first).to_be_visible()
    phone.goto(f"/ghi/kho/nhap/thu-hoach/{coffee.product.code}/")
    expect(phone.get_by_label("bao (50 kg)")).to_be_visible()
    if js:
        phone.get_by_label("bao (50 kg)").check()
        phone.get_by_label("Bao nhiêu?", exact=True).fill("2")
        expect(phone.get_by_text("2 × 50 kg = 100 kg")).to_be_visible()
