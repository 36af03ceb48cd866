"""`make shots`: pictures of every screen in two sizes and two languages, from the demo data, into shots/.

Works on a copy of the data folder, so that looking at the wizard leaves no half-made listing in the demo. Words as
arguments choose screens: `.venv/bin/python tests/shots.py order wizard`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
SIZES = ((360, 740), (1280, 800))
# Walks down the page so that pictures that load late are there, and back up.
SCROLL = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
    scrollTo(0, y); await new Promise(done => setTimeout(done, 60));
  }
  scrollTo(0, 0);
  await Promise.all([...document.images].filter(one => !one.complete).map(
    one => new Promise(done => { one.onload = one.onerror = done; setTimeout(done, 4000); })));
}"""


class Screen(NamedTuple):
    """``en`` is empty when English is the same address under /en."""

    name: str
    who: str
    path: str
    en: str = ""


def copied_demo(folder: Path) -> None:
    """The data folder and the pictures, copied; Django then works there."""
    data = Path(os.environ.get("DATA_DIR", ROOT / "var"))
    media = data / "media" if "DATA_DIR" in os.environ else ROOT / "media"
    shutil.copytree(data, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("media", "test*", "*.log"))
    if media.exists():
        shutil.copytree(media, folder / "media", dirs_exist_ok=True)
    os.environ |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": ""}


def screens() -> list[Screen]:
    """Where every screen is in this demo."""
    from community.cooperatives.models import Cooperative
    from marketplace.listings.models import Listing
    from marketplace.orders.models import Order, Parcel
    from traceability.batches.models import Batch
    from wagtail.models import Page

    own = Cooperative.objects.get(memberships__user__phone="+84900000001", memberships__role="owner")
    listing = Listing.objects.filter(product__cooperative=own, live=True).first()
    product, pack = listing.product, listing.product.packs.first()
    batches = Batch.objects.filter(cooperative=own)
    shown, draft_batch = batches.filter(status="published").first(), batches.filter(status="draft").first()
    plain = Batch.objects.filter(status="published", pack__gtin=None).first()
    parcel = {one.status: one.code for one in Parcel.objects.filter(cooperative=own)}
    order = {
        status: Order.objects.filter(parcels__status=status).first()
        for status in ("awaiting_payment", "new", "shipped", "delivered", "expired")
    }
    payment = order["awaiting_payment"].payments.first()
    review = Listing.objects.filter(live=False).first()
    wizard = _half_made_listing(own)
    public = [
        Screen("home", "guest", "/"),
        Screen("list", "guest", "/san-pham/"),
        Screen("list-filtered", "guest", "/san-pham/?group=1&stars=4"),
        Screen("list-empty", "guest", "/san-pham/?q=xe+máy"),
        Screen("product", "guest", f"/san-pham/{listing.slug}/"),
        Screen("booth", "guest", f"/gian-hang/{own.slug}/"),
        Screen("basket", "buyer", "/gio/?province=01"),
        Screen("basket-empty", "guest", "/gio/"),
        Screen("checkout", "buyer", "/dat-hang/?province=01"),
        *(Screen(f"order-{status}", "guest", f"/don/{one.token}/") for status, one in order.items()),
        Screen("bank", "guest", f"/mo-phong/ngan-hang/?payment={payment.uuid}"),
        Screen("passport", "guest", f"/01/{pack.gtin}/10/{shown.lot_code}"),
        Screen("passport-no-gtin", "guest", f"/t/{plain.public_code}"),
        Screen("passport-unknown", "guest", "/t/ABCDEFGH23"),
        Screen("product-by-gtin", "guest", f"/01/{pack.gtin}"),
        Screen("lookup", "guest", "/ma/"),
        Screen("lookup-unknown", "guest", "/ma/?code=ABCDEFGH23"),
        Screen("report", "guest", f"/ma/bao/{shown.public_code}/"),
        Screen("not-found", "guest", "/khong-co-trang-nay/"),
        Screen("sign-in", "guest", "/dang-nhap/"),
        Screen("sign-in-staff", "guest", "/dang-nhap/can-bo/"),
    ]
    desk = [
        Screen("desk", "lan", "/ban-hang/"),
        Screen("orders", "lan", "/ban-hang/don/"),
        *(Screen(f"parcel-{status}", "lan", f"/ban-hang/don/{code}/") for status, code in parcel.items()),
        Screen("packing", "lan", f"/ban-hang/don/{parcel['accepted']}/dong-goi/"),
        Screen("shipping", "lan", f"/ban-hang/don/{parcel['packed']}/gui/"),
        Screen("rejecting", "lan", f"/ban-hang/don/{parcel['new']}/tu-choi/"),
        Screen("slip", "lan", f"/ban-hang/don/{parcel['packed']}/phieu/"),
        Screen("goods", "lan", "/ban-hang/hang/"),
        Screen("goods-one", "lan", f"/ban-hang/hang/{product.code}/"),
        Screen("goods-words", "lan", f"/ban-hang/hang/{product.code}/loi/"),
        Screen("goods-price", "lan", f"/ban-hang/hang/goi/{pack.code}/gia/"),
        Screen("wizard-1-photo", "lan", "/ban-hang/hang/moi/"),
        *(
            Screen(f"wizard-{number}-{name}", "lan", f"/ban-hang/hang/moi/{wizard}/{name}/")
            for number, name in enumerate(("loai", "quy-cach", "gia", "loi", "xem"), start=2)
        ),
        Screen("diary", "lan", "/ghi/"),
        Screen("diary-batches", "lan", "/ghi/lo/"),
        Screen("diary-new-batch", "lan", f"/ghi/lo-moi/{pack.code}/"),
        Screen("diary-batch-draft", "lan", f"/ghi/lo/{draft_batch.public_code}/"),
        Screen("diary-batch", "lan", f"/ghi/lo/{shown.public_code}/"),
        Screen("diary-step", "lan", f"/ghi/lo/{draft_batch.public_code}/buoc/pack/"),
        Screen("diary-labels", "lan", f"/ghi/lo/{shown.public_code}/tem/"),
        Screen("change-pin", "lan", "/tai-khoan/ma-pin/"),
        Screen("not-your-task", "son", "/ghi/"),
    ]
    staff = [
        Screen("admin", "hoa", "/quan-tri/"),
        Screen("admin-listings", "hoa", "/quan-tri/tin-ban/"),
        Screen("admin-review", "hoa", f"/quan-tri/tin-ban/edit/{review.pk}/"),
        Screen("admin-pages", "hoa", "/quan-tri/pages/"),
        Screen("admin-orders", "hoa", "/quan-tri/orders/"),
        Screen("admin-second-factor", "hoa", "/tai-khoan/bao-mat/"),
    ]
    pages = [
        Screen(f"page-{page.slug}", "guest", page.url, page.get_translations().live().first().url)
        for page in Page.objects.live().filter(locale__language_code="vi", depth__gt=2)
    ]
    return public + desk + staff + pages


