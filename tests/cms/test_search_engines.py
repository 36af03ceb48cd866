"""What search engines are told, and what is kept from them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse

from cms.search_engines import sections
from cms.search_engines.sections import FIXED, SECTIONS, Section
from config.searchable import SEARCHABLE
from marketplace.listings.models import Listing
from tests.cast import Cast
from tests.making import make_product, make_published_batch
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
SITE = "http://localhost:8000"
pytestmark = pytest.mark.django_db


def locs(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/xml")
    return [one.text or "" for one in ET.fromstring(answer.content).iterfind(".//s:loc", NS)]


def everything(client: Client) -> set[str]:
    return {loc for file in locs(client, "/sitemap.xml") for loc in locs(client, file.removeprefix(SITE))}


@pytest.fixture
def goods(site, cast: Cast) -> Listing:
    pack = make_product(cast.huong_que).pack
    make_published_batch(pack)
    return Listing.objects.get(product=pack.product)


def file_of(goods: Listing) -> str:
    """PostgreSQL goes on counting where other tests' goods ended."""
    return f"/sitemap-hang-{goods.pk // SECTIONS['hang'].size}.xml"


def test_the_sitemap_leads_to_goods_booths_lots_and_pages_in_every_language(client, goods):
    found = everything(client)
    for prefix in ("", "/en", "/km"):
        assert f"{SITE}{prefix}/san-pham/{goods.slug}/" in found
        assert f"{SITE}{prefix}/gian-hang/{goods.product.cooperative.slug}/" in found
    assert {f"{SITE}/", f"{SITE}/en/", f"{SITE}/km/", f"{SITE}/chuyen/", f"{SITE}/en/stories/"} <= found
    assert batch_uri(Batch.objects.get()) in found
    assert not [one for one in found if re.search("/(gio|dat-hang|don|ban-hang|ghi|quan-tri|dang-nhap)/", one)]


def test_each_address_of_the_sitemap_answers_and_may_be_kept(client, goods):
    for address in everything(client):
        answer = client.get(address.removeprefix(SITE), headers={"accept": "text/html"})
        assert answer.status_code == 200, address
        assert "X-Robots-Tag" not in answer and 'name="robots"' not in answer.content.decode(), address


def test_each_address_names_its_languages_and_when_it_changed(client, goods):
    root = ET.fromstring(client.get(file_of(goods)).content)
    assert len(root) == 3
    for url in root:
        links = {link.get("hreflang"): link.get("href") for link in url.iterfind("x:link", NS)}
        assert set(links) == {"vi", "en", "km", "x-default"} and links["x-default"] == links["vi"]
        assert url.findtext("s:lastmod", namespaces=NS).startswith("20")


def test_what_is_not_shown_is_not_listed(client, goods):
    batch = Batch.objects.get()
    Batch.objects.update(status="draft")
    Listing.objects.update(live=False)
    found = everything(client)
    assert batch_uri(batch) not in found and not [one for one in found if goods.slug in one]


def test_a_large_market_gets_more_files_and_each_keeps_its_rows(client, goods, monkeypatch):
    small = Section(Listing.objects.live, sections.goods, 1)
    monkeypatch.setitem(SECTIONS, "hang", small)
    files = [one for one in locs(client, "/sitemap.xml") if "sitemap-hang-" in one]
    assert len(files) == goods.pk + 1 and files[-1] == f"{SITE}/sitemap-hang-{goods.pk}.xml"
    assert locs(client, f"/sitemap-hang-{goods.pk}.xml") and not locs(client, "/sitemap-hang-0.xml")
    assert client.get(f"/sitemap-hang-{goods.pk + 1}.xml").status_code == 404
    assert client.get("/sitemap-khac-0.xml").status_code == 404
    most = max(one.size * (3 if name != "lo" else 1) for name, one in SECTIONS.items())
    assert most <= 50_000, "addresses a file"


def test_a_thousand_goods_cost_the_questions_of_one(client, goods, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(file_of(goods))


def test_robots_are_let_in_to_read_noindex_and_kept_out_of_endless_lists(client, db, settings):
    settings.DEMO = False
    told = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {SITE}/sitemap.xml" in told and "Disallow: /*?*q=\n" in told and "Disallow: /quan-tri/\n" in told
    assert "Disallow: /don/" not in told, "who may not read the page cannot read its noindex either"
    settings.DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize(
    "path", ["/gio/", "/dat-hang/", "/km/gio/", "/dang-nhap/", "/ban-hang/", "/don/KHONGCO/", "/readyz"]
)
def test_baskets_orders_and_desks_are_kept_by_nobody(client, db, path):
    answer = client.get(path)
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Referrer-Policy"] == "same-origin"


def test_only_known_addresses_may_be_kept(client, db):
    """A name that is gone or misspelt would quietly take its page out of every search."""
    for name in SEARCHABLE - {"wagtail_serve"}:
        known = {"media": ["x.jpg"], "passport:paper": [1], "batch_by_link": None, "wagtaildocs_serve": [1, "x"]}
        arguments = known.get(name, ["x"])
        if arguments is not None:
            assert reverse(name, args=[] if name in PLAIN else arguments)
    assert "X-Robots-Tag" not in client.get("/san-pham/")


PLAIN = {*FIXED, "api_page"}


def test_phones_find_a_manifest_and_an_icon(client, db):
    told = client.get("/manifest.webmanifest")
    assert told["Content-Type"] == "application/manifest+json" and told.json()["start_url"] == "/"
    assert client.get("/favicon.ico").status_code == 302
