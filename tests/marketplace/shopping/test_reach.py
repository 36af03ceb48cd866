"""A buyer with a narrow phone, a keyboard or large letters reaches the basket, in each language."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.making import Goods

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FITS = "() => document.documentElement.scrollWidth <= innerWidth + 1"
FOCUSED = "() => document.activeElement.closest(\"form[action$='/gio/them/'] button.btn\") !== null"
# Zalo's in-app browser from the narrowest phone to the widest; 320 is also 1280 at four times the size.
WIDTHS = (320, 360, 412)


@pytest.mark.parametrize("prefix", ["", "/en", "/km"])
def test_the_basket_is_reached_by_keys_alone_and_nothing_grows_wide(
    browser_page: Any, rice: Goods, prefix: str
) -> None:
    page = browser_page(width=WIDTHS[0], height=640, reduced_motion="reduce", forced_colors="active", bypass_csp=True)
    page.goto(f"{prefix}/san-pham/{rice.listing.slug}/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/gio/")
    for path in ("/gio/?province=44", f"/san-pham/{rice.listing.slug}/", "/san-pham/"):
        page.goto(prefix + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate(FITS), (path, width)
    found = Axe().run(page, options=RULES | {"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
