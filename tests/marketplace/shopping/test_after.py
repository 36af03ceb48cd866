"""After the order: the same once more, the lost link, the clocks that are seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community import clock
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.basket.models import Basket
from marketplace.listings.models import Offer
from marketplace.orders.again import put_again
from marketplace.orders.finding import PER_DAY, order_code_of, send_link
from marketplace.orders.fulfilling import (
    accept_parcel,
    deliver_parcel,
    end_parcel,
    pack_parcel,
    reserved_picks,
    ship_parcel,
)
from marketplace.orders.models import Order, Parcel
from marketplace.orders.settling import mark_parcel_paid
from marketplace.orders.states import BUYER, SELLER, ParcelStatus
from tests.cast import Cast
from tests.making import Goods, fill_basket, make_order
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db
TEST = Actor.system("test")


@pytest.fixture
def order(cast: Cast, rice: Goods, coffee: Goods) -> Order:
    return make_order(fill_basket((rice.packs[1], 2), (coffee.pack, 1)), commune=cast.tran_de)


def sent(parcel: Parcel, *, by: str = SELLER) -> Parcel:
    mark_parcel_paid(parcel=parcel, actor=TEST)
    accept_parcel(parcel=parcel, actor=TEST)
    pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=TEST)
    parcel = ship_parcel(parcel=parcel, courier="VNPost", courier_code="EB1", actor=TEST)
    return deliver_parcel(parcel=parcel, actor=TEST, by=by)


def filled() -> Basket:
    """The one that was filled last; the order's own is empty."""
    return Basket.objects.order_by("pk")[Basket.objects.count() - 1]


class TestAgain:
    def test_the_same_packs_lie_in_the_basket_and_twice_is_once(self, client: Client, order: Order) -> None:
        for _press in range(2):
            answer = client.post(f"/don/{order.token}/mua-lai/")
            assert answer.status_code == 303 and answer["Location"].endswith("/gio/")
        lines = filled().lines.order_by("pk")
        assert [(line.pack.code, line.quantity) for line in lines] == [
            (line.pack.code, line.quantity) for parcel in order.parcels.order_by("pk") for line in parcel.lines.all()
        ]

    def test_what_is_gone_or_dearer_is_said(self, client: Client, order: Order, rice: Goods, coffee: Goods) -> None:
        Offer.objects.filter(pack=coffee.pack).update(on_sale=False)
        Offer.objects.filter(pack=rice.packs[1]).update(price_dong=205_000)
        page = text_of(client.post(f"/don/{order.token}/mua-lai/", follow=True))
        assert "Cà phê Khe Sanh hiện không bán" in page
        assert "đắt hơn: 205.000 ₫, trước là 195.000 ₫" in page
        assert [line.pack_id for line in filled().lines.all()] == [rice.packs[1].pk]

    def test_more_of_it_that_lies_there_already_stays(self, order: Order, rice: Goods) -> None:
        basket = fill_basket((rice.packs[1], 5))
        put_again(basket=basket, order=order)
        assert basket.lines.get(pack=rice.packs[1]).quantity == 5

    def test_of_an_order_of_which_nothing_is_sold_any_more_nothing_is_put(self, client: Client, order: Order) -> None:
        Offer.objects.update(on_sale=False)
        answer = client.post(f"/don/{order.token}/mua-lai/")
        assert answer["Location"].endswith(f"/don/{order.token}/")
        assert not Basket.objects.filter(lines__isnull=False).exists()


