"""A headless Chromium for tests, and pages with the width, script and network of the people we build for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# 400 kbit/s with 400 ms: the bad 3G of design/experience.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 25_000}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """$CHROMIUM, else the first known name on PATH, else None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def shut(page: Page) -> None:
    """Close a page that has arrived. Chromium says yes to a close that meets a navigation and forgets it; who waits
    for that close waits for ever (crbug.com/536385539, microsoft/playwright issue 42068)."""
    page.wait_for_load_state("load")
    page.close()


class Pages:
    """Opens pages, each in a fresh context (own cookies), and closes them all at the end of the test."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.browser, self.base_url = browser, base_url
        self.contexts: list[BrowserContext] = []

    def __call__(
        self, *, width: int = 360, height: int = 740, js: bool = True, slow: bool = False, **more: Any
    ) -> Page:
        """`more` goes to Playwright's new_context (locale, color_scheme, geolocation, …)."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=js,
            base_url=self.base_url,
            **({"locale": "vi-VN"} | more),
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        page = context.new_page()
        if slow:
            context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
