"""Placing the order without JavaScript: nothing typed is lost, nothing is ordered that the buyer did not see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from community.places.models import AdminUnit
from marketplace.basket.models import BasketLine
from marketplace.listings.writing import set_price, stop_selling
from marketplace.orders.models import Allocation, Order, Parcel
from marketplace.payments.models import Payment
from marketplace.shipping.models import ShippingZone
from tests.cast import Cast
from tests.making import Goods
from tests.marketplace.shopping.browsing import BUYER, checkout_form, inputs, place, put, text_of
from traceability.batches.models import Batch
from traceability.products.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client: Client, rice: Goods, coffee: Goods) -> Client:
    """Has two bags of rice and one pack of coffee in the basket: 510.000 ₫ of goods."""
    put(client, rice.packs[1], 2)
    put(client, coffee.pack, 1)
    return client


def world() -> tuple[Any, ...]:
    """Everything a refused order must leave alone."""
    return (
        Order.objects.count(),
        Parcel.objects.count(),
        Allocation.objects.count(),
        Payment.objects.count(),
        list(BasketLine.objects.order_by("pk").values_list("pack_id", "quantity")),
        list(Batch.objects.order_by("pk").values_list("pk", "on_hand_base", "available_base")),
    )


def test_one_order_two_parcels_goods_held_and_a_transfer_for_each(buyer: Client, rice: Goods) -> None:
    response = place(buyer)
    order = Order.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/don/{order.token}/")
    assert (order.goods_dong, order.shipping_dong, order.total_dong) == (510_000, 90_000, 600_000)
    assert (order.buyer_phone, order.place_text) == ("+84905111222", "Xã Trần Đề, Thành phố Cần Thơ")
    assert order.parcels.count() == Payment.objects.filter(order=order, status="pending").count() == 2
    assert Batch.objects.get(pack=rice.packs[1]).packs_available == 10
    assert not BasketLine.objects.exists() and response.cookies["basket_count"].value == "0"


def test_the_same_form_twice_is_one_order(buyer: Client) -> None:
    form = checkout_form(buyer)
    first, second = buyer.post("/dat-hang/", form), buyer.post("/dat-hang/", form)
    assert first["Location"] == second["Location"] and second.status_code == 303
    assert Order.objects.count() == 1 and Payment.objects.count() == 2


def test_the_province_button_brings_its_communes_and_keeps_what_was_typed(buyer: Client) -> None:
    typed = {"name": "Minh", "phone": "09", "landmark": "cổng xanh", "province": "44", "choose_province": "1"}
    response = buyer.post("/dat-hang/", inputs(buyer.get("/dat-hang/")) | typed)
    html = text_of(response)
    assert response.status_code == 200
    assert "Xã Khe Sanh" in html and "Xã Trần Đề" not in html
    assert 'value="Minh"' in html and 'value="09"' in html and 'value="cổng xanh"' in html
    assert not response.context["form"].errors
    assert inputs(response)["shown_total"] == "600000"


def test_the_fragment_has_communes_and_sums_for_a_province(buyer: Client) -> None:
    response = buyer.get("/dat-hang/xa/?province=44")
    html = text_of(response)
    assert 'id="o-xa"' in html and 'id="o-tien"' in html and "Xã Đakrông" in html and "600.000 ₫" in html
    assert "<html" not in html
    assert Client().get("/dat-hang/xa/?province=zz").status_code == 200


WRONG = [
    ({"phone": "0905"}, "phone"),
    ({"phone": "0123 456 789"}, "phone"),
    ({"phone": ""}, "phone"),
    ({"name": "  "}, "name"),
    ({"landmark": ""}, "landmark"),
    ({"commune": "19429"}, "commune"),
    ({"commune": "92"}, "commune"),
    ({"commune": ""}, "commune"),
    ({"province": ""}, "province"),
    ({"province": "31673"}, "province"),
    ({"email": "minh@"}, "email"),
    ({"alt_phone": "12"}, "alt_phone"),
    ({"alt_name": "Chị Hai"}, "alt_phone"),
    ({"note": "x" * 301}, "note"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_a_wrong_field_is_named_what_was_typed_stays_and_nothing_is_ordered(
    changes: dict[str, str], field: str, buyer: Client
) -> None:
    before = world()
    response = place(buyer, **changes)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert 'value="Nguyễn Minh"' in text_of(response) or field == "name"
    assert world() == before


def test_a_commune_of_another_province_gets_its_own_sentence(buyer: Client) -> None:
    response = place(buyer, commune="19429")
    assert "Xã Trần Đề" in text_of(response) and len(response.context["form"].errors["commune"]) == 1


def test_a_gone_commune_cannot_be_chosen(buyer: Client) -> None:
    form = checkout_form(buyer)
    AdminUnit.objects.filter(code="31673").update(is_current=False, gone_at="2026-07-01T00:00:00Z")
    before = world()
    assert buyer.post("/dat-hang/", form).status_code == 422
    assert world() == before


def test_a_changed_price_stops_the_order_shows_both_and_the_next_press_works(
    buyer: Client, cast: Cast, rice: Goods
) -> None:
    form = checkout_form(buyer)
    set_price(pack=rice.packs[1], price_dong=199_000, actor=cast.lan_acts)
    before = world()
    response = buyer.post("/dat-hang/", form)
    html = text_of(response)
    assert response.status_code == 409
    assert "<s>195.000 ₫</s>" in html and "199.000 ₫" in html and 'value="Nguyễn Minh"' in html
    assert world() == before
    again = inputs(response)
    assert again["shown_total"] == "608000" and again["form_token"] == form["form_token"]
    assert buyer.post("/dat-hang/", form | {"shown_total": again["shown_total"]}).status_code == 303
    assert Order.objects.get().total_dong == 608_000


def test_a_changed_fee_stops_the_order(buyer: Client) -> None:
    form = checkout_form(buyer)
    ShippingZone.objects.update(first_dong=26_000)
    before = world()
    response = buyer.post("/dat-hang/", form)
    assert response.status_code == 409 and "600.000 ₫" in text_of(response) and "602.000 ₫" in text_of(response)
    assert world() == before


@pytest.mark.parametrize("shown", ["1", "", "abc", "-600000", "9" * 5000, "600000.0"])
def test_a_sum_from_the_client_is_never_charged(shown: str, buyer: Client) -> None:
    before = world()
    assert place(buyer, shown_total=shown).status_code == 409
    assert world() == before


def test_somebody_faster_stops_the_order_and_the_basket_can_be_mended(buyer: Client, rice: Goods) -> None:
    form = checkout_form(buyer)
    Batch.objects.filter(pack=rice.packs[1]).update(available_base=5000)
    before = world()
    response = buyer.post("/dat-hang/", form)
    assert response.status_code == 409 and 'href="/gio/"' in text_of(response)
    assert not response.context["can_order"] and world() == before


def test_goods_withdrawn_meanwhile_stop_the_order(buyer: Client, cast: Cast, coffee: Goods) -> None:
    form = checkout_form(buyer)
    stop_selling(pack=coffee.pack, actor=cast.other_acts)
    before = world()
    assert buyer.post("/dat-hang/", form).status_code == 409
    assert world() == before


def test_a_cooperative_that_does_not_send_there_is_named(buyer: Client, cast: Cast) -> None:
    form = checkout_form(buyer)
    ShippingZone.objects.filter(cooperative=cast.other_cooperative).delete()
    before = world()
    response = buyer.post("/dat-hang/", form)
    assert response.status_code == 409 and "HTX Cà phê Khe Sanh" in response.context["changed"]
    assert world() == before


@pytest.mark.parametrize("token", ["", "1", "x" * 41, "a b c d e f g h i j k l m"])
def test_an_old_page_is_told_so_and_gets_a_new_token(token: str, buyer: Client) -> None:
    before = world()
    response = place(buyer, form_token=token)
    assert response.status_code == 422 and response.context["form"].non_field_errors()
    assert len(inputs(response)["form_token"]) >= 20 and inputs(response)["form_token"] != token
    assert world() == before


def test_a_form_without_this_sites_token_is_refused(rice: Goods) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/dat-hang/", BUYER | {"form_token": "x" * 30, "shown_total": "1"})
    assert response.status_code == 403 and not Order.objects.exists()


def test_an_empty_basket_leads_back_to_the_basket(client: Client, site_ready: None) -> None:
    assert client.get("/dat-hang/")["Location"] == "/gio/"
    response = client.post("/dat-hang/", BUYER | {"form_token": "x" * 30, "shown_total": "0"})
    assert (response.status_code, response["Location"]) == (303, "/gio/")


def test_the_order_speaks_the_language_it_was_placed_in(buyer: Client) -> None:
    form = checkout_form(buyer)
    response = buyer.post("/en/dat-hang/", form)
    assert response["Location"].startswith("/en/don/") and Order.objects.get().language == "en"


def test_the_age_is_asked_for_alcohol_only_and_must_be_said(buyer: Client, coffee: Goods) -> None:
    assert "is_adult" not in text_of(buyer.get("/dat-hang/"))
    Product.objects.filter(pk=coffee.product.pk).update(sale_mode="online_age_gated", abv_percent=12)
    before = world()
    refused = place(buyer)
    assert refused.status_code == 422 and "từ 18 tuổi" in text_of(refused)
    assert world() == before
    assert place(buyer, is_adult="on").status_code == 303
    assert Order.objects.get().adult_confirmed_at is not None
