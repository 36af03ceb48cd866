"""Pages that Django's client was answered, shown in a browser that asks the site for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.finders import find
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from config.languages import DESKS
from tests.axe import OPTIONS, TOO_WIDE
from tests.harness.browser import Pages

SITE = "http://testserver"
# 320: 1280 at four times the size, and 640 at twice; to 412: Zalo's own browser; then a desk.
WIDTHS = (320, 412, 1280)
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def drawn_pages(client: Client, paths: Iterable[str], language: str) -> dict[str, str]:
    """What is answered there, of whatever is a page and speaks this language."""
    pages = {}
    for path in dict.fromkeys(paths):
        outside = language != "vi" and not path.startswith(f"/{language}/")
        if outside and DESKS.match(path):
            continue
        asked = path + ("&" if "?" in path else "?") + f"lang={language}" if outside else path
        answer = client.get(asked)
        html = b"".join(answer).decode(errors="replace")
        if answer.headers.get("Content-Type", "").startswith("text/html") and "<html" in html:
            pages[asked] = html
    return pages


def opened(browser: Browser, pages: dict[str, str], **look: Any) -> Page:
    """A window in which these addresses show what was drawn before: nothing is asked of the site a second time."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        file = find(urlsplit(path).path.removeprefix("/static/")) if path.startswith("/static/") else None
        if path in pages:
            route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
        elif file:
            route.fulfill(path=str(file), content_type=KINDS.get("." + str(file).rpartition(".")[2]))
        else:
            route.fulfill(status=404, body="")

    page = Pages(browser, SITE)(**look)
    page.route("**/*", answer)
    return page


def faults(page: Page) -> Iterator[str]:
    for one in Axe().run(page, options=OPTIONS).response["violations"]:
        yield f"{one['id']}: {one['nodes'][0]['html'][:200]}"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 640})
        if page.evaluate(TOO_WIDE):
            yield f"wider than {width}"
