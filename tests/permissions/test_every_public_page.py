"""Every page that a stranger can open, in each language, as a browser draws it: axe finds nothing (in the light and in
the dark), nothing is wider than the narrowest window, and nothing needs a script.

Which pages: all that the access table lets a stranger in to, and all that Wagtail serves; whoever adds an address adds
its line there, and has it looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Browser
from wagtail.blocks import StreamValue
from wagtail.models import Page as Written

from cms.pages.bodies import guide_body, programme_body, story_body
from cms.pages.guides import GuideIndexPage, GuidePage
from cms.pages.programmes import ProgrammeIndexPage, ProgrammePage
from cms.pages.stories import StoryIndexPage, StoryPage
from tests.axe import TOO_WIDE
from tests.harness.drawn import WIDTHS, drawn_pages, faults, opened
from tests.harness.wording import known_in
from tests.permissions.asking import path_of
from tests.permissions.table import ADDRESSES
from tests.permissions.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SCHEMES = {"vi": "light", "en": "dark", "km": "light"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HOLE = re.compile(r"%\\?\(\w+\\?\)[sd]")
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
NEEDS_A_SCRIPT = """() => [...document.querySelectorAll("button, a, input[type=button]")]
    .filter((one) => one.checkVisibility() && !one.closest("[hidden]"))
    .filter((one) => one.localName === "a" ? /^(#|javascript:.*)?$/.test(one.getAttribute("href") ?? "#")
                                         : !one.form || one.type === "button")
    .map((one) => one.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module")
def written(world: World) -> None:
    """A story, a guide and a programme with one of each block that they may hold."""
    for kind, under, body in (
        (StoryPage, StoryIndexPage, story_body()),
        (GuidePage, GuideIndexPage, guide_body()),
        (ProgrammePage, ProgrammeIndexPage, programme_body()),
    ):
        blocks = body.stream_block.child_blocks
        shown = [(name, one.normalize(one.get_preview_value())) for name, one in blocks.items()]
        parent = under.objects.get(locale__language_code="vi")
        parent.add_child(instance=kind(title=kind.__name__, body=StreamValue(body.stream_block, shown)))


def public_paths(world: World, language: str) -> Iterator[str]:
    with override(language):
        for address in ADDRESSES:
            if address.door in ("everyone", "guests") and address.get == "200":
                yield path_of(address, world.ours)
        yield reverse("shopping:order", args=[world.ours.sent])
        yield reverse("shopping:list") + "?q=khong+co+gi+nhu+the"
        yield reverse("cms:search") + "?q=gao"
    prefix = "" if language == "vi" else f"/{language}"
    for one in Written.objects.live().public().filter(locale__language_code="vi", depth__gt=1):
        yield prefix + urlsplit(one.url).path
    yield f"{prefix}/khong-co-trang-nay/"


def speaks(html: str, language: str) -> bool:
    """The play bank of the demo speaks no Khmer."""
    return f'<html lang="{language}"' in html or (language == "km" and "MÔ PHỎNG" in html)


@pytest.mark.parametrize("language", SCHEMES)
def test_every_public_page_is_for_everybody(
    chromium: Browser, world: World, written: None, client: Client, language: str
) -> None:
    pages = drawn_pages(client, public_paths(world, language), language)
    assert len(pages) > 35, "most of the table is not looked at any more"
    page = opened(chromium, pages, width=WIDTHS[0], height=640, color_scheme=SCHEMES[language], reduced_motion="reduce")
    found = {}
    for path in pages:
        page.set_viewport_size({"width": WIDTHS[0], "height": 640})
        page.goto(path)
        found[path] = [*faults(page), *([] if speaks(pages[path], language) else ["another language"])]
    page.context.close()
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_without_a_script_nothing_on_a_public_page_does_nothing(
    chromium: Browser, world: World, written: None, client: Client
) -> None:
    pages = drawn_pages(client, public_paths(world, "vi"), "vi")
    page = opened(chromium, pages, width=360, js=False)
    found = {}
    for path in pages:
        page.goto(path)
        found[path] = page.evaluate(NEEDS_A_SCRIPT) + ["too wide"] * page.evaluate(TOO_WIDE)
    page.context.close()
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


class Unmarked(HTMLParser):
    """The texts of a page with letters that only Vietnamese has, outside of whatever says that it is Vietnamese."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[bool] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            own = dict(attrs).get("lang")
            before = self.inside[-1] if self.inside else False
            self.inside.append(own == "vi" if own else before or tag in ("script", "style"))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.inside:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if VIETNAMESE.search(data) and not (self.inside and self.inside[-1]):
            self.found.append(" ".join(data.split()))


def test_nothing_that_we_say_is_vietnamese_on_a_khmer_page(world: World, written: None, client: Client) -> None:
    """Names, and what people and sellers wrote, stand as they are; every word of the house is Khmer there. Not the play
    bank's (docs/khmer.md)."""
    words, khmer = known_in("vi"), known_in("km")
    awaited = {HOLE.sub("", said): said for key, said in words.items() if key not in khmer}
    ours = [re.compile(HOLE.sub(".+", re.escape(said))) for bare, said in awaited.items() if len(bare.strip()) > 3]
    written_by_sellers = {"Đóng gói", "Thu hoạch", "Cả nước"}  # steps of a line, a zone of delivery
    found = {}
    for path, html in drawn_pages(client, public_paths(world, "km"), "km").items():
        page = Unmarked()
        page.feed("" if path.startswith("/mo-phong/") else html)
        texts = set(page.found) - written_by_sellers
        found[path] = [text for text in texts if any(said.fullmatch(text) for said in ours)]
    assert {path: texts for path, texts in found.items() if texts} == {}
