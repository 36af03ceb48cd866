"""The basket's page: nothing moves silently, every act ends on a page that says what happened."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.basket.models import Basket, BasketLine
from marketplace.listings.writing import set_price, stop_selling
from tests.cast import Cast
from tests.making import Goods, make_product
from tests.marketplace.shopping.browsing import put, text_of
from traceability.batches.models import Batch
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db


def lines() -> list[tuple[str, int]]:
    return list(BasketLine.objects.order_by("pk").values_list("pack__code", "quantity"))


def test_an_empty_basket_is_a_page_without_cookie_or_row(client: Client, site_ready: None) -> None:
    response = client.get("/gio/")
    assert response.status_code == 200 and "/san-pham/" in text_of(response)
    assert "basket" not in response.cookies and not Basket.objects.exists()


def test_the_first_thing_put_in_gives_a_cookie_scripts_cannot_read(client: Client, rice: Goods) -> None:
    response = put(client, rice.packs[1], 2)
    assert (response.status_code, response["Location"]) == (303, "/gio/")
    cookie = response.cookies["basket"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and len(cookie.value) >= 24
    assert response.cookies["basket_count"].value == "2"
    assert lines() == [(rice.packs[1].code, 2)]
    assert '<span class="count">2</span>' in text_of(client.get("/san-pham/"))


def test_another_visitor_has_another_basket(client: Client, rice: Goods) -> None:
    put(client, rice.packs[1], 2)
    assert "Gạo thơm ST25" not in text_of(Client().get("/gio/"))
    stranger = Client()
    stranger.cookies["basket"] = "guessed"
    put(stranger, rice.packs[0])
    assert Basket.objects.count() == 2


@pytest.mark.parametrize("count", ["abc", "-3", "9" * 50, "<b>"])
def test_a_forged_count_shows_nothing(count: str, client: Client, rice: Goods) -> None:
    client.cookies["basket_count"] = count
    assert 'class="count"' not in text_of(client.get("/san-pham/"))


def test_parcels_and_their_fees_appear_once_a_province_is_chosen(client: Client, rice: Goods, coffee: Goods) -> None:
    put(client, rice.packs[1], 2)
    put(client, coffee.pack)
    assert client.get("/gio/").context["quote"].total_dong is None
    response = client.get("/gio/?province=92")
    html = text_of(response)
    for words in ("HTX Hương Quê Trần Đề", "HTX Cà phê Khe Sanh", "65.000 ₫", "25.000 ₫", "510.000 ₫", "600.000 ₫"):
        assert words in html, words
    assert "/dat-hang/?province=92" in html


def test_quantity_is_changed_with_a_word_about_it_and_the_province_kept(client: Client, rice: Goods) -> None:
    put(client, rice.packs[1], 2)
    response = client.post("/gio/sua/", {"pack": rice.packs[1].code, "quantity": "5", "province": "92"})
    assert (response.status_code, response["Location"]) == (303, "/gio/?province=92")
    assert lines() == [(rice.packs[1].code, 5)]
    assert "messages" in text_of(client.get("/gio/?province=92"))


@pytest.mark.parametrize("typed", ["-1", "0", "1,5", "1000000000", ""])
def test_a_wrong_quantity_is_told_and_changes_nothing(typed: str, client: Client, rice: Goods) -> None:
    put(client, rice.packs[1], 2)
    response = client.post("/gio/sua/", {"pack": rice.packs[1].code, "quantity": typed})
    html = text_of(response)
    assert response.status_code == 422
    assert f'value="{typed}"' in html and 'aria-invalid="true"' in html and "999" in response.context["wrong"].error
    assert lines() == [(rice.packs[1].code, 2)]


def test_what_is_taken_out_can_be_put_back_with_one_tap(client: Client, rice: Goods) -> None:
    put(client, rice.packs[1], 3)
    response = client.post("/gio/sua/", {"pack": rice.packs[1].code, "quantity": "3", "remove": "1"}, follow=True)
    removed = response.context["removed"]
    assert lines() == [] and removed == {"code": rice.packs[1].code, "quantity": 3, "name": "Gạo thơm ST25, túi 5 kg"}
    put(client, rice.packs[1], removed["quantity"])
    assert lines() == [(rice.packs[1].code, 3)]


def test_changing_what_is_not_there_changes_nothing(client: Client, rice: Goods, coffee: Goods) -> None:
    put(client, rice.packs[1], 3)
    stranger = Client()
    put(stranger, coffee.pack, 1)
    for visitor in (client, Client()):
        response = visitor.post("/gio/sua/", {"pack": coffee.pack.code, "remove": "1"})
        assert response.status_code == 303
    assert lines() == [(rice.packs[1].code, 3), (coffee.pack.code, 1)]


def test_goods_that_are_not_sold_online_are_refused_in_words(client: Client, cast: Cast, rice: Goods) -> None:
    shown = make_product(cast.huong_que, name="Rượu", sale_mode="showcase_only").pack
    for code in (shown.code, "KHONGCO2", ""):
        response = client.post("/gio/them/", {"pack": code, "quantity": "1"}, follow=True)
        assert response.status_code == 200 and len(list(response.context["messages"])) == 1
    assert not Basket.objects.exists()


def test_a_changed_price_is_shown_old_and_new_once(client: Client, cast: Cast, rice: Goods) -> None:
    put(client, rice.packs[1])
    set_price(pack=rice.packs[1], price_dong=199_000, actor=cast.lan_acts)
    html = text_of(client.get("/gio/"))
    assert "<s>195.000 ₫</s>" in html and "199.000 ₫" in html
    assert "<s>" not in text_of(client.get("/gio/"))


def test_too_few_left_offers_what_is_left_and_stops_the_order(client: Client, rice: Goods) -> None:
    put(client, rice.packs[0], 5)
    html = text_of(client.get("/gio/"))
    assert '<input type="hidden" name="quantity" value="3">' in html and "/dat-hang/" not in html
    client.post("/gio/sua/", {"pack": rice.packs[0].code, "quantity": "3"})
    assert "/dat-hang/" in text_of(client.get("/gio/"))


def test_sold_out_and_withdrawn_lines_stay_until_the_buyer_takes_them_out(
    client: Client, cast: Cast, rice: Goods, coffee: Goods
) -> None:
    put(client, rice.packs[0])
    put(client, coffee.pack)
    Batch.objects.filter(pack=rice.packs[0]).update(status="recalled")
    stop_selling(pack=coffee.pack, actor=cast.other_acts)
    troubles = {line.pack: line.trouble for line in client.get("/gio/").context["quote"].troubles}
    assert troubles == {rice.packs[0]: "sold_out", coffee.pack: "stopped"}
    assert len(lines()) == 2


@pytest.mark.parametrize("address", ["/gio/them/", "/gio/sua/"])
def test_acts_are_posts_with_the_form_of_this_site(address: str, rice: Goods) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    assert strict.get(address).status_code == 405
    assert strict.post(address, {"pack": rice.pack.code, "quantity": "1"}).status_code == 403
    assert not Basket.objects.exists()


def test_a_long_basket_asks_no_more_questions(client: Client, cast: Cast, rice: Goods) -> None:
    def fill(names: range) -> list[Pack]:
        return [make_product(cast.huong_que, name=f"Hàng {number}").pack for number in names]

    for pack in fill(range(3)):
        put(client, pack)
    client.get("/gio/?province=92")
    with CaptureQueriesContext(connection) as few:
        client.get("/gio/?province=92")
    for pack in fill(range(3, 20)):
        put(client, pack)
    client.get("/gio/")
    with CaptureQueriesContext(connection) as many:
        client.get("/gio/?province=92")
    assert len(many) == len(few)