class TestTheLostLink:
    ASK = {"code": " 7k3f-1 ", "phone": "0905 111 222"}

    def ask(self, client: Client, **typed: str) -> tuple[int, str]:
        answer = client.post("/tim-don/", typed)
        return answer.status_code, answer.get("Location", "")

    def test_it_goes_to_the_telephone_of_the_order_and_nowhere_else(self, client: Client, order: Order) -> None:
        there = self.ask(client, code=order.code.lower(), phone="0905.111.222")
        message = OutboxMessage.objects.get(kind="order_link")
        assert message.to == order.buyer_phone and order.token in message.text
        assert there == (303, "/tim-don/?da-gui=1")

    @pytest.mark.parametrize("typed", [{"phone": "0912 345 678"}, {"code": "ABCDEF"}], ids=["phone", "code"])
    def test_the_answer_is_the_same_when_there_is_no_such_order(
        self, client: Client, order: Order, typed: dict[str, str]
    ) -> None:
        right = {"code": order.code, "phone": "0905111222"}
        assert self.ask(client, **(right | typed)) == (303, "/tim-don/?da-gui=1")
        assert not OutboxMessage.objects.filter(kind="order_link").exists()
        page = client.get("/tim-don/?da-gui=1")
        assert order.token not in text_of(page)

    def test_a_forgotten_order_is_not_found(self, order: Order) -> None:
        Order.objects.filter(pk=order.pk).update(erased_at=clock.now(), buyer_phone="")
        assert not send_link(code=order.code, phone="0905111222")

    def test_it_is_not_sent_all_day(self, order: Order) -> None:
        now = clock.now()
        sends = []
        for minute in range(PER_DAY + 2):
            with clock.at(now + timedelta(minutes=minute)):
                sends.append(send_link(code=order.code, phone="0905111222"))
        assert sends == [True] * PER_DAY + [False] * 2
        with clock.at(now + timedelta(days=1, hours=1)):
            assert send_link(code=order.code, phone="0905111222")

    def test_guessing_stops_after_a_while(self, client: Client, order: Order) -> None:
        answers = [self.ask(client, code="ABCDE" + letter, phone="0905111222")[0] for letter in "2345678"]
        assert answers == [303] * 6 + [429]

    def test_what_is_no_code_or_number_is_said_at_its_field(self, client: Client) -> None:
        answer = client.post("/tim-don/", {"code": "7K", "phone": "12"})
        assert answer.status_code == 422
        assert "ví dụ 7K3F2Q" in text_of(answer) and "0912 345 678" in text_of(answer)

    @pytest.mark.parametrize(
        ("typed", "code"), [("7k3f2q", "7K3F2Q"), (" #7K3F 2Q ", "7K3F2Q"), ("7K3F2Q-1", "7K3F2Q"), ("đơn", "N")]
    )
    def test_a_code_is_read_as_people_type_it(self, typed: str, code: str) -> None:
        assert order_code_of(typed) == code


class TestWhatIsSeenAndSaid:
    def test_the_clock_of_complaining_stands_on_the_page(self, client: Client, order: Order) -> None:
        parcel = sent(order.parcels.order_by("pk")[0])
        page = text_of(client.get(f"/don/{order.token}/"))
        assert parcel.delivered_at is not None
        until = parcel.delivered_at + timedelta(days=7)
        assert f"{until.astimezone():%d/%m/%Y}" in page and "Bạn báo được đến" in page

    def test_the_page_can_be_looked_at_again_without_a_script(self, client: Client, order: Order) -> None:
        page = text_of(client.get(f"/don/{order.token}/"))
        assert f'href="/don/{order.token}/"' in page and "Xem lại" in page

    def test_who_paid_hears_that_the_seller_cannot_send(self, order: Order) -> None:
        parcel = mark_parcel_paid(parcel=order.parcels.order_by("pk")[0], actor=TEST)
        end_parcel(parcel=parcel, to=ParcelStatus.REJECTED, reason="hết hàng", actor=TEST)
        said = OutboxMessage.objects.get(kind="parcel_rejected")
        assert "hết hàng" in said.text and "trả lại đủ tiền" in said.text and order.token in said.text

    def test_what_the_buyer_cancels_is_not_told_to_the_buyer(self, order: Order) -> None:
        end_parcel(parcel=order.parcels.order_by("pk")[0], to=ParcelStatus.CANCELLED, reason="buyer", actor=TEST)
        assert not OutboxMessage.objects.filter(kind="parcel_rejected").exists()

    @pytest.mark.parametrize(("by", "told"), [(SELLER, 1), (BUYER, 0)])
    def test_the_sellers_word_that_it_arrived_is_told(self, order: Order, by: str, told: int) -> None:
        sent(order.parcels.order_by("pk")[0], by=by)
        assert OutboxMessage.objects.filter(kind="parcel_delivered").count() == told

    def test_every_message_to_a_buyer_has_the_words_of_a_template(self, order: Order) -> None:
        message = OutboxMessage.objects.get(kind="order_placed")
        assert set(message.facts) == {"code", "total", "seller", "link"} and message.facts["code"] == order.code
