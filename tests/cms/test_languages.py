"""Vietnamese, English and Khmer: where a page stands in each, and what it says where nobody translated it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.translation import override
from wagtail.contrib.redirects.models import Redirect

from cms.navigation import frame_in
from cms.pages.guides import GuidePage
from cms.pages.plain import PlainPage
from community.templatetags.show import lang_of, spoken
from community.text.languages import Spoken, in_language

HREFLANG = re.compile(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">')
SITE = "http://localhost:8000"


def html(client: Client, path: str, **more: str) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200, path
    return answer.content.decode()


def alternates(page: str) -> dict[str, str]:
    return {code: url.removeprefix(SITE) for code, url in HREFLANG.findall(page)}


def canonical(page: str) -> list[str]:
    return [url.removeprefix(SITE) for url in re.findall(r'<link rel="canonical" href="([^"]+)">', page)]


@pytest.mark.parametrize("prefix", ["", "/en", "/km"])
def test_a_page_names_its_three_languages_and_the_default_one(site, client, prefix):
    page = html(client, f"{prefix}/san-pham/")
    whole = {"vi": "/san-pham/", "x-default": "/san-pham/", "en": "/en/san-pham/", "km": "/km/san-pham/"}
    assert alternates(page) == whole
    assert canonical(page) == [f"{prefix}/san-pham/"]
    assert f'<html lang="{prefix[1:] or "vi"}">' in page


def test_who_changes_the_language_stays_on_the_page_with_all_that_was_asked_for(site, client):
    page = html(client, "/san-pham/?q=mat+ong&stars=4")
    assert 'href="/km/san-pham/?q=mat+ong&amp;stars=4" hreflang="km" lang="km"' in page
    assert canonical(page) == [] and alternates(page) == {}, "narrowed lists are not for search engines"
    assert '<meta name="robots" content="noindex, follow">' in page


def test_a_later_page_of_a_list_is_its_own_canonical_address(site, client):
    assert canonical(html(client, "/chuyen/?page=2&utm_source=zalo")) == ["/chuyen/?page=2"]
    assert canonical(html(client, "/chuyen/?page=1&fbclid=x")) == ["/chuyen/"]


def test_khmer_has_a_home_page_of_its_own_in_khmer_words(site, client):
    page = html(client, "/km/")
    assert "ដឹងច្បាស់ថាអ្នកណាផលិត" in page and "ស្វែងរក" in page
    assert alternates(page) == {"vi": "/", "x-default": "/", "en": "/en/", "km": "/km/"}


def test_what_nobody_translated_is_shown_in_vietnamese_and_says_so(site, client):
    site.home.refresh_from_db()
    site.home.add_child(instance=PlainPage(title="Liên hệ", slug="lien-he", locale=site.home.locale))
    page = html(client, "/km/lien-he/")
    assert '<html lang="km">' in page and '<main id="noi-dung" tabindex="-1" lang="vi">' in page
    assert (
        '<p class="wrap small soft lent" lang="km">' in page
        and "lent" not in html(client, "/km/").partition("<main")[2]
    )
    assert canonical(page) == ["/lien-he/"] and set(alternates(page)) == {"vi", "x-default"}
    assert '<a class="tool lingo" href="/en/lien-he/"' in page, "the switch stays on the page"
    assert "Liên hệ" in html(client, "/en/lien-he/")
    assert ' lang="vi">' not in html(client, "/lien-he/").partition("<main")[2].partition(">")[0] + ">"
    assert client.get("/km/khong-co/").status_code == 404


def test_the_khmer_list_of_guides_has_its_own_and_lends_the_others(site, client):
    for title, slug in (("Trả tiền", "tra-tien"), ("Quét mã", "quet-ma")):
        site.guides.refresh_from_db()
        site.guides.add_child(instance=GuidePage(title=title, slug=slug, locale=site.home.locale))
    khmer = site.home.get_translations().get(locale__language_code="km").locale
    paying = GuidePage.objects.get(slug="tra-tien", locale=site.home.locale)
    own = paying.copy_for_translation(khmer, copy_parents=True)
    own.title = "បង់ប្រាក់"
    own.save_revision().publish()
    shown = html(client, "/km/huong-dan/")
    assert "បង់ប្រាក់" in shown and "Quét mã" in shown and "Trả tiền" not in shown
    assert 'href="/km/huong-dan/quet-ma/"' in shown, "the lent one opens in the Khmer frame"
    assert "<h1>បង់ប្រាក់</h1>" in html(client, "/km/huong-dan/tra-tien/")
    assert '<main id="noi-dung" tabindex="-1" lang="vi">' in html(client, "/km/huong-dan/quet-ma/")


def test_an_address_in_the_words_of_another_language_shows_the_translation(site, client):
    page = html(client, "/en/chuyen/")
    assert "<h1>Stories</h1>" in page and canonical(page) == ["/en/stories/"]


def test_the_khmer_menu_lends_vietnamese_pages_under_khmer_addresses(site):
    lent = {(one.title, one.url, one.language) for one in frame_in("km").menu}
    assert {("Chuyện làng nghề", "/km/chuyen/", "vi"), ("Hướng dẫn", "/km/huong-dan/", "vi")} <= lent
    assert {(one.url, one.language) for one in frame_in("en").menu} >= {("/en/stories/", ""), ("/en/guides/", "")}


@pytest.mark.parametrize("wish", ["km", "en-GB,en;q=0.9", "de"])
def test_the_address_alone_says_the_language(site, client, wish):
    """No browser's wish and no cookie leads a printed or shared address elsewhere."""
    client.cookies["django_language"] = "km"
    assert '<html lang="vi">' in html(client, "/san-pham/", HTTP_ACCEPT_LANGUAGE=wish)


