"""Delivery on the desk: the first fees in three taps, zones by place, a box that says what buyers will be told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from community.places.models import AdminUnit
from marketplace.shipping.models import DispatchDays, PickUpPoint, ShippingZone
from tests.cast import Cast, sign_in
from tests.making import make_product, make_zone
from traceability.products.models import Product

pytestmark = pytest.mark.django_db
ROOT = "/ban-hang/gui-hang/"
ZONE = {
    "name": "Miền Trung", "where": "named", "provinces": ["44"], "communes": "", "first_kg": "0,5",
    "first_dong": "22.000", "step_kg": "1", "step_dong": "4000", "days_min": "2", "days_max": "4",
}  # fmt: skip


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.lan)


def test_from_the_home_page_to_the_first_fees_is_three_taps(desk: Client, cast: Cast) -> None:
    first = desk.get(ROOT)
    assert ROOT.encode() in desk.get("/ban-hang/").content
    second = f"{ROOT}bat-dau/country/"
    assert second in first.content.decode()
    assert "gợi ý" in desk.get(second).content.decode()
    assert desk.post(second).status_code == 302
    assert [zone.name for zone in cast.huong_que.shipping_zones.all()] == ["Trong tỉnh", "Cả nước"]
    again = desk.post(second, follow=True)
    assert cast.huong_que.shipping_zones.count() == 2 and "đã có giá gửi" in again.content.decode()


def test_the_box_says_what_a_buyer_will_be_told(desk: Client, cast: Cast, places: dict[str, AdminUnit]) -> None:
    make_zone(cast.huong_que)
    make_zone(cast.huong_que, places["31783"], first_dong=7_000, step_dong=0, name="Phường bên")
    page = desk.get(ROOT, {"kg": "3,5", "to": "vinh chau can tho"})
    assert page.context["tried"].way.dong == 7_000 and page.context["tried"].place == places["31783"]
    assert desk.get(ROOT, {"kg": "3,5", "to": "Khe Sanh"}).context["tried"].way.dong == 35_000
    cold = desk.get(ROOT, {"kg": "1", "to": "Khe Sanh", "cold": "on"}).context["tried"]
    assert cold.way is None and "giữ lạnh" in cold.why_not


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"communes": "Không Có Xã"}, "communes", "Không có xã"),
        ({"first_kg": "hai ký"}, "first_kg", "số ký"),
        ({"first_dong": "22k"}, "first_dong", "chữ số"),
        ({"provinces": []}, "where", "một tỉnh"),
        ({"provinces": ["92"]}, "__all__", "đã nằm trong vùng"),
        ({"where": "everywhere"}, "__all__", "phần còn lại"),
        ({"chilled_dong": "5.000"}, "__all__", "hàng lạnh"),
        ({"days_max": "1"}, "__all__", "nhanh nhất"),
    ],
)
def test_a_refusal_says_why_keeps_what_was_typed_and_saves_nothing(
    desk: Client, cast: Cast, places: dict[str, AdminUnit], change: dict[str, Any], field: str, words: str
) -> None:
    make_zone(cast.huong_que)
    make_zone(cast.huong_que, places["92"])
    page = desk.post(f"{ROOT}vung/", ZONE | change)
    assert page.status_code == 400 and words in " ".join(page.context["form"].errors[field])
    assert "Miền Trung" in page.content.decode() and ShippingZone.objects.count() == 2


def test_a_zone_is_written_with_the_communes_as_people_type_them_and_shown_again(desk: Client, cast: Cast) -> None:
    assert desk.post(f"{ROOT}vung/", ZONE | {"communes": "xa tran de\nPhường Vĩnh Châu, Cần Thơ"}).status_code == 302
    zone = ShippingZone.objects.get()
    assert {spot.unit.code for spot in zone.places.all()} == {"44", "31673", "31783"}
    assert (zone.first_grams, zone.first_dong, zone.step_dong) == (500, 22_000, 4_000)
    shown = desk.get(f"{ROOT}vung/{zone.code}/").context["form"].initial
    assert (
        desk.post(f"{ROOT}vung/{zone.code}/", {key: value for key, value in shown.items() if value}).status_code == 302
    )
    assert ShippingZone.objects.get().places.count() == 3


def test_taking_away_the_last_zone_warns_first(desk: Client, cast: Cast) -> None:
    zone = make_zone(cast.huong_que)
    page = desk.get(f"{ROOT}vung/{zone.code}/bo/")
    assert "không ai mua được nữa" in page.content.decode() and ShippingZone.objects.exists()
    assert desk.post(f"{ROOT}vung/{zone.code}/bo/").status_code == 302
    assert not ShippingZone.objects.exists()


def test_a_place_days_and_cold_goods_are_told_and_shown(desk: Client, cast: Cast) -> None:
    fish = make_product(cast.huong_que, name="Cá thát lát").product
    place = {"name": "Kho HTX", "address_line": "ấp 3", "commune": "Trần Đề", "hours": "7–17", "phone": "0299 3822 123"}
    assert desk.post(f"{ROOT}diem-lay/", place).status_code == 302
    assert desk.post(f"{ROOT}ngay/", {"weekdays": ["1", "3"], "cut_off_hour": "15"}).status_code == 302
    assert desk.post(f"{ROOT}hang-lanh/", {"products": [fish.code]}).status_code == 302
    assert PickUpPoint.objects.get().commune == cast.tran_de and DispatchDays.objects.get().weekdays == 0b1010
    assert Product.objects.get(pk=fish.pk).needs_cold
    told = desk.get(ROOT).content.decode()
    for words in ("Kho HTX", "Thứ Ba, Thứ Năm", "Cá thát lát"):
        assert words in told
    point = PickUpPoint.objects.get()
    assert desk.post(f"{ROOT}diem-lay/{point.code}/dong/").status_code == 302
    assert desk.get(f"{ROOT}diem-lay/{point.code}/").status_code == 404
