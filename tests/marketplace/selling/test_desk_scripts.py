"""The desk's two scripts in a browser: a scan counts without a new page and stops in red; what was not sent is kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from marketplace.hand_sales.models import HandSale
from marketplace.packing.models import ScannedPack
from tests.making import make_published_batch
from tests.marketplace.orders.stage import accepted_parcel, open_booth
from traceability.batches.models import Batch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def booth(cast, site_ready):
    return open_booth(cast)


@pytest.fixture
def desk(cast, browser_page, live_server) -> Page:
    """Signed in as Lan, on a phone."""
    client = Client()
    client.force_login(cast.lan)
    page = browser_page()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


def scan(page: Page, code: str) -> None:
    """As a hand scanner does it: types, then Enter."""
    page.fill("#code", code)
    page.press("#code", "Enter")


def test_a_hand_scanner_fills_the_tally_and_a_recalled_batch_turns_the_screen_red(desk, cast, booth) -> None:
    goods, batch = booth
    recalled = make_published_batch(goods.pack, lot_code="MR-2590")
    Batch.objects.filter(pk=recalled.pk).update(status="recalled")
    parcel = accepted_parcel(cast, goods)
    desk.goto(f"/ban-hang/don/{parcel.code}/dong-goi/")
    expect(desk.locator("[data-camera]")).to_be_visible()  # beside the field, which works without it
    scan(desk, "MR-2590")
    expect(desk.locator("dialog[open] h1")).to_contain_text("Không được")
    desk.locator("dialog a.btn").first.click()
    for counted in ("1/2", "2/2"):
        scan(desk, batch.public_code)
        expect(desk.locator(".tally-n")).to_contain_text(counted)
    desk.locator('button[value="scanned"]').click()
    expect(desk.locator("h1")).to_contain_text(parcel.code)
    parcel.refresh_from_db()
    assert parcel.status == "packed" and not ScannedPack.objects.exists()


def test_what_was_typed_without_a_signal_is_kept_offered_again_and_gone_once_sent(desk, booth) -> None:
    field = f"#n-{booth[1].public_code}"
    desk.goto("/ban-hang/ban-ngoai/moi/")
    desk.fill(field, "4")
    desk.context.set_offline(True)
    desk.locator(".ask-foot button").click()
    expect(desk.locator(".unsent")).to_be_visible()
    desk.context.set_offline(False)
    desk.goto("/ban-hang/")
    expect(desk.locator(".unsent b")).to_contain_text("chưa gửi: 1")
    desk.locator(".unsent a").click()
    desk.locator("form .unsent button").first.click()
    expect(desk.locator(field)).to_have_value("4")
    desk.locator(".ask-foot button").click()
    expect(desk.locator("h1")).to_contain_text("Bán tại chợ")
    assert HandSale.objects.get().lines.get().quantity == 4
    desk.goto("/ban-hang/")
    expect(desk.locator(".tiles")).to_be_visible()
    expect(desk.locator(".unsent")).to_have_count(0)


def test_who_bought_is_not_kept_and_what_is_old_is_swept_also_where_one_signs_in(desk, booth) -> None:
    old = "localStorage.setItem('unsent:ANOTHER', JSON.stringify([{path: '/x/', title: 'x', at: 1, fields: []}]))"
    desk.goto("/ban-hang/ban-ngoai/moi/")
    desk.fill(f"#n-{booth[1].public_code}", "4")
    desk.locator('[name=where][value="phone"]').check()
    desk.locator(".of-phone summary").click()
    desk.fill("[name=buyer_name]", "Cô Bảy")
    desk.fill("[name=buyer_phone]", "0905 111 222")
    desk.context.set_offline(True)
    desk.locator(".ask-foot button").click()
    expect(desk.locator(".unsent")).to_be_visible()
    kept = desk.evaluate("JSON.stringify(localStorage)")
    assert "phone" in kept and "Bảy" not in kept and "0905" not in kept
    desk.context.set_offline(False)
    for path in ("/ban-hang/", reverse("account_login")):
        desk.evaluate(old)
        desk.goto(path)
        expect(desk.locator("h1")).to_be_visible()
        assert desk.evaluate("Object.keys(localStorage).filter(key => key.startsWith('unsent:')).length") == 1
        desk.context.clear_cookies()


def test_another_code_after_a_lost_answer_takes_another_key(desk, cast, booth) -> None:
    other = make_published_batch(booth[0].pack, lot_code="MR-2591")
    parcel = accepted_parcel(cast, booth[0])
    desk.goto(f"/ban-hang/don/{parcel.code}/dong-goi/")
    keys = []

    def arrive_but_lose_the_answers(route) -> None:
        keys.append(re.search(r'name="key"\s+([0-9a-f-]{36})', route.request.post_data)[1])
        route.fetch()
        route.abort()

    desk.route("**/quet/", arrive_but_lose_the_answers)
    for number, code in enumerate((booth[1].public_code, booth[1].public_code, other.public_code), 1):
        with desk.expect_event("requestfailed"):
            scan(desk, code)
        expect(desk.locator("[data-code], #code").first).to_have_value(code)
        assert len(keys) == number
    assert keys[0] == keys[1] != keys[2]
    assert set(ScannedPack.objects.values_list("batch", "packs")) == {(booth[1].pk, 1), (other.pk, 1)}
