"""The list of goods: filters, search, order, chips, pages; light and with a fixed number of questions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.listings.cataloguing import catalogue
from marketplace.listings.models import Listing
from tests.cast import Cast
from tests.making import Goods, PackPlan, make_certificate, make_product, make_published_batch
from tests.marketplace.shopping.browsing import text_of, wire_size
from traceability.products.models import Product

pytestmark = pytest.mark.django_db


def titles(response: Any) -> list[str]:
    return [card.title for card in response.context["cards"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Gạo thơm ST25", "Cà phê Khe Sanh"}),
        ("group=1", {"Gạo thơm ST25"}),
        ("group=2", {"Cà phê Khe Sanh"}),
        ("province=44", {"Cà phê Khe Sanh"}),
        ("province=92", {"Gạo thơm ST25"}),
        ("stars=5", {"Gạo thơm ST25"}),
        ("stars=3", {"Gạo thơm ST25"}),
        ("price_max=50.000", {"Gạo thơm ST25"}),
        ("price_min=50000", {"Cà phê Khe Sanh"}),
        ("price_min=120.000 ₫&price_max=120000", {"Cà phê Khe Sanh"}),
        ("in_stock=1", {"Gạo thơm ST25", "Cà phê Khe Sanh"}),
        ("season=now", {"Gạo thơm ST25"}),
        ("q=ca phe", {"Cà phê Khe Sanh"}),
        ("q=GẠO", {"Gạo thơm ST25"}),
        ("q=soc trang&group=1&stars=4", {"Gạo thơm ST25"}),
        ("q=soc trang&group=2", set()),
    ],
)
def test_every_filter_narrows_alone_and_together(
    query: str, expected: set[str], client: Client, rice: Goods, coffee: Goods
) -> None:
    response = client.get(f"/san-pham/?{query}")
    assert response.status_code == 200
    assert set(titles(response)) == expected


@pytest.mark.parametrize(
    "query", ["group=9", "province=00", "stars=7", "season=x", "sort=evil", "page=999", "page=x", "in_stock=yes"]
)
def test_values_that_make_no_sense_narrow_nothing(query: str, client: Client, rice: Goods) -> None:
    response = client.get(f"/san-pham/?{query}")
    assert response.status_code == 200
    assert titles(response) == ["Gạo thơm ST25"]


@pytest.mark.parametrize("typed", ["abc", "1,5", "-5", "9" * 14])
def test_a_price_that_is_none_is_told_and_kept(typed: str, client: Client, rice: Goods) -> None:
    response = client.get("/san-pham/", {"price_min": typed})
    assert titles(response) == ["Gạo thơm ST25"]
    assert "ví dụ 50.000" in text_of(response) or "for example 50.000" in text_of(response)
    assert f'value="{typed}"' in text_of(response)


def test_search_words_come_back_escaped(client: Client, rice: Goods) -> None:
    html = text_of(client.get("/san-pham/", {"q": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in html


def test_goods_are_sorted_by_price_with_what_is_sold_out_last(client: Client, rice: Goods, coffee: Goods) -> None:
    make_product(rice.product.cooperative, name="Đã hết", packs=(PackPlan(price_dong=1_000),))
    assert titles(client.get("/san-pham/?sort=price")) == ["Gạo thơm ST25", "Cà phê Khe Sanh", "Đã hết"]
    assert titles(client.get("/san-pham/?sort=-price")) == ["Cà phê Khe Sanh", "Gạo thơm ST25", "Đã hết"]
    assert titles(client.get("/san-pham/?sort=stars"))[0] == "Gạo thơm ST25"
    assert titles(client.get("/san-pham/?in_stock=1&sort=price")) == ["Gạo thơm ST25", "Cà phê Khe Sanh"]


def test_each_group_tells_how_many_of_its_goods_fit_the_rest(client: Client, rice: Goods, coffee: Goods) -> None:
    def counts(query: str) -> dict[str, int]:
        return {group.drawing: group.count for group in client.get(f"/san-pham/?{query}").context["groups"]}

    assert sorted(counts("").values()) == [1, 1]
    assert list(counts("province=92").values()) == [1]
    assert sorted(counts("group=1").values()) == [1, 1]


def test_an_active_filter_is_a_chip_that_takes_only_itself_away(client: Client, rice: Goods) -> None:
    response = client.get("/san-pham/?q=gao&stars=4&page=1")
    chips = {chip.label: chip.query for chip in response.context["active"]}
    assert chips["“gao”"] == "stars=4"
    assert "q=gao" in chips.values()


def test_an_empty_list_helps_on(client: Client, rice: Goods) -> None:
    html = text_of(client.get("/san-pham/?q=khongco"))
    assert "“mat ong”" in html and 'href="/san-pham/"' in html


def test_english_shows_english_words_and_links(client: Client, rice: Goods) -> None:
    html = text_of(client.get("/en/san-pham/"))
    assert "ST25 fragrant rice" in html and f"/en/san-pham/{rice.listing.slug}/" in html


def many(cast: Cast, count: int) -> None:
    for number in range(count):
        goods = make_product(cast.huong_que, name=f"Hàng {number}")
        make_published_batch(goods.pack)
        make_certificate(goods.product)


def test_thirty_goods_ask_no_more_questions_than_three(client: Client, cast: Cast, site_ready: None) -> None:
    many(cast, 3)
    client.get("/san-pham/")  # the frame of the page is remembered from here on
    with CaptureQueriesContext(
        connection,
    ) as three:
        client.get("/san-pham/?season=now")
        client.get("/san-pham/")
    many(cast, 27)
    with CaptureQueriesContext(connection) as thirty:
        client.get("/san-pham/?season=now")
        response = client.get("/san-pham/")
    assert len(titles(response)) == 24
    assert len(thirty) == len(three) <= 30


def test_the_first_view_is_light_and_pictures_wait(client: Client, cast: Cast, site_ready: None) -> None:
    many(cast, 24)
    response = client.get("/san-pham/")
    assert wire_size(response) <= 60_000
    pictures = re.findall(r"<img[^>]*>", response.content.decode())
    assert all('loading="lazy"' in picture for picture in pictures if "/media/" in picture)


def test_looking_around_leaves_no_cookie(client: Client, rice: Goods) -> None:
    for address in ("/san-pham/", "/gian-hang/htx-huong-que-tran-de/"):
        assert not client.get(address).cookies


def test_a_chip_says_its_group_shortly_and_keeps_the_full_name(client: Client, rice: Goods) -> None:
    Product.objects.filter(pk=rice.product.pk).update(ocop_subgroup="3.1")
    catalogue(Listing.objects.get(pk=rice.listing.pk))
    [chip] = [chip for chip in client.get("/san-pham/").context["groups"] if chip.query == "group=3"]
    assert (chip.name, chip.title) == ("Dược liệu", "Dược liệu và sản phẩm từ dược liệu")
    assert 'title="Dược liệu và sản phẩm từ dược liệu"' in client.get("/san-pham/").content.decode()
