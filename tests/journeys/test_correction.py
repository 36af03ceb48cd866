"""A member weighed 310 kg and it was 301: she puts it right on her phone, and whoever scans the pack sees both."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import LAN_PIN, Cast
from tests.harness.browser import Pages
from tests.making import PackPlan, make_product
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.batches.opening import LotPlan
from traceability.batches.publishing import publish_batch
from traceability.events.harvesting import record_harvest
from traceability.events.models import Event
from traceability.events.recording import StepReport, record_step
from traceability.events.transforming import transform_lots
from traceability.events.working import Output, Taken, Work
from traceability.products.importing import import_product_lines
from traceability.products.models import ProductLine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def morning() -> datetime:
    return timezone.now().replace(microsecond=0) - timedelta(hours=20)


def at(hours: int) -> Work:
    moment = morning() + timedelta(hours=hours)
    return Work(event_time=moment, recorded_at=moment, client_uuid=uuid4())


@pytest.fixture
def tea(live_server: LiveServer, site_ready: None, cast: Cast, settings) -> tuple[Batch, Batch]:
    """310 kg of fresh buds, so it says, of which 60 kg became 120 packs on sale."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    import_product_lines()
    line = ProductLine.objects.get(code="tea")
    plan = PackPlan(name="gói 100 g", net_base=100)
    goods = make_product(cast.huong_que, name="Chè shan tuyết", line=line, packs=(plan,))
    pluck = line.steps.get(code="pluck")
    buds = LotPlan(product=goods.product, material="búp chè tươi", base_unit="g")
    work = Work(event_time=morning(), recorded_at=morning(), client_uuid=uuid4(), step=pluck)
    raw = record_harvest(output=Output(310_000, plan=buds), work=work, actor=cast.lan_acts).batch
    made = transform_lots(
        taken=[Taken(raw, 60_000)], outputs=[Output(12_000, pack=goods.pack)], work=at(4), actor=cast.lan_acts
    ).batch
    for step in line.steps.filter(mandatory=True):
        packs = 1 if step.kind == "pack" else None
        moment = morning() + timedelta(hours=5)
        report = StepReport(step.code, moment, {}, packs=packs)
        record_step(batch=made, report=report, client_uuid=uuid4(), recorded_at=moment, actor=cast.lan_acts)
    made.refresh_from_db()
    return raw, publish_batch(batch=made, actor=cast.lan_acts)


def signed_in(page: Page, path: str) -> Page:
    page.goto(path)
    page.fill('input[name="login"]', "0912345678")
    page.fill('input[name="password"]', LAN_PIN)
    page.click('main button[type="submit"]')
    return page


def test_a_member_corrects_310_to_301_and_the_buyer_sees_both(tea: tuple[Batch, Batch], browser_page: Pages) -> None:
    raw, made = tea
    phone = signed_in(browser_page(js=False), f"/ghi/lo/{raw.public_code}/")
    phone.get_by_role("link", name="Xem hoặc sửa").first.click()
    phone.get_by_role("link", name="Sửa", exact=True).click()
    amount = phone.get_by_label("Nhập về bao nhiêu?")
    expect(amount).to_have_value("310")
    amount.fill("301")
    phone.get_by_label("Cân, đo lại thấy khác").check()
    phone.get_by_role("button", name="Xem trước và sau khi sửa").click()
    expect(phone.get_by_text("310 kg", exact=False)).to_be_visible()
    expect(phone.get_by_text("301 kg", exact=False)).to_be_visible()
    phone.get_by_role("button", name="Đúng, lưu bản sửa").click()
    expect(phone.get_by_text("Cả hai bản đều còn xem được")).to_be_visible()
    raw.refresh_from_db()
    assert raw.on_hand_base == 241_000
    assert Event.objects.filter(corrects__isnull=False).count() == 1

    buyer = browser_page(js=False)
    buyer.goto(batch_path(made))
    expect(buyer.locator("del", has_text="310")).to_be_visible()
    expect(buyer.get_by_text("301 kg", exact=False).first).to_be_visible()
    expect(buyer.get_by_text("Cân, đo lại thấy khác").first).to_be_visible()
    expect(buyer.get_by_text("búp chè tươi", exact=False).first).to_be_visible()
