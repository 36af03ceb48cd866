"""The whole main job, played in a real browser: from a photo on Lan's phone to a paid parcel that names its batch."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from django.core.management import call_command
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.founding import create_cooperative
from community.cooperatives.joining import add_member
from community.places.models import AdminUnit
from marketplace.listings.models import Listing
from marketplace.orders.models import Order
from tests.cast import HOA_PASSWORD, LAN_PIN
from tests.harness.browser import Pages
from tests.making import PackPlan, make_account, make_product, make_published_batch, make_zone
from traceability.batches.models import Batch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEST = Actor.system("test")
LAN_PHONE = "0912 345 678"


@dataclass
class Town:
    """Who plays: Lan's cooperative has nothing yet, the other one sells coffee."""

    lan: User
    hoa: User
    coffee: Listing


@pytest.fixture
def town(live_server: LiveServer, site_ready: None, settings) -> Town:
    settings.SITE_URL = settings.ID_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    call_command("set_up", verbosity=0)
    hoa = User.objects.create_superuser("hoa@example.org", HOA_PASSWORD, name="Lê Thị Hoa")
    lan = User.objects.create_user(phone="+84912345678", password=LAN_PIN, name="Nguyễn Thị Lan")
    own = create_cooperative(
        name="HTX Hương Quê",
        commune=AdminUnit.objects.get(code="31673"),
        actor=TEST,
        status="active",
        phone=LAN_PHONE,
    )
    add_member(cooperative=own, user=lan, role="owner", actor=TEST)
    other = create_cooperative(
        name="HTX Khe Sanh",
        commune=AdminUnit.objects.get(code="19429"),
        actor=TEST,
        status="active",
        phone="0355555123",
    )
    for cooperative in (own, other):
        make_zone(cooperative)
        make_account(cooperative)
    plan = PackPlan(name="gói 250 g", net_base=250, price_dong=145_000, weight_g=250)
    coffee = make_product(other, name="Cà phê Khe Sanh", subgroup="1.6.a", packs=(plan,))
    make_published_batch(coffee.pack, packs=20)
    return Town(lan, hoa, coffee.listing)


@pytest.fixture
def sideways_photo(tmp_path: Path) -> Path:
    """As a phone held upright saves it: the pixels lie on their side, EXIF says "turn me", and where it was taken."""
    picture = Image.new("RGB", (1600, 1200), (212, 178, 96))
    ImageDraw.Draw(picture).rectangle((0, 0, 400, 1200), fill=(30, 107, 69))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path / "IMG_0042.jpg"
    picture.save(path, "JPEG", quality=90, exif=exif.tobytes())
    return path


def test_from_a_photo_to_a_paid_parcel_that_names_its_batch(
    browser_page: Pages, town: Town, sideways_photo: Path, live_server: LiveServer
) -> None:
    lan = browser_page(width=360, height=740)
    sign_in(lan)
    list_goods(lan, sideways_photo)
    approve_as_hoa(browser_page(width=1280, height=800))
    listing = Listing.objects.get(title__contains="Gạo thơm")
    assert listing.live
    stored = listing.photos.get().photo
    assert (stored.width, stored.height) == (1200, 1600), "turned upright"

    batch = make_batch(lan)
    address = decoded_label(lan, batch)
    assert urlsplit(address).path == f"/t/{batch.public_code}"

    buyer = browser_page(width=360, height=740, js=False)
    order = buy_from_the_scanned_page(buyer, address, coffee=town.coffee)
    pay_in_the_simulated_bank(buyer, order)
    pack_and_ship(lan, order)

    buyer.goto(f"/don/{order.token}/")
    expect(buyer.locator("main")).to_contain_text(batch.lot_code)
    buyer.locator(f'a[href*="/t/{batch.public_code}"]').first.click()
    expect(buyer.locator(".verdict")).to_contain_text("bán bình thường")
    batch.refresh_from_db()
    assert batch.packs_available == 640 - 2
    assert batch.on_hand_base == (640 - 2) * 5000


def sign_in(page: Page) -> None:
    page.goto("/ban-hang/")
    page.fill('input[name="login"]', LAN_PHONE)
    page.fill('input[name="password"]', LAN_PIN)
    page.click('main button[type="submit"]')
    expect(page).to_have_url(re.compile(r"/ban-hang/$"))


def list_goods(page: Page, photo: Path) -> None:
    page.goto("/ban-hang/hang/moi/")
    page.set_input_files('input[name="photo"] >> nth=0', photo)
    send(page)
    page.click('label:has(input[name="line"][value="rice"])')
    page.fill('input[name="name"]', "Gạo thơm ST25")
    send(page)
    page.fill('input[name="amount"]', "5")
    page.select_option('select[name="unit"]', "kg")
    page.fill('input[name="shelf_life"]', "9")
    send(page)
    page.fill('input[name="price"]', "195.000")
    send(page)
    expect(page.locator("main")).to_contain_text("một trăm chín mươi lăm nghìn")
    page.click('a[href$="/loi/"]')
    page.fill('[name="summary"]', "Hạt dài, dẻo mềm, trồng trên ruộng lúa – tôm.")
    send(page)
    page.locator("main .ask-foot button.btn").click()  # no paper
    send(page)
    expect(page.locator("main")).to_contain_text("Gạo thơm ST25")


