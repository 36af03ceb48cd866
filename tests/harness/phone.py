"""A phone in somebody's hand: it counts its taps and is looked at by axe wherever it stops."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.axe import OPTIONS, TOO_WIDE


class Phone:
    def __init__(self, page: Page, *, js: bool) -> None:
        self.page, self.js, self.taps = page, js, 0

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def press(self, what: Locator) -> None:
        what.click()
        self.page.wait_for_load_state()
        self.taps += 1
        self.look()

    def button(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=words)

    def link(self, words: str) -> Locator:
        return self.page.get_by_role("link", name=words)

    def reads(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def look(self) -> None:
        """Axe finds nothing and nobody has to push the page sideways. Without a script the page is the same."""
        if not self.js:
            return
        found = Axe().run(self.page, options=OPTIONS).response["violations"]
        told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
        assert not told, (self.page.url, told)
        assert not self.page.evaluate(TOO_WIDE), self.page.url
