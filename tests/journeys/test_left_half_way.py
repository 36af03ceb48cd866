"""The mandate ends while the helper types: he reads that it is kept, she opens it and goes on where he stopped."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from community.mandates.ending import revoke_mandate
from community.mandates.models import KeptForm
from marketplace.listings.models import Offer
from tests.cast import Cast
from tests.harness.browser import Pages
from tests.harness.phone import Phone
from tests.harness.team import Helpers, make_helpers, make_mandate
from tests.journeys.test_helper_story import sign_in
from tests.making import make_product, open_shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def helpers(live_server: LiveServer, site_ready: None, cast: Cast, settings) -> Helpers:
    settings.SITE_URL = settings.ID_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    call_command("set_up", verbosity=0)
    return make_helpers(cast)


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_what_he_typed_is_in_her_form(helpers: Helpers, cast: Cast, browser_page: Pages, js: bool) -> None:
    goods = make_product(open_shop(cast.huong_que), name="Mật ong rừng")
    price = reverse("selling:price", args=[goods.pack.code])
    before = Offer.objects.get(pack=goods.pack).price_dong
    mandate = make_mandate(helpers.tuan, cast.huong_que)
    his = Phone(browser_page(js=js, bypass_csp=True), js=js)
    sign_in(his, "0907000001")
    his.press(his.page.locator(f'form[action="{reverse("teams:act", args=[mandate.code])}"] button'))
    his.open(price)
    his.page.fill('input[name="price"]', "88.000")
    revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    his.press(his.page.locator(".ask-foot button"))
    expect(his.page.locator("main .notice.good")).to_be_visible()  # it is kept
    assert Offer.objects.get(pack=goods.pack).price_dong == before

    hers = Phone(browser_page(js=js, bypass_csp=True), js=js)
    sign_in(hers, "0912345678")
    hers.open(reverse("selling:mandates"))
    kept = KeptForm.objects.get()
    hers.press(hers.page.locator(f'a[href="{reverse("selling:kept_form", args=[kept.code])}"]'))
    hers.reads("88.000")
    hers.press(hers.page.locator(f'main a.btn[href="{price}"]'))
    if js:
        hers.press(hers.page.locator("form .unsent button").first)
        expect(hers.page.locator('input[name="price"]')).to_have_value("88.000")
    else:  # the words stood on the page before: she types them
        hers.page.fill('input[name="price"]', "88.000")
    hers.press(hers.page.locator(".ask-foot button").first)
    hers.press(hers.page.locator('button[name="sure"]'))
    assert Offer.objects.get(pack=goods.pack).price_dong == 88_000
