"""What scripts add to the shop's pages, in a real browser: comforts only, and none of them is missed without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.making import Goods
from traceability.batches.models import Batch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def to_checkout(page: Any, goods: Goods, *, js: bool) -> None:
    page.goto(f"/san-pham/{goods.listing.slug}/")
    page.locator("form[action$='/gio/them/'] button.btn").click()
    page.wait_for_url("**/gio/")
    page.goto("/dat-hang/")
    page.fill("#id_name", "Minh")
    page.fill("#id_phone", "0905 111 222")
    page.select_option("#id_province", "44")
    if not js:
        page.locator("[name=choose_province]").click()


@pytest.mark.parametrize("js", [True, False])
def test_a_buyer_reaches_the_code_with_and_without_scripts(js: bool, browser_page: Any, coffee: Goods) -> None:
    page = browser_page(width=360, js=js)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    to_checkout(page, coffee, js=js)
    page.select_option("#id_commune", "19429")
    expect(page.locator("[name=choose_province]")).to_be_visible(visible=not js)
    page.fill("#id_landmark", "cổng xanh")
    page.locator("aside button.btn").click()
    page.wait_for_url("**/don/**")
    expect(page.locator(".qr img")).to_be_visible()
    expect(page.locator("[data-copy]").first).to_be_visible(visible=js)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if js else True
    assert Batch.objects.get(pack=coffee.pack).packs_available == 9
    assert not faults


def test_filters_stand_open_only_where_there_is_room(browser_page: Any, rice: Goods) -> None:
    for width, is_open in ((1280, True), (360, False)):
        page = browser_page(width=width)
        page.goto("/san-pham/")
        expect(page.locator("#sap-xep")).to_be_visible(visible=is_open)
