"""Transfer on delivery as the buyer meets it: a third way at the checkout, the code to pay early, both ways back."""

from __future__ import annotations

import pytest
from django.test import Client

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import OrderStatus, ParcelStatus
from marketplace.payments.models import Payment
from marketplace.receiving.on_delivery import set_terms
from tests.cast import Cast
from tests.making import Goods
from tests.marketplace.payments.stage import transfer
from tests.marketplace.shopping.browsing import place, put, text_of

pytestmark = pytest.mark.django_db
ASKED = 'value="on_delivery"'


def offer(cooperative, most: int = 1_000_000) -> None:
    set_terms(cooperative=cooperative, offered=True, most_dong=most, actor=Actor.system("test"))


@pytest.fixture
def buyer(client: Client, rice: Goods, coffee: Goods) -> Client:
    put(client, rice.packs[1], 2)
    put(client, coffee.pack, 1)
    return client


def test_nobody_is_asked_where_nobody_offers_it(buyer: Client) -> None:
    assert ASKED not in text_of(buyer.get("/dat-hang/"))


def test_the_choice_names_who_sends_first_and_who_does_not(buyer: Client, cast: Cast) -> None:
    offer(cast.huong_que)
    html = text_of(buyer.get("/dat-hang/"))
    assert ASKED in html and cast.huong_que.name in html and f"{cast.other_cooperative.name} gửi hàng sau" in html


def test_what_may_goes_to_its_seller_at_once_and_the_rest_waits(buyer: Client, cast: Cast) -> None:
    offer(cast.huong_que)
    page = text_of(buyer.get(place(buyer, pay="on_delivery")["Location"]))
    later, first = Order.objects.get().parcels.order_by("on_delivery")[::-1]
    assert (later.cooperative, later.status, later.paid_at) == (cast.huong_que, ParcelStatus.NEW, None)
    assert (first.status, Payment.objects.count()) == (ParcelStatus.AWAITING_PAYMENT, 2)
    assert "khi nhận hàng" in page and "Trả luôn bây giờ" in page


@pytest.mark.parametrize(("both", "says"), [(True, "chuyển khoản khi nhận hàng"), (False, "trả ngay 145.000")])
def test_the_message_promises_no_more_than_what_may_wait(buyer: Client, cast: Cast, both: bool, says: str) -> None:
    offer(cast.huong_que)
    if both:
        offer(cast.other_cooperative)
    place(buyer, pay="on_delivery")
    [told] = OutboxMessage.objects.filter(kind="order_placed")
    assert says in told.text and Order.objects.get().token in told.text


def test_without_a_choice_or_with_an_invented_one_nothing_is_ordered(buyer: Client, cast: Cast) -> None:
    offer(cast.huong_que)
    for wrong in ("", "cash"):
        assert place(buyer, pay=wrong).status_code == 422
    assert not Order.objects.exists()


def test_a_telephone_that_owes_is_told_so_and_keeps_its_basket(buyer: Client, cast: Cast, settings) -> None:
    settings.ON_DELIVERY_PER_PHONE = 1
    offer(cast.huong_que)
    place(buyer, pay="on_delivery")
    put(buyer, Order.objects.get().parcels.first().lines.first().pack, 1)
    before = Order.objects.count()
    answer = place(buyer, pay="on_delivery")
    assert answer.status_code == 409 and "Số điện thoại này còn đơn khác" in text_of(answer)
    assert Order.objects.count() == before == 1
    assert place(buyer, pay="now").status_code == 303


def test_another_way_needs_no_new_order(buyer: Client, cast: Cast) -> None:
    offer(cast.huong_que)
    place(buyer, pay="now")
    order = Order.objects.get()
    parcel = order.parcels.get(cooperative=cast.huong_que)
    base = f"/don/{order.token}/"
    assert "tra-sau" in text_of(buyer.get(base))
    assert buyer.post(base + "tra-sau/", {"parcel": parcel.code}).status_code == 303
    parcel.refresh_from_db()
    assert (parcel.status, parcel.on_delivery) == (ParcelStatus.NEW, True)
    buyer.post(base + "tra-sau/", {"parcel": parcel.code})  # a second press changes nothing
    transfer(parcel.payments.get())  # and back: paid early, with the same code
    parcel.refresh_from_db()
    assert parcel.paid_at is not None and Order.objects.count() == 1
    other = order.parcels.exclude(pk=parcel.pk).get()
    assert buyer.post(base + "tra-sau/", {"parcel": other.code}).status_code == 303
    other.refresh_from_db()
    assert (other.status, other.on_delivery) == (ParcelStatus.AWAITING_PAYMENT, False)


def test_a_delivered_parcel_asks_for_its_money_and_thanks_when_it_came(buyer: Client, cast: Cast) -> None:
    offer(cast.huong_que)
    offer(cast.other_cooperative)
    token = place(buyer, pay="on_delivery")["Location"]
    Parcel.objects.update(status=ParcelStatus.DELIVERED, delivered_at="2026-11-20T03:00:00Z")
    assert "mời chuyển khoản 600.000" in text_of(buyer.get(token))
    for payment in Payment.objects.all():
        transfer(payment)
    page = text_of(buyer.get(token))
    assert Order.objects.get().status == OrderStatus.COMPLETED and "mời chuyển khoản" not in page
