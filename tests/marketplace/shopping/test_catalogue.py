"""The list of goods: filters, search, order, chips, pages; light and with a fixed number of questions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.photos.models import Photo
from marketplace.catalogue.cataloguing import catalogue, new_catalogue, recatalogue
from marketplace.catalogue.searching import Found, search
from marketplace.listings.models import Listing
from marketplace.shopping import suggesting
from tests.cast import Cast
from tests.making import Goods, PackPlan, make_certificate, make_photo, make_product, make_published_batch
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


def test_ways_on_lead_to_what_they_count_and_never_nowhere(client: Client, rice: Goods) -> None:
    """ "With fewer words 1" led to none under the group of crafts; words without goods were offered again."""
    ways = client.get("/san-pham/?q=gao+khongco&group=4").context["help"]
    assert [(words, many) for words, many, _url in ways["fewer"]] == [("gao", 1)] and not ways["unfiltered"]
    assert client.get(ways["fewer"][0][2]).context["total"] == 1
    ways = client.get("/san-pham/?q=gao&group=4").context["help"]
    assert client.get(ways["unfiltered"]).context["total"] == 1
    nowhere = client.get("/san-pham/?q=khongco&group=4")
    assert not any(nowhere.context["help"].values())
    assert 'href="/tim/?q=khongco"' in text_of(nowhere)


def test_english_shows_english_words_and_links(client: Client, rice: Goods) -> None:
    html = text_of(client.get("/en/san-pham/"))
    assert "ST25 fragrant rice" in html and f"/en/san-pham/{rice.listing.slug}/" in html


def many(cast: Cast, count: int, photo: Photo | None = None) -> None:
    for number in range(count):
        goods = make_product(cast.huong_que, name=f"Hàng {number}", photos=[photo] if photo else [])
        make_published_batch(goods.pack)
        make_certificate(goods.product)


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("door", ["/san-pham/?q={}", "/tim/goi-y/?q={}", "/tim/goi-y/?part=1&q={}"])
def test_one_address_searches_so_often_only_and_kept_answers_are_free(
    door: str, client: Client, rice: Goods, settings: Any
) -> None:
    """Red before: only the search of the whole site was limited."""
    settings.READS_PER_MINUTE = 1
    assert client.get(door.format("gao")).status_code == 200
    refused = client.get(door.format("ca+phe"))
    assert refused.status_code == 429 and "max-age" not in refused.get("Cache-Control", "")
    assert bool(refused.content) is ("part" not in door)
    assert client.get(door.format("gao")).status_code == 200
    assert client.get("/san-pham/?group=1").status_code == 200


@pytest.mark.parametrize(("part", "public"), [("1", True), ("", False)])
def test_only_the_list_of_suggestions_is_for_everybody(part: str, public: bool, client: Client, rice: Goods) -> None:
    """Red before: the whole page, with the count of the basket on it, was sent as public."""
    client.cookies["gio_dem"] = "2"
    answer = client.get("/tim/goi-y/", {"q": "gao", "part": part})
    assert ("public" in answer.get("Cache-Control", "")) is public


def test_what_was_found_before_a_change_is_not_offered_after_it(
    client: Client, rice: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalogue changes while it is searched: the answer was kept as one of after."""
    asked_for = []

    def search_and_change(text: str) -> Found:
        found = search(text)
        new_catalogue()
        asked_for.append(text)
        return found

    monkeypatch.setattr(suggesting, "search", search_and_change)
    for _twice in range(2):
        assert client.get("/tim/goi-y/?part=1&q=gao").status_code == 200
    assert asked_for == ["gao", "gao"]


QUERIES = ["", "?group=1&stars=3&in_stock=1&season=now", "?sort=price", "?q=hang", "?near=31673"]
MOST, MOST_AFTER_A_CHANGE = 6, 9


def test_thirty_goods_ask_no_more_questions_than_three(client: Client, cast: Cast, site_ready: None) -> None:
    """After a change of the catalogue the counts and the order are asked for once; else both are kept."""
    photo = make_photo()
    counted = []
    for more in (3, 27):
        many(cast, more, photo)
        Product.objects.update(season_months=list(range(1, 13)))
        client.get("/tinh-thanh/")  # the frame and the provinces are remembered from here on
        client.get("/san-pham/?q=hang&near=31673")  # and what else these words find, and where that is
        recatalogue(Product.objects.values_list("pk", flat=True))  # seasons: nothing of it is kept
        counted.append(
            {query: (asked(client, f"/san-pham/{query}"), asked(client, f"/san-pham/{query}")) for query in QUERIES}
        )
    assert counted[0] == counted[1]
    assert all(cold <= MOST_AFTER_A_CHANGE and warm <= MOST for cold, warm in counted[1].values()), counted[1]


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