def send(page: Page) -> None:
    """The one big button of a screen."""
    page.locator('main form[method="post"] button.btn:visible:not([type="button"])').first.click()
    page.wait_for_load_state()


def approve_as_hoa(page: Page) -> None:
    page.goto("/dang-nhap/can-bo/?next=/quan-tri/")
    page.fill('input[name="login"]', "hoa@example.org")
    page.fill('input[name="password"]', HOA_PASSWORD)
    page.click('main button[type="submit"]')
    listing = Listing.objects.get(live=False)
    page.goto(f"/quan-tri/tin-ban/edit/{listing.pk}/")
    page.locator('button[data-workflow-action-name="approve"]').first.dispatch_event("click")
    page.wait_for_url("**/quan-tri/tin-ban/")


def make_batch(page: Page) -> Batch:
    page.goto("/ghi/lo-moi/")
    page.locator("a.pick").first.click()
    send(page)
    batch = Batch.objects.get(cooperative__name="HTX Hương Quê")
    for stage, packs in (("plot", None), ("harvest", None), ("pack", 640)):
        page.goto(f"/ghi/lo/{batch.public_code}/buoc/{stage}/")
        if packs:
            page.fill('input[name="packs"]', str(packs))
        send(page)
        expect(page).to_have_url(re.compile(rf"/ghi/lo/{batch.public_code}/$"))
    page.locator('form[action$="/cong-bo/"] button').click()
    page.wait_for_load_state()
    batch.refresh_from_db()
    assert batch.status == "published"
    return batch


def decoded_label(page: Page, batch: Batch) -> str:
    """What an independent decoder reads from the printed page, at the printer's 300 dpi."""
    page.goto(f"/ghi/lo/{batch.public_code}/tem/")
    send(page)
    link = page.locator('a[href$="/tem.pdf"]').first.get_attribute("href")
    answer = page.request.get(str(link))
    assert answer.headers["content-type"] == "application/pdf"
    sheet = pypdfium2.PdfDocument(io.BytesIO(answer.body()))[0].render(scale=300 / 72).to_pil()
    codes = zxingcpp.read_barcodes(sheet)
    assert codes, "the printed code cannot be read"
    return codes[0].text


def buy_from_the_scanned_page(page: Page, address: str, *, coffee: Listing) -> Order:
    page.goto(address)
    expect(page.locator(".verdict")).to_contain_text("bán bình thường")
    page.locator("a.btn").first.click()
    page.fill('input[name="quantity"]', "2")
    page.locator('form[action$="/gio/them/"] button').click()
    page.goto(f"/san-pham/{coffee.slug}/")
    page.locator('form[action$="/gio/them/"] button').click()
    page.goto("/dat-hang/")
    page.fill('input[name="name"]', "Trần Minh")
    page.fill('input[name="phone"]', "0905 111 222")
    page.select_option('select[name="province"]', "92")
    page.click('button[name="choose_province"]')
    page.select_option('select[name="commune"]', "31673")
    page.fill('[name="landmark"]', "Cạnh nhà văn hóa thôn 3")
    page.get_by_role("button", name="Đặt hàng").click()
    page.wait_for_load_state()
    assert "/don/" in page.url, page.inner_text("main")
    return Order.objects.get()


def pay_in_the_simulated_bank(page: Page, order: Order) -> None:
    for _parcel in range(2):
        page.goto(f"/don/{order.token}/")
        page.locator('a[href*="/mo-phong/"]').first.click()
        expect(page.locator("body")).to_contain_text("MÔ PHỎNG")
        page.locator('button[name="action"][value="pay"]').click()
    order.refresh_from_db()
    assert order.status == "paid"
    assert sum(order.payments.values_list("received_dong", flat=True)) == order.total_dong
    assert Decimal(order.goods_dong) == 2 * 195_000 + 145_000


def pack_and_ship(page: Page, order: Order) -> None:
    parcel = order.parcels.get(cooperative__name="HTX Hương Quê")
    page.goto("/ban-hang/don/")
    page.locator(f'a[href$="/don/{parcel.code}/"]').first.click()
    page.locator('form[action$="/nhan/"] button').click()
    page.goto(f"/ban-hang/don/{parcel.code}/dong-goi/")
    page.locator('button[name="how"][value="kept"]').click()
    page.goto(f"/ban-hang/don/{parcel.code}/gui/")
    page.click('label:has(input[name="courier"][value="VNPost"])')
    page.locator('[name="courier_code"]').first.fill("EB123456789VN")
    send(page)
    parcel.refresh_from_db()
    assert parcel.status == "shipped"
    assert parcel.shipped_at <= timezone.now()
