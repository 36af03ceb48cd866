"""Whole pages are kept for readers without a cookie; what changes goods, lots or words is on the next answer."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.limiting import count
from config.caching import MOST_PAGES
from marketplace.catalogue.keeping import pages
from marketplace.listings.models import Listing
from marketplace.listings.ratings import Rating
from marketplace.listings.writing import set_price
from tests.cast import Cast
from tests.making import Goods, make_published_batch
from tests.marketplace.shopping.browsing import text_of
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keeping(settings: Any, site_ready: None) -> None:
    settings.PAGES_KEPT_SECONDS = 30


def asked(client: Client, address: str) -> tuple[str, int]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return text_of(response), len(queries)


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_page_that_was_asked_for_before_costs_one_question(language: str, client: Client, rice: Goods) -> None:
    for address in (f"{language}/san-pham/", f"{language}/san-pham/{rice.listing.slug}/", f"{language}/tinh-thanh/"):
        first, cost = asked(client, address)
        again, questions = asked(client, address)
        assert (again, questions) == (first, 1) and cost > 1


MOST_OF_A_PRODUCT = 8


def test_a_product_page_asks_the_same_whatever_it_holds(client: Client, rice: Goods, cast: Cast, settings: Any) -> None:
    """Not kept, as for a reader with a basket: three batches or nine, nine photos or one."""
    settings.PAGES_KEPT_SECONDS = 0
    address = f"/san-pham/{rice.listing.slug}/"
    asked(client, address)
    _page, before = asked(client, address)
    for _more in range(3):
        make_published_batch(rice.packs[-1], packs=3)
    _page, after = asked(client, address)
    assert after == before <= MOST_OF_A_PRODUCT


def test_who_reads_gzip_gets_the_same_page(client: Client, rice: Goods) -> None:
    address = f"/san-pham/{rice.listing.slug}/"
    plain, _cost = asked(client, address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content).decode().replace("\u00a0", " ") == plain
    assert not packed.cookies


CHANGES: dict[str, Callable[[Goods, Cast], object]] = {
    "price": lambda goods, cast: set_price(pack=goods.pack, price_dong=77_000, actor=cast.lan_acts),
    "stock": lambda goods, _cast: Batch.objects.filter(product=goods.product).update(available_base=0),
    "batch": lambda goods, _cast: make_published_batch(goods.pack, packs=3),
    "record": lambda goods, _cast: touch_pages(Batch.objects.filter(product=goods.product)),
    "review": lambda goods, _cast: Rating.objects.create(product=goods.product, count=1, stars_sum=5),
    "words": lambda goods, _cast: Listing.objects.get(pk=goods.listing.pk).save_revision().publish(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_the_goods_is_on_the_next_answer(change: str, client: Client, rice: Goods, cast: Cast) -> None:
    address = f"/san-pham/{rice.listing.slug}/"
    asked(client, address)
    CHANGES[change](rice, cast)
    _page, questions = asked(client, address)
    assert questions > 1, "the page of before was sent"


def test_a_page_that_is_gone_is_not_sent_again(client: Client, rice: Goods) -> None:
    asked(client, f"/san-pham/{rice.listing.slug}/")
    Listing.objects.get(pk=rice.listing.pk).unpublish()
    assert client.get(f"/san-pham/{rice.listing.slug}/").status_code == 404


@pytest.mark.parametrize("address", ["/san-pham/", "/san-pham/{slug}/"])
def test_who_has_a_cookie_gets_a_page_of_her_own(address: str, client: Client, rice: Goods) -> None:
    address = address.format(slug=rice.listing.slug)
    asked(client, address)
    client.cookies["gio_dem"] = "2"
    _page, questions = asked(client, address)
    assert questions > 1
    assert client.get(address, {"q": "gao"}).status_code == 200


def test_names_that_nobody_reads_are_not_kept_and_wash_no_limit_out(client: Client, rice: Goods) -> None:
    """Red before: each was kept, in the same store as the counters of wrong PINs and of costly reads."""
    count("somebody", most=5, seconds=60)
    for address in ("/san-pham/?x={}", f"/san-pham/{rice.listing.slug}/?pack=&x={{}}"):
        asked(client, address.format(1))
        assert asked(client, address.format(1))[1] > 1
    for page in (f"{number}" for number in range(MOST_PAGES + 1)):
        pages.set(page, b"", 30)
    assert cache.get("limit:somebody") == 1 and pages.get("0") is None


def test_different_questions_have_different_pages(client: Client, rice: Goods, coffee: Goods) -> None:
    pages = [asked(client, address)[0] for address in ("/san-pham/", "/san-pham/?group=1", "/en/san-pham/")]
    assert len(set(pages)) == 3
    assert [asked(client, address)[0] for address in ("/san-pham/", "/san-pham/?group=1", "/en/san-pham/")] == pages