def _half_made_listing(own) -> str:
    from community.audit.actors import Actor
    from community.photos.models import Photo
    from marketplace.listings.drafting import change_draft, start_draft

    actor = Actor.of(own.memberships.get(role="owner").user, own)
    draft = start_draft(cooperative=own, photo=Photo.objects.filter(cooperative=own).first(), actor=actor)
    said = {"line": "rice", "name": "Gạo tấm ST25", "subgroup": "1.2.a", "amount": "5", "unit": "kg"}
    said |= {"container": "bag", "net_quantity_base": 5000, "base_unit": "g", "pack_name": "túi 5 kg"}
    said |= {"pack_name_en": "5 kg bag", "ship_weight_g": 5250, "shelf_life": "9", "shelf_life_unit": "months"}
    said |= {"shelf_life_days": 270, "price_dong": 95_000, "summary": "Tấm thơm, nấu cháo dẻo."}
    return change_draft(draft=draft, actor=actor, **said).code


@contextmanager
def served() -> Iterator[str]:
    """The real site on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    environment = os.environ | {"PORT": str(port), "SITE_URL": address}
    site = subprocess.Popen([sys.executable, ROOT / "manage.py", "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(120):
            try:
                urlopen(f"{address}/healthz", timeout=2).close()
                break
            except (URLError, OSError):
                time.sleep(0.5)
        yield address
    finally:
        site.terminate()
        site.wait(20)


class Photographer:
    """One browser context for each person, size and language; signs in once."""

    def __init__(self, browser, address: str, *, width: int, height: int, language: str) -> None:
        from cms.demo import sellers

        self.secrets = {
            "lan": ("/dang-nhap/", "0900000001", sellers.DEMO_PIN),
            "son": ("/dang-nhap/", "0900000901", sellers.DEMO_PIN),
            "hoa": ("/dang-nhap/can-bo/", sellers.STAFF_EMAIL, sellers.STAFF_PASSWORD),
        }
        self.browser, self.language, self.width = browser, language, width
        self.options = {
            "viewport": {"width": width, "height": height},
            "base_url": address,
            "locale": {"vi": "vi-VN", "en": "en-GB"}[language],
        }
        self.pages: dict[str, object] = {}

    def page_of(self, who: str):
        if who not in self.pages:
            page = self.pages[who] = self.browser.new_context(**self.options).new_page()
            if who in self.secrets:
                path, login, secret = self.secrets[who]
                page.goto(path)
                page.fill('input[name="login"]', login)
                page.fill('input[name="password"]', secret)
                page.click('main button[type="submit"]')
                page.wait_for_load_state()
            elif who == "buyer":
                for path in self.goods:
                    page.goto(path)
                    page.locator('form[action$="/gio/them/"] button').first.click()
                    page.wait_for_load_state()
        return self.pages[who]

    def take(self, screen: Screen) -> None:
        path = screen.path
        if self.language == "en":
            outside = path.startswith(("/t/", "/01/", "/mo-phong/", "/quan-tri/"))
            path = screen.en or (path + ("&" if "?" in path else "?") + "lang=en" if outside else "/en" + path)
        page = self.page_of(screen.who)
        page.goto(path)
        page.evaluate(SCROLL)
        page.screenshot(path=ROOT / "shots" / f"{screen.name}-{self.width}-{self.language}.png", full_page=True)


def main(wanted: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copied_demo(Path(folder))
        import django

        django.setup()
        from cms.demo.loading import is_loaded
        from tests.harness.browser import find_chromium, launched

        executable = find_chromium()
        if executable is None:
            raise SystemExit("No browser: `apt-get install chromium`, or set CHROMIUM to its path.")
        if not is_loaded():
            raise SystemExit("There is no demo yet. Run `make demo` first.")
        chosen = [one for one in screens() if not wanted or any(word in one.name for word in wanted)]
        (ROOT / "shots").mkdir(exist_ok=True)
        with served() as address, launched(executable) as browser:
            for language in ("vi", "en"):
                for width, height in SIZES:
                    print(f"{len(chosen)} screens, {language}, {width} px …", flush=True)
                    photographer = Photographer(browser, address, width=width, height=height, language=language)
                    for screen in chosen:
                        photographer.take(screen)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1:])
