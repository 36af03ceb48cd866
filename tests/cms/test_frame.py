"""The frame of every public page: menu, operator, languages; what it costs."""

from __future__ import annotations

import gzip

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from cms.navigation import forget_frames, frame_in
from cms.pages.stories import StoryPage
from cms.site_settings import SiteSettings
from cms.wagtail_hooks import menu_changed

pytestmark = pytest.mark.django_db


def test_the_frame_costs_few_queries_cold_and_none_warm(site):
    Site.get_site_root_paths()  # Wagtail keeps these itself, for much longer
    with CaptureQueriesContext(connection) as cold:
        frame_in("vi")
    with CaptureQueriesContext(connection) as warm:
        frame_in("vi")
    assert len(warm) == 0
    assert len(cold) <= 4, [query["sql"] for query in cold]


def test_the_footer_tells_who_runs_the_market(site, client):
    SiteSettings.objects.create(
        site=Site.objects.get(),
        operator_name="Liên hiệp HTX",
        operator_name_en="Union of Cooperatives",
        phone="+84233388801",
        registration="GPKD 3200",
        footer_links=[("link", {"title": "Chuyện", "title_en": "Stories", "page": site.stories, "address": ""})],
    )
    forget_frames()
    page = client.get("/").content.decode()
    assert "Liên hiệp HTX" in page
    assert "GPKD 3200" in page
    english = client.get("/en/").content.decode()
    assert "Union of Cooperatives" in english
    assert frame_in("en").operator.links[0].url == "/en/stories/"


def test_a_page_that_an_editor_publishes_changes_the_menu_at_once(site, rf):
    frame_in("vi")
    site.stories.show_in_menus = False
    site.stories.save_revision().publish()
    assert len(frame_in("vi").menu) == 3
    menu_changed(rf.get("/"), site.stories)
    assert [link.title for link in frame_in("vi").menu] == ["Hướng dẫn", "Chương trình"]


def test_a_page_links_to_its_translation_and_back(site, client):
    vietnamese = client.get("/chuyen/").content.decode()
    assert 'hreflang="en" href="http://localhost:8000/en/stories/"' in vietnamese
    english = client.get("/en/stories/").content.decode()
    assert 'hreflang="vi" href="http://localhost:8000/chuyen/"' in english
    assert '<html lang="en">' in english


def test_a_page_without_translation_leads_to_its_own_words_in_the_other_frame(site, client):
    site.stories_en.delete()
    page = client.get("/chuyen/").content.decode()
    assert '<a class="tool lingo" href="/en/chuyen/" hreflang="en"' in page
    assert 'hreflang="en" href="http' not in page, "no translation to tell search engines of"


def test_an_anonymous_visit_opens_no_session(site, client):
    answer = client.get("/")
    assert answer.cookies == {}
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_wrong_address_answers_in_plain_words(site, client):
    answer = client.get("/khong-co-trang-nay/")
    assert answer.status_code == 404
    assert 'class="top"' in answer.content.decode()


def test_the_home_page_is_light(site, client):
    assert len(gzip.compress(client.get("/").content)) < 14 * 1024


def test_the_demo_says_that_it_is_one(site, client, settings):
    settings.DEMO = True
    assert 'class="demo-bar"' in client.get("/").content.decode()
    settings.DEMO = False
    assert 'class="demo-bar"' not in client.get("/").content.decode()


def test_nothing_is_kept_under_another_language(site):
    frame_in("vi")
    assert cache.get("cms.frame.en") is None


def tell_story(site, number):
    site.stories.refresh_from_db()
    site.stories.add_child(
        instance=StoryPage(title=f"Chuyện {number}", slug=f"chuyen-{number}", locale=site.home.locale)
    )


@pytest.mark.parametrize("address", ["/", "/chuyen/"])
def test_more_stories_cost_no_more_queries(site, client, address):
    tell_story(site, 1)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(2, 13):
        tell_story(site, number)
    with CaptureQueriesContext(connection) as many:
        page = client.get(address).content.decode()
    assert "Chuyện 12" in page
    assert len(many) == len(one) <= 25, [query["sql"] for query in many]
