"""A form of the desk that was typed in and left comes back with what was typed, until it is sent or one signs out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.harness.browser import Pages
from tests.making import Goods
from tests.marketplace.orders.stage import open_booth
from traceability.plots.models import Plot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Opens = Callable[[str], Page]
KEPT = "JSON.stringify(localStorage)"


@pytest.fixture
def goods(cast: Cast, site_ready: None) -> Goods:
    return open_booth(cast)[0]


@pytest.fixture
def opens(cast: Cast, browser_page: Pages) -> Opens:
    """Lan opens a page of the desk; the page before it has died."""
    client = Client()
    client.force_login(cast.lan)
    pages: list[Page] = [browser_page(bypass_csp=True)]  # only so that this test may wait
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": browser_page.base_url}
    pages[0].context.add_cookies([cookie])  # type: ignore[list-item]

    def open_page(path: str) -> Page:
        page = pages[0].context.new_page()
        pages[-1].close()
        pages.append(page)
        page.goto(path)
        return page

    return open_page


def typed(page: Page, name: str, words: str) -> None:
    """Typed, and a moment passes: that is when it is written down."""
    page.locator(f'main [name="{name}"]').fill(words)
    page.wait_for_function(f"{KEPT}.includes({words!r})")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/ghi/lo-moi/{pack}/", {"lot": "VU-THU-7"}),
        ("/ghi/thua/moi/", {"name": "Nương Ba Hòn", "area": "2.500"}),
        ("/ban-hang/gui-hang/vung/", {"name": "Miền núi", "first_dong": "32.000"}),
        ("/ban-hang/giay/moi/", {"number": "77/QĐ-UBND", "issuer": "UBND tỉnh"}),
        ("/ban-hang/ho-so/thong-tin/", {"address_line": "Thôn 3"}),
    ],
)
def test_what_was_typed_and_left_stands_there_again(
    goods: Goods, opens: Opens, path: str, fields: dict[str, str]
) -> None:
    path = path.format(pack=goods.pack.code)
    page = opens(path)
    for name, words in fields.items():
        typed(page, name, words)
    desk = opens("/ban-hang/")
    expect(desk.locator(".unsent b")).to_contain_text("chưa gửi: 1")
    desk.locator(".unsent a").click()
    for name, words in fields.items():
        expect(desk.locator(f'main [name="{name}"]')).to_have_value(words)
    expect(desk.locator("form .unsent b")).to_contain_text("Gõ dở lúc")
    desk.get_by_role("button", name="Ghi lại từ đầu").click()
    expect(desk.locator("form .unsent")).to_have_count(0)
    for name, words in fields.items():
        expect(desk.locator(f'main [name="{name}"]')).not_to_have_value(words)


def test_what_was_refused_and_left_is_kept_and_what_was_sent_is_gone(goods: Goods, opens: Opens, cast: Cast) -> None:
    page = opens("/ghi/thua/moi/")
    page.locator('main [name="name"]').fill("Nương Ba Hòn")
    page.locator('main [name="area"]').fill("rộng lắm")
    page.locator("main form .ask-foot button").click()
    expect(page.locator("main .error").first).to_be_visible()
    page = opens("/ghi/thua/moi/")
    expect(page.locator('main [name="name"]')).to_have_value("Nương Ba Hòn")
    page.locator('main [name="area"]').fill("2500")
    page.locator("main form .ask-foot button").click()
    expect(page.locator("h1")).to_contain_text("Nương Ba Hòn")
    assert Plot.objects.get().cooperative == cast.huong_que
    page = opens("/ghi/thua/moi/")
    expect(page.locator('main [name="name"]')).to_have_value("")
    expect(page.locator(".unsent")).to_have_count(0)


def test_signing_out_leaves_nothing_and_private_things_are_never_kept(goods: Goods, opens: Opens) -> None:
    page = opens("/ban-hang/ho-so/thong-tin/")
    page.locator('main [name="id_last4"]').fill("4711")
    typed(page, "address_line", "Thôn 3")
    assert "4711" not in page.evaluate(KEPT)
    desk = opens("/ban-hang/")
    assert "Thôn 3" in desk.evaluate(KEPT)
    other = "JSON.stringify([{path: '/x/', title: 'Của tổ khác', at: Date.now(), fields: []}])"
    desk.evaluate(f"localStorage.setItem('unsent:ANOTHER', {other})")  # her second cooperative's: red before
    desk.get_by_role("button", name="Đăng xuất").click()
    expect(desk.locator("h1")).not_to_contain_text("Bàn làm việc")
    assert "Thôn 3" not in desk.evaluate(KEPT) and "Của tổ khác" not in desk.evaluate(KEPT)


def test_today_of_a_form_left_yesterday_comes_back_as_that_day(goods: Goods, opens: Opens) -> None:
    page = opens(f"/ghi/lo-moi/{goods.pack.code}/")
    typed(page, "lot", "VU-THU-7")
    page.evaluate(
        """() => { for (const key of Object.keys(localStorage).filter(one => one.startsWith("unsent:"))) {
            const all = JSON.parse(localStorage.getItem(key));
            all[0].fields = all[0].fields.map(one => one[0] === "day_is" ? ["day_is", "2026-01-02"] : one);
            localStorage.setItem(key, JSON.stringify(all)); } }"""
    )
    page = opens(f"/ghi/lo-moi/{goods.pack.code}/")
    expect(page.locator('[name="day_is"][value=""]')).to_be_checked()
    expect(page.locator('input[name="day"]')).to_have_value("2026-01-02")
