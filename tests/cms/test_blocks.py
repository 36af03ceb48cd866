"""Every block has its own template and a preview, and does what its editor means."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.template.loader import get_template
from django.utils.formats import date_format
from wagtail.blocks import StreamBlock

from cms.blocks import goods
from cms.pages.bodies import guide_body, home_body, programme_body, story_body
from cms.pages.guides import GuidePage
from cms.pages.programmes import ProgrammePage
from cms.pages.stories import StoryPage
from community import clock
from marketplace.listings.shelves import CatalogueCard
from tests.making import make_product

pytestmark = pytest.mark.django_db


def every_block():
    found = {}
    for field in (home_body(), story_body(), guide_body(), programme_body()):
        found |= field.stream_block.child_blocks
    return found


BLOCKS = every_block()


# Show other rows, of which there are none here: each has a test of its own.
SILENT = {"batch_passport", "story_teaser", "group_chips", "province_map", "programme_teaser", "guide_teaser"}
SILENT |= {"library_papers"}


def card(slug):
    return CatalogueCard(
        slug=slug, url=f"/san-pham/{slug}/", title=slug, cooperative_name="HTX", place="Xã", photo=None, stars=4,
        price_dong=35_000, price_is_from=False, pack_name="", unit_price="", packs_left=9, left="Còn 9",
        left_kind="few",
    )  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """A stand-in for marketplace's shelf, which has its own tests; remembers what it was asked."""
    calls = []

    def shelf(kind, limit, language, **criteria):
        calls.append((kind, limit, language, criteria))
        return [card(slug) for slug in ("gao-st25", "cam")][:limit]

    monkeypatch.setattr(goods, "shelf", shelf)
    return calls


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_a_block_renders_its_preview_through_its_own_template(name, site, asked):
    block = BLOCKS[name]
    get_template(block.meta.template)
    assert block.meta.description
    block.render(block.normalize(block.get_preview_value()))


@pytest.mark.parametrize("name", sorted(set(BLOCKS) - SILENT))
def test_a_preview_shows_something(name, site, asked):
    block = BLOCKS[name]
    html = block.render(block.normalize(block.get_preview_value()))
    assert len(re.sub(r"<[^>]+>|\s", "", html)) > 3


def test_a_shelf_asks_marketplace_once_and_shows_the_cards(site, asked):
    block = BLOCKS["shelf"]
    html = block.render(block.normalize({"title": "Vụ này", "kind": "in_season", "limit": 4}))
    assert asked == [("in_season", 4, "vi", {})]
    assert html.count('class="card prod"') == 2
    assert "Vụ này" in html


@pytest.mark.parametrize(
    ("value", "criteria"),
    [
        ({"kind": "group", "group": "3"}, {"group": "3"}),
        ({"kind": "stars"}, {"stars": 5}),
        ({"kind": "chosen", "slugs": ["cam", "gao-st25"]}, {"slugs": ["cam", "gao-st25"]}),
    ],
)
def test_a_shelf_passes_what_the_editor_chose(value, criteria, asked):
    goods.shelf_cards({"title": "", "limit": 4, **value})
    assert asked[0][3] == criteria


def test_chosen_goods_keep_the_editors_order(asked):
    cards = goods.shelf_cards({"title": "", "kind": "chosen", "limit": 4, "slugs": ["cam", "gao-st25"]})
    assert [one.slug for one in cards] == ["cam", "gao-st25"]


def test_a_shelf_without_goods_or_without_its_group_says_nothing(site, monkeypatch, asked):
    block = BLOCKS["shelf"]
    assert goods.shelf_cards({"title": "", "kind": "group", "limit": 4, "group": ""}) == []
    assert asked == []
    monkeypatch.setattr(goods, "shelf", lambda *args, **criteria: [])
    assert block.render(block.normalize({"title": "Vụ này", "kind": "in_season", "limit": 4})).strip() == ""


def test_a_passport_link_to_an_unknown_batch_says_nothing(site):
    block = BLOCKS["batch_passport"]
    assert block.render(block.normalize({"code": "AAAAAAAAAA", "words": "Lô này"})).strip() == ""


def test_a_story_is_shown_with_its_words_and_in_the_teaser(site, client, asked):
    story = StoryPage(
        title="Người nuôi ong", slug="ong", told_on=date(2026, 11, 5), intro="Ba cây số.", locale=site.home.locale,
        body=[("heading", "Sáng sớm"), ("quote", {"words": "Ong biết đường.", "who": "Chị Lan"})],
    )  # fmt: skip
    site.stories.add_child(instance=story)
    page = client.get("/chuyen/ong/").content.decode()
    assert all(words in page for words in ("Người nuôi ong", "Sáng sớm", "Ong biết đường.", "Chị Lan", "05/11/2026"))
    assert "Người nuôi ong" in client.get("/").content.decode()
    assert "Người nuôi ong" in client.get("/en/").content.decode(), "lent while nobody has translated one"
    assert "Người nuôi ong" in client.get("/chuyen/").content.decode()


def test_a_guide_says_for_whom_and_how_long(site, client):
    guide = GuidePage(title="Chụp ảnh", slug="chup", for_whom="seller", minutes=4, locale=site.home.locale)
    site.guides.add_child(instance=guide)
    page = client.get("/huong-dan/chup/").content.decode()
    assert "Chụp ảnh" in page
    assert re.search(r"\b4\b", page)


def test_the_home_page_takes_each_block_it_starts_with():
    assert isinstance(home_body().stream_block, StreamBlock)
    assert set(home_body().stream_block.child_blocks) >= {
        "hero",
        "shelf",
        "group_chips",
        "how_it_works",
        "story_teaser",
    }


def test_the_map_leads_to_the_goods_of_each_province_that_sells(site, cast):
    make_product(cast.huong_que)
    block = BLOCKS["province_map"]
    html = block.render(block.normalize(block.get_preview_value()))
    assert html.count("/san-pham/?province=92") == 2, "once drawn, once in words"
    assert "Cần Thơ" in html
    assert "province=25" not in html, "nobody sells there"


def test_the_home_page_shows_what_one_can_join_and_read_in_the_readers_language(site):
    today = clock.today()
    for title, closes in (("Đang mở", 3), ("Đã xong", -1)):
        site.programmes.refresh_from_db()
        day = today + timedelta(days=closes)
        site.programmes.add_child(
            instance=ProgrammePage(title=title, slug=f"p{closes}", closes_on=day, locale=site.home.locale)
        )
    for whom in ("buyer", "seller"):
        site.guides.refresh_from_db()
        site.guides.add_child(
            instance=GuidePage(title=f"Cho {whom}", slug=whom, for_whom=whom, locale=site.home.locale)
        )
    block = BLOCKS["programme_teaser"]
    html = block.render(block.normalize(block.get_preview_value()))
    assert "Đang mở" in html
    assert "Đã xong" not in html
    block = BLOCKS["guide_teaser"]
    html = block.render(block.normalize({"title": "Làm theo", "for_whom": "seller", "limit": 4}))
    assert "Cho seller" in html
    assert "Cho buyer" not in html


def test_the_season_shelf_names_the_month(site, asked):
    block = BLOCKS["shelf"]
    html = block.render(block.normalize({"title": "Đang vào vụ", "kind": "in_season", "limit": 4}))
    assert date_format(clock.today(), "F") in html
