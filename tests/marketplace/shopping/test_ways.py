"""What a buyer reads and chooses about delivery before paying: the fee of the commune, cold goods, collecting."""

from __future__ import annotations

import pytest
from django.test import Client

from community.places.models import AdminUnit
from marketplace.orders.models import Order
from marketplace.shipping.arranging import PointFacts, save_point, set_dispatch_days
from marketplace.shipping.models import PickUpPoint, ShippingZone
from tests.cast import Cast
from tests.making import Goods, make_zone
from tests.marketplace.shopping.browsing import checkout_form, inputs, place, put, text_of
from traceability.products.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client: Client, rice: Goods) -> Client:
    put(client, rice.packs[1], 2)  # 390.000 ₫, 10 kg: 65.000 ₫ by the zone for everywhere
    return client


@pytest.fixture
def store(cast: Cast, rice: Goods) -> PickUpPoint:
    facts = PointFacts("Kho HTX", cast.tran_de, "ấp 3", "7–17 giờ", "+842993822123")
    return save_point(cooperative=cast.huong_que, facts=facts, actor=cast.lan_acts)


def test_the_fee_of_the_commune_shows_with_the_old_sum_beside_it_and_the_next_press_orders(
    buyer: Client, cast: Cast, places: dict[str, AdminUnit]
) -> None:
    make_zone(cast.huong_que, places["31673"], first_dong=9_000, step_dong=0, name="Xã nhà")
    first = place(buyer)  # the page with the province alone showed the fee for everywhere
    assert first.status_code == 409 and not Order.objects.exists()
    assert "455.000 ₫" in text_of(first) and "399.000 ₫" in text_of(first)
    again = checkout_form(buyer) | {name: inputs(first)[name] for name in ("form_token", "shown_total")}
    assert buyer.post("/dat-hang/", again).status_code == 303
    assert Order.objects.get().shipping_dong == 9_000


def test_the_piece_for_the_script_knows_the_commune_and_the_chosen_place(
    buyer: Client, cast: Cast, places: dict[str, AdminUnit], store: PickUpPoint
) -> None:
    make_zone(cast.huong_que, places["31673"], first_dong=9_000, step_dong=0, name="Xã nhà")
    for asked, total in (({}, "455.000 ₫"), ({"commune": "31673"}, "399.000 ₫"),
                         ({f"way_{cast.huong_que.code}": store.code}, "390.000 ₫")):  # fmt: skip
        assert total in text_of(buyer.get("/dat-hang/xa/", {"province": "92"} | asked))


def test_cold_goods_are_named_where_they_cannot_go(buyer: Client, rice: Goods, coffee: Goods) -> None:
    put(buyer, coffee.pack)
    Product.objects.filter(pk=rice.product.pk).update(needs_cold=True)
    for path in ("/gio/?province=92", "/dat-hang/?province=92", f"/san-pham/{rice.listing.slug}/?province=92"):
        assert "Gạo thơm ST25 phải giữ lạnh" in text_of(buyer.get(path)), path
    answer = place(buyer)
    assert answer.status_code == 409 and not Order.objects.exists()
    ShippingZone.objects.update(carries_chilled=True, chilled_dong=11_000)
    page = text_of(buyer.get("/dat-hang/?province=92"))
    assert "Trong đó 11.000 ₫ là phí giữ lạnh" in page and "76.000 ₫" in page


def test_a_parcel_is_collected_without_an_address_and_the_pages_say_where(buyer: Client, store: PickUpPoint) -> None:
    shown = inputs(buyer.get("/dat-hang/"))
    form = {"name": "Minh", "phone": "0905 111 222", f"way_{store.cooperative.code}": store.code}
    first = buyer.post("/dat-hang/", form | {name: shown[name] for name in ("form_token", "shown_total")})
    assert first.status_code == 409  # no sum was shown yet: it says what it comes to
    again = form | {name: inputs(first)[name] for name in ("form_token", "shown_total")}
    answer = buyer.post("/dat-hang/", again)
    assert answer.status_code == 303
    order = Order.objects.get()
    assert (order.total_dong, order.shipping_dong, order.commune) == (390_000, 0, store.commune)
    assert "Bạn đến lấy tại" in text_of(buyer.get(answer["Location"]))
    assert store.place_text in text_of(buyer.get(answer["Location"]))


def test_a_place_that_closed_meanwhile_is_refused_in_words(buyer: Client, store: PickUpPoint) -> None:
    form = checkout_form(buyer) | {f"way_{store.cooperative.code}": store.code, "shown_total": "390000"}
    PickUpPoint.objects.update(is_open=False)
    answer = buyer.post("/dat-hang/", form)
    assert answer.status_code in (409, 422) and not Order.objects.exists()


def test_who_does_not_collect_still_needs_an_address(buyer: Client, store: PickUpPoint) -> None:
    form = {"name": "Minh", "phone": "0905 111 222", f"way_{store.cooperative.code}": ""}
    answer = buyer.post("/dat-hang/", form | {"form_token": "t" * 24, "shown_total": "0"})
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"province", "commune", "landmark"}


def test_the_days_are_told_on_every_page_before_paying_and_after(buyer: Client, cast: Cast, rice: Goods) -> None:
    set_dispatch_days(cooperative=cast.huong_que, weekdays=range(7), cut_off_hour=24, actor=cast.lan_acts)
    pages = ["/gio/?province=92", "/dat-hang/?province=92", f"/san-pham/{rice.listing.slug}/?province=92"]
    pages.append(place(buyer)["Location"])
    put(buyer, rice.packs[1], 2)
    for path in pages:
        assert "đến khoảng" in text_of(buyer.get(path)), path
