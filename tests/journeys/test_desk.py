"""Lan's whole day on a cheap phone and a bad network, with a script and without: she signs in with her card, records a
batch, prices it, accepts, has not enough, packs, sends, and reads what the week brought."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from community.audit.actors import Actor
from community.cooperatives.models import Membership
from community.members.cards import issue_card
from marketplace.orders.models import Order, Parcel
from marketplace.payments.asking.starting import start_order_payments
from tests.cast import LAN_PIN, SON_PIN, Cast
from tests.harness.browser import Pages
from tests.harness.phone import Phone
from tests.making import Goods, fill_basket, make_order, make_product, make_published_batch, open_shop
from traceability.batches.models import Batch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLOW_PROCESSOR = {"rate": 4}
PACKS = 20


@pytest.fixture
def goods(live_server: LiveServer, site_ready: None, cast: Cast, settings) -> Goods:
    """Lan's shop delivers and can be paid; nothing is packed yet."""
    settings.SITE_URL = settings.ID_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    call_command("set_up", verbosity=0)
    return make_product(open_shop(cast.huong_que), name="Mật ong rừng")


@pytest.fixture
def card(cast: Cast) -> str:
    """The address that the QR on Lan's card opens."""
    membership = Membership.objects.get(user=cast.lan, cooperative=cast.huong_que)
    return reverse("account_card", args=[issue_card(membership=membership, actor=cast.lan_acts).code])


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_0043.jpg"
    Image.effect_noise((800, 600), 30).convert("RGB").save(path, "JPEG", quality=50)
    assert path.stat().st_size < 200_000, "what a phone makes of it before sending"
    return path


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_lan_works_a_day_alone(
    goods: Goods, card: str, cast: Cast, browser_page: Pages, photo_file: Path, js: bool
) -> None:
    phone = Phone(_cheap_phone(browser_page, js=js), js=js)
    sign_in_with_the_card(phone, card)
    batch = record_a_batch(phone)
    change_the_price(phone, goods)

    first = paid_order(browser_page, goods, cast)
    accept_in_two_taps(phone, first)
    another_member_is_told_who_accepted(browser_page, first, cast)
    pack_by_codes(phone, first, batch, wrong=make_published_batch(make_product(cast.huong_que, name="Trà").pack))
    print_the_slip(phone, first)
    send_with_a_photo(phone, first, photo_file)

    second = paid_order(browser_page, goods, cast)
    say_that_one_is_missing(phone, second)
    buyer_takes_what_there_is(browser_page, second)
    phone.open("/ban-hang/don/")
    phone.reads(second.code)

    phone.open("/ban-hang/tien/")
    phone.reads("Tuần này")
    phone.press(phone.page.locator("details.sale summary").first)
    phone.reads("Tiền hàng")


def _cheap_phone(browser_page: Pages, *, js: bool) -> Page:
    page = browser_page(js=js, slow=True, bypass_csp=True)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", SLOW_PROCESSOR)
    return page


def sign_in_with_the_card(phone: Phone, card: str) -> None:
    phone.open(card)
    phone.reads("HTX Hương Quê")
    phone.page.fill('input[name="password"]', LAN_PIN)
    phone.press(phone.page.locator('main button[type="submit"]'))
    expect(phone.page).to_have_url(re.compile("/ban-hang/$"))


def record_a_batch(phone: Phone) -> Batch:
    """From the tile on the desk to a public batch, by the pictures the site offers next."""
    phone.press(phone.page.get_by_role("link", name="Ghi công việc"))
    phone.press(phone.page.locator("a.pick").first)
    phone.press(phone.button("Mở lô"))
    batch = Batch.objects.get(product__name="Mật ong rừng")
    for _step in range(3):
        phone.press(phone.page.locator("a.tile[href*='/buoc/']").first)
        if phone.page.locator('input[name="packs"]').count():
            phone.page.fill('input[name="packs"]', str(PACKS))
        phone.press(phone.page.locator("main form.ask button.btn:visible").last)
        expect(phone.page).to_have_url(re.compile(rf"/ghi/lo/{batch.public_code}/$"))
    phone.press(phone.page.locator('form[action$="/cong-bo/"] button'))
    batch.refresh_from_db()
    assert (batch.status, batch.packs_available) == ("published", PACKS)
    return batch


def change_the_price(phone: Phone, goods: Goods) -> None:
    phone.open("/ban-hang/")
    phone.press(phone.page.get_by_role("link", name="Hàng của tôi"))
    phone.press(phone.page.locator(f'a[href$="/hang/{goods.product.code}/"]').first)
    phone.press(phone.page.locator(f'a[href$="/goi/{goods.pack.code}/gia/"]').first)
    phone.page.fill('input[name="price"]', "185.000")
    phone.press(phone.page.locator('main form[method="post"] button.btn:visible').first)
    if phone.page.locator('input[name="price"]').count():  # asked once more, with the words
        phone.press(phone.page.locator('main form[method="post"] button.btn:visible').first)
    goods.pack.refresh_from_db()
    assert goods.pack.offer.price_dong == 185_000


