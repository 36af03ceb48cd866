"""The demo as its people see it: a copy of its data folder, the real site over it, and somebody who signs in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.harness.screen import Screen

ROOT = Path(__file__).resolve().parent.parent.parent
NO_DEMO = "There is no demo yet. Run `make demo` first."
NO_BROWSER = "No browser: `apt-get install chromium`, or set CHROMIUM to its path."
LOCALES = {"vi": "vi-VN", "en": "en-GB", "km": "km-KH"}
DESK_LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Visit:
    """The site at ``address`` in a browser, and the screens that were asked for."""

    browser: Browser
    address: str
    screens: Sequence[Screen]
    goods: Sequence[str]


@contextmanager
def visiting(wanted: Sequence[str]) -> Iterator[Visit]:
    """The demo, copied, so that looking at the wizard leaves no half-made listing in it. ``wanted``: words in the names
    of screens; none: all of them. Leaves the program where there is no demo or no browser."""
    with tempfile.TemporaryDirectory() as folder:
        _copy_demo(Path(folder))
        import django

        django.setup()
        from django.core.management import call_command

        from cms.demo.loading import is_loaded
        from tests.harness.browser import find_chromium, launched
        from tests.harness.screens import goods_for_a_basket, screens

        executable = find_chromium()
        if executable is None:
            raise SystemExit(NO_BROWSER)
        call_command("migrate", verbosity=0)
        if not is_loaded():
            raise SystemExit(NO_DEMO)
        chosen = [one for one in screens() if not wanted or any(word in one.name for word in wanted)]
        goods = goods_for_a_basket()
        with _served() as address, launched(executable) as browser:
            yield Visit(browser, address, chosen, goods)


def _copy_demo(folder: Path) -> None:
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
def _served() -> Iterator[str]:
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


class Visitor:
    """One browser context for each person, in one size and language; signs in once."""

    def __init__(self, visit: Visit, *, size: tuple[int, int], language: str) -> None:
        from cms.demo import sellers

        self.secrets = {
            "lan": ("/dang-nhap/", "0900000001", sellers.DEMO_PIN),
            "son": ("/dang-nhap/", "0900000901", sellers.DEMO_PIN),
            "hoa": ("/dang-nhap/can-bo/", sellers.STAFF_EMAIL, sellers.STAFF_PASSWORD),
        }
        self.visit, self.language, self.width = visit, language, size[0]
        self.options = {
            "viewport": dict(zip(("width", "height"), size, strict=True)),
            "base_url": visit.address,
            "locale": LOCALES[language],
            "bypass_csp": True,  # only so that axe can be put into a page
        }
        self.pages: dict[str, Page] = {}

    def open(self, screen: Screen) -> Page:
        """The screen in this visitor's language."""
        path, language = screen.path, self.language
        if language != "vi":
            outside = path.startswith(("/t/", "/01/", "/mo-phong/", "/quan-tri/"))
            there = path + ("&" if "?" in path else "?") + f"lang={language}" if outside else f"/{language}{path}"
            path = screen.en if screen.en and language == "en" else there
        page = self._page_of(screen.who)
        page.goto(path)
        return page

    def has(self, screen: Screen) -> bool:
        """Whether the screen speaks this visitor's language: desks speak no Khmer."""
        return self.language in DESK_LANGUAGES or screen.who in ("guest", "buyer")

    def _page_of(self, who: str) -> Page:
        """Signed in, or with something in the basket, when first asked for."""
        if who not in self.pages:
            page = self.pages[who] = self.visit.browser.new_context(**self.options).new_page()
            if who in self.secrets:
                _sign_in(page, *self.secrets[who])
            elif who.startswith("+"):
                _sign_in(page, "/dang-nhap/", who, self.secrets["lan"][2])
            elif who == "buyer":
                _fill_basket(page, self.visit.goods)
        return self.pages[who]

    def leave(self) -> None:
        for page in self.pages.values():
            page.context.close()
        self.pages = {}


def _sign_in(page: Page, path: str, login: str, secret: str) -> None:
    page.goto(path)
    page.fill('input[name="login"]', login)
    page.fill('input[name="password"]', secret)
    page.click('main button[type="submit"]')
    page.wait_for_load_state()
    if path in page.url:
        raise LookupError(f"{login} is not let in: pictures of the sign-in page would stand for all of its screens")


def _fill_basket(page: Page, goods: Sequence[str]) -> None:
    for path in goods:
        page.goto(path)
        page.locator('form[action$="/gio/them/"] button.btn').first.click()
        page.wait_for_load_state()
