"""Lan puts honey on sale on a cheap phone that dies at every screen; the price is read aloud while she types."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from community.text.money import dong_in_words
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.standing import Review, standing_of
from marketplace.moderation.setting_up import set_up_review
from tests.cast import LAN_PIN, Cast
from tests.harness.browser import Pages, shut
from traceability.products.importing import import_product_lines

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEXT = "main form.ask .ask-foot button.btn"


@pytest.fixture
def market(live_server: LiveServer, site_ready: None, cast: Cast, settings) -> Cast:
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    import_product_lines()
    set_up_review()
    return cast


def picture() -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (200, 120, 10)).save(out, "JPEG")
    return {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def sign_in_again(page: Page) -> None:
    page.fill('input[name="login"]', "0912345678")
    page.fill('input[name="password"]', LAN_PIN)
    page.click('main button[type="submit"]')


def dies(page: Page) -> Page:
    """Gone with its session; reopened where it was. She signs in and stands at the very same screen."""
    place = page.url
    context = page.context
    shut(page)
    context.clear_cookies()
    page = context.new_page()
    page.goto(place)
    assert "/dang-nhap/" in page.url
    sign_in_again(page)
    assert page.url == place
    return page


def fill(page: Page, screen: str) -> None:
    if screen == "loai":
        page.locator('input[name="line"][value="honey"]').check()
        page.fill('input[name="name"]', "Mật ong rừng")
    elif screen == "quy-cach":
        page.fill('input[name="amount"]', "0,5")
        page.select_option('select[name="unit"]', "litre")
    elif screen == "gia":
        page.fill('input[name="price"]', "185.000")
    elif screen == "loi":
        page.fill('textarea[name="summary"]', "Mật ong hoa rừng, lọc thô.")


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_the_phone_dies_at_each_screen_and_reopens_there_with_all_that_was_said(
    market: Cast, browser_page: Pages, js: bool
) -> None:
    page = browser_page(js=js)
    page.goto("/ban-hang/hang/moi/")
    sign_in_again(page)
    page.set_input_files("#photo-gallery", [picture()])  # type: ignore[list-item]
    page.click(NEXT)
    for screen in ("loai", "quy-cach", "gia", "loi", "giay"):
        expect(page).to_have_url(f"{page.url.split('/hang/moi/')[0]}/hang/moi/{draft_code()}/{screen}/")
        page = dies(page)
        if js and screen != "giay":
            with page.expect_response(lambda answer: answer.status == 204):
                fill(page, screen)
            page = dies(page)  # in the middle of typing, too
        else:
            fill(page, screen)
        page.click(NEXT)
        if screen == "gia":
            expect(page.get_by_text("một trăm tám mươi lăm nghìn đồng", exact=True)).to_be_visible()
            page = dies(page)
            page.get_by_role("link", name="Đúng rồi").click()
    page = dies(page)
    for seen in ("Mật ong rừng", "chai 500 ml", "185.000", "Mật ong hoa rừng, lọc thô."):
        expect(page.locator(".as-buyer")).to_contain_text(seen)
    page.go_back()
    page.go_forward()
    page.click("main form.ask .ask-foot button.btn")
    expect(page.get_by_text("Đã gửi", exact=False).first).to_be_visible()
    listing = Listing.objects.get()
    assert standing_of(listing).review == Review.WAITING
    assert ListingDraft.objects.count() == 1


def draft_code() -> str:
    return str(ListingDraft.objects.get().code)


def test_a_price_is_read_aloud_while_it_is_typed_as_the_next_screen_says_it(market: Cast, browser_page: Pages) -> None:
    page = browser_page()
    page.goto("/ban-hang/hang/moi/")
    sign_in_again(page)
    page.set_input_files("#photo-gallery", [picture()])  # type: ignore[list-item]
    page.click(NEXT)
    for screen in ("loai", "quy-cach"):
        fill(page, screen)
        page.click(NEXT)
    told = page.locator("[data-aloud]")
    for price in (1, 5, 10, 15, 21, 105, 1000, 1005, 15_500, 20_050, 185_000, 1_000_001, 25_110_055, 499_999_999):
        page.fill('input[name="price"]', f"{price:,}".replace(",", "."))
        expect(told).to_contain_text(dong_in_words(price))
    page.fill('input[name="price"]', "185.000")
    expect(told).to_contain_text("370.000 ₫/l")
    page.fill('input[name="price"]', "chín mươi")
    expect(told).to_be_hidden()
