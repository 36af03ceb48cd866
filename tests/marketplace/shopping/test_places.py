"""Fee and day to a commune: found by what one types, remembered only when asked, never by looking."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from marketplace.basket.models import Basket
from marketplace.shipping.arranging import set_dispatch_days
from marketplace.shopping.places import COOKIE
from tests.cast import Cast
from tests.making import Goods, make_zone
from tests.marketplace.shopping.browsing import inputs, put, text_of

pytestmark = pytest.mark.django_db


def page(client: Client, goods: Goods, query: str = "") -> str:
    return text_of(client.get(f"/san-pham/{goods.listing.slug}/{query}"))


@pytest.mark.parametrize("typed", ["khe sanh", "Xã Khe Sanh, Tỉnh Quảng Trị", "19429", "huyen huong hoa"])
def test_a_commune_is_found_by_any_of_its_names_and_gets_its_own_fee(
    typed: str, client: Client, cast: Cast, rice: Goods, places: dict[str, object]
) -> None:
    make_zone(cast.huong_que, places["19429"], position=0, first_dong=17_000)  # type: ignore[arg-type]
    set_dispatch_days(cooperative=cast.huong_que, weekdays=[0, 1, 2, 3, 4, 5, 6], cut_off_hour=24, actor=cast.lan_acts)
    answer = client.get(f"/san-pham/{rice.listing.slug}/?to={typed}")
    assert "17.000 ₫" in text_of(answer) and "Xã Khe Sanh, Tỉnh Quảng Trị" in text_of(answer)
    assert answer.context["way"].promise is not None


def test_words_for_several_places_ask_which_one_and_unknown_ones_say_so(
    client: Client, rice: Goods, places: dict[str, object]
) -> None:
    html = page(client, rice, "?to=tran de")
    assert "to=31673" in html or "Xã Trần Đề" in html
    assert 'aria-invalid="true"' in page(client, rice, "?to=khong co noi nay")


def test_looking_keeps_nothing_and_is_the_same_for_everybody(client: Client, rice: Goods) -> None:
    answer = client.get(f"/san-pham/{rice.listing.slug}/?to=31673")
    assert not answer.cookies and not Basket.objects.exists()
    assert "csrfmiddlewaretoken" not in text_of(answer)
    address = f"/san-pham/{rice.listing.slug}/"
    assert Client().get(address).content == Client().get(address).content


def test_a_place_is_remembered_when_asked_and_forgotten_again(client: Client, rice: Goods) -> None:
    address = f"/san-pham/{rice.listing.slug}/"
    kept = client.post("/noi-nhan/", {"to": "31673", "next": address})
    assert (kept.status_code, kept["Location"]) == (303, address) and kept.cookies[COOKIE].value == "31673"
    assert "25.000 ₫" in page(client, rice)
    assert "Cookie" in client.get(address)["Vary"]
    gone = client.post("/noi-nhan/", {"next": address})
    assert gone.cookies[COOKIE].value == "" and "25.000 ₫" not in page(client, rice)


def test_the_checkout_begins_with_the_remembered_commune(client: Client, rice: Goods) -> None:
    put(client, rice.pack)
    client.post("/noi-nhan/", {"to": "31673", "next": "/"})
    answer = client.get("/dat-hang/")
    assert answer.context["quote"].commune.code == "31673" and inputs(answer)["shown_total"] == "70000"
    assert client.get("/gio/").context["quote"].total_dong == 70_000


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_elsewhere(client: Client, site_ready: None, back: str) -> None:
    assert client.post("/noi-nhan/", {"to": "31673", "next": back})["Location"] == "/san-pham/"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": settings.SITE_URL}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://testserver/san-pham/"}, 303),
        ({"Referer": "https://evil.example/"}, 403),
    ],
)
def test_forms_without_a_token_are_taken_from_this_site_only(headers: dict[str, str], status: int, rice: Goods) -> None:
    strict = Client(enforce_csrf_checks=True, headers=headers)
    assert strict.post("/noi-nhan/", {"to": "31673", "next": "/"}).status_code == status
    assert strict.post("/gio/them/", {"pack": rice.pack.code, "quantity": "1"}).status_code == status
    assert Basket.objects.exists() == (status == 303)
