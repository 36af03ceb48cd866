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
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.harness.screen import Screen

ROOT = Path(__file__).resolve().parent.parent
NO_DEMO = "There is no demo yet. Run `make demo` first."
SIZES = ((360, 740), (1280, 800))
# Loads the pictures that come late, walks down the page and back up, and lets the bar of buttons lie where it belongs:
# in a picture of the whole page it would cover a field.
SCROLL = """async () => {
  const images = [...document.images];
  images.forEach(one => { one.loading = "eager"; });
  document.querySelectorAll(".ask-foot").forEach(one => { one.style.position = "static"; });
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
    scrollTo({top: y, behavior: "instant"}); await new Promise(done => setTimeout(done, 60));
  }
  scrollTo({top: 0, behavior: "instant"});
  await Promise.race([
    Promise.allSettled(images.map(one => one.decode())), new Promise(done => setTimeout(done, 8000))]);
}"""


def copied_demo(folder: Path) -> None:
    """The data folder and the pictures, copied; Django then works there."""
    data = Path(os.environ.get("DATA_DIR", ROOT / "var"))
    if not (data / "db.sqlite3").exists():
        raise SystemExit(NO_DEMO)
    media = data / "media" if "DATA_DIR" in os.environ else ROOT / "media"
    shutil.copytree(data, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("media", "test*", "queue*"))
    if media.exists():
        shutil.copytree(media, folder / "media", dirs_exist_ok=True)
    os.environ |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": ""}


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

    def __init__(
        self, browser: Browser, address: str, *, size: tuple[int, int], language: str, goods: list[str]
    ) -> None:
        from cms.demo import sellers

        self.secrets = {
            "lan": ("/dang-nhap/", "0900000001", sellers.DEMO_PIN),
            "son": ("/dang-nhap/", "0900000901", sellers.DEMO_PIN),
            "hoa": ("/dang-nhap/can-bo/", sellers.STAFF_EMAIL, sellers.STAFF_PASSWORD),
        }
        self.browser, self.language, self.goods = browser, language, goods
        self.width = size[0]
        self.options = {
            "viewport": dict(zip(("width", "height"), size, strict=True)),
            "base_url": address,
            "locale": {"vi": "vi-VN", "en": "en-GB"}[language],
        }
        self.pages: dict[str, Page] = {}

    def page_of(self, who: str) -> Page:
        """Signed in, or with something in the basket, when first asked for."""
        if who not in self.pages:
            page = self.pages[who] = self.browser.new_context(**self.options).new_page()
            if who in self.secrets:
                self.sign_in(page, *self.secrets[who])
            elif who.startswith("+"):
                self.sign_in(page, "/dang-nhap/", who, self.secrets["lan"][2])
            elif who == "buyer":
                self.fill_basket(page)
        return self.pages[who]

    def sign_in(self, page: Page, path: str, login: str, secret: str) -> None:
        page.goto(path)
        page.fill('input[name="login"]', login)
        page.fill('input[name="password"]', secret)
        page.click('main button[type="submit"]')
        page.wait_for_load_state()

    def fill_basket(self, page: Page) -> None:
        for path in self.goods:
            page.goto(path)
            page.locator('form[action$="/gio/them/"] button.btn').first.click()
            page.wait_for_load_state()

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
        from django.core.management import call_command

        from cms.demo.loading import is_loaded
        from tests.harness.browser import find_chromium, launched
        from tests.harness.screens import goods_for_a_basket, screens

        executable = find_chromium()
        if executable is None:
            raise SystemExit("No browser: `apt-get install chromium`, or set CHROMIUM to its path.")
        call_command("migrate", verbosity=0)
        if not is_loaded():
            raise SystemExit(NO_DEMO)
        chosen = [one for one in screens() if not wanted or any(word in one.name for word in wanted)]
        goods = goods_for_a_basket()
        (ROOT / "shots").mkdir(exist_ok=True)
        with served() as address, launched(executable) as browser:
            for language in ("vi", "en"):
                for size in SIZES:
                    print(f"{len(chosen)} screens, {language}, {size[0]} px …", flush=True)
                    photographer = Photographer(browser, address, size=size, language=language, goods=goods)
                    for screen in chosen:
                        photographer.take(screen)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1:])