@pytest.mark.parametrize("path", ["/ban-hang/", "/ghi/", "/dang-nhap/", "/ket-noi/"])
def test_desks_speak_no_khmer_and_open_in_vietnamese(client, db, path):
    answer = client.get(f"/km{path}?next=/x")
    assert answer.status_code == 302 and answer["Location"] == f"{path}?next=/x"


def test_words_of_the_data_say_their_language_only_where_it_is_another():
    with override("km"):
        words = in_language("Gạo <ST25>", "ST25 rice")
        assert spoken(words) == '<span lang="vi">Gạo &lt;ST25&gt;</span>' and lang_of(words) == ' lang="vi"'
    with override("en"):
        assert spoken(in_language("Gạo", "Rice")) == "Rice" and in_language("Gạo", "").language == "vi"
        assert spoken(Spoken("", "vi")) == "" and spoken("plain") == "plain"
    with override("vi"):
        assert lang_of(in_language("Gạo", "Rice")) == ""


@pytest.mark.parametrize("prefix", ["", "/en", "/km"])
@pytest.mark.parametrize(
    ("to", "there"),
    [
        ("/san-pham", "{}/san-pham/"),
        ("/gio/?province=92", "{}/gio/?province=92"),
        ("/t/7K3F2Q9XAB", "/t/7K3F2Q9XAB"),
        ("https://ocop.example/a", "https://ocop.example/a"),
    ],
)
def test_a_redirect_is_typed_once_and_keeps_the_readers_language(site, client, prefix, to, there):
    Redirect.add_redirect("/cu", redirect_to=to)
    answer = client.get(f"{prefix}/cu/?utm_source=zalo")
    expected = there.format(prefix) if prefix else to
    assert (answer.status_code, answer.url) == (301, expected)


def test_a_redirect_to_a_page_leads_to_its_translation_and_one_of_the_language_itself_goes_first(site, client):
    Redirect.add_redirect("/truyen", redirect_to=site.stories)
    assert client.get("/truyen/").url == "/chuyen/"
    assert client.get("/en/truyen/").url == "/en/stories/"
    assert client.get("/km/truyen/").url == "/km/chuyen/", "lent in Vietnamese"
    Redirect.add_redirect("/en/truyen", redirect_to="/en/", is_permanent=False)
    answer = client.get("/en/truyen/")
    assert (answer.status_code, answer.url) == (302, "/en/")
    assert client.get("/en/khong-co/").status_code == 404