def paid_order(browser_page: Pages, goods: Goods, cast: Cast) -> Parcel:
    """A buyer without a script orders two and pays in the simulated bank."""
    order = make_order(fill_basket((goods.pack, 2)), commune=cast.tran_de)
    start_order_payments(order=order, actor=Actor.buyer())
    buyer = browser_page(js=False)
    buyer.goto(f"/don/{order.token}/")
    buyer.locator('a[href*="/mo-phong/"]').first.click()
    buyer.locator('button[name="action"][value="pay"]').click()
    buyer.context.close()
    parcel = Order.objects.get(pk=order.pk).parcels.get()
    assert parcel.status == "new"
    return parcel


def accept_in_two_taps(phone: Phone, parcel: Parcel) -> None:
    phone.open("/ban-hang/")
    before = phone.taps
    phone.press(phone.page.get_by_role("link", name="Đơn hôm nay"))
    phone.press(phone.button(f"Nhận đơn {parcel.code}"))
    assert phone.taps - before <= 2
    parcel.refresh_from_db()
    assert parcel.status == "accepted"


def another_member_is_told_who_accepted(browser_page: Pages, parcel: Parcel, cast: Cast) -> None:
    """Sơn had the list open when Lan pressed."""
    page = browser_page(js=False)
    page.goto("/ban-hang/")
    page.fill('input[name="login"]', str(cast.son.phone))
    page.fill('input[name="password"]', SON_PIN)
    page.click('main button[type="submit"]')
    Parcel.objects.filter(pk=parcel.pk).update(status="new")
    page.goto("/ban-hang/don/")
    Parcel.objects.filter(pk=parcel.pk).update(status="accepted")
    page.get_by_role("button", name=f"Nhận đơn {parcel.code}").click()
    expect(page.locator("h1")).to_contain_text(cast.lan.get_short_name())
    page.context.close()


def pack_by_codes(phone: Phone, parcel: Parcel, batch: Batch, *, wrong: Batch) -> None:
    phone.open(f"/ban-hang/don/{parcel.code}/")
    phone.press(phone.page.get_by_role("link", name="Đóng gói"))
    phone.page.fill('input[name="code"]', wrong.public_code)
    phone.page.locator('form[action$="/quet/"] button.btn').first.click()
    expect(phone.page.get_by_role("heading", name="Không được gửi lô này")).to_be_visible()
    phone.open(f"/ban-hang/don/{parcel.code}/dong-goi/")
    for count in (1, 2):
        phone.page.fill('input[name="code"]', batch.public_code)
        phone.page.locator('form[action$="/quet/"] button.btn').first.click()
        phone.reads(f"{count}/2")
    phone.press(phone.page.locator('button[name="how"][value="scanned"]'))
    parcel.refresh_from_db()
    assert parcel.status == "packed"


def print_the_slip(phone: Phone, parcel: Parcel) -> None:
    phone.open(f"/ban-hang/don/{parcel.code}/phieu/")
    phone.reads("Minh")
    for paper in ("a5", "58"):
        answer = phone.page.request.get(f"/ban-hang/don/phieu/tep.pdf?kho={paper}&ma={parcel.code}")
        assert answer.headers["content-type"] == "application/pdf"


def send_with_a_photo(phone: Phone, parcel: Parcel, photo: Path) -> None:
    phone.open(f"/ban-hang/don/{parcel.code}/gui/")
    phone.page.locator('label:has(input[name="courier"][value="VNPost"])').click()
    phone.page.fill('[name="courier_code"]', "EB123456789VN")
    phone.page.set_input_files('input[type="file"] >> nth=0', photo)
    phone.press(phone.page.locator("main form.ask > .ask-foot button.btn").first)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.courier_code) == ("shipped", "EB123456789VN")
    assert parcel.photo is not None


def say_that_one_is_missing(phone: Phone, parcel: Parcel) -> None:
    phone.open("/ban-hang/don/")
    phone.press(phone.page.locator(f'a[href$="/don/{parcel.code}/khong-du/"]').first)
    phone.page.fill("#so-goi", "1")
    phone.press(phone.button("Tiếp"))
    phone.press(phone.button("Hỏi người mua"))
    parcel.refresh_from_db()
    assert parcel.status == "new", "nobody decides before the buyer"


def buyer_takes_what_there_is(browser_page: Pages, parcel: Parcel) -> None:
    buyer = browser_page(js=False)
    buyer.goto(f"/don/{parcel.order.token}/")
    buyer.locator('form[action$="/thieu-hang/"] button').first.click()
    buyer.wait_for_load_state()
    parcel.refresh_from_db()
    assert parcel.status == "accepted"
    line = parcel.lines.get()
    assert (line.quantity, line.packs_to_send) == (2, 1)
    buyer.context.close()
