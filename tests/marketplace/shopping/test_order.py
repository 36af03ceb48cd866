"""The order's page: its secret link is the only key; it says what to pay, where the goods are and of which batch."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
import zxingcpp
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from community import clock
from community.audit.actors import Actor
from community.text.dates import show_datetime
from marketplace.listings.models import Listing
from marketplace.orders.fulfilling import accept_parcel, end_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.orders.settling import mark_parcel_paid
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.models import Payment
from marketplace.payments.refunds.refunding import request_due_refunds
from tests.cast import Cast
from tests.making import Goods, fill_basket, make_order, make_product, make_published_batch
from tests.marketplace.shopping.browsing import text_of
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast: Cast, rice: Goods, coffee: Goods) -> Order:
    """Two bags of rice and a pack of coffee, to be paid by two transfers."""
    order = make_order(fill_basket((rice.packs[1], 2), (coffee.pack, 1)), commune=cast.tran_de)
    start_order_payments(order=order, actor=Actor.buyer())
    return order


def page(client: Client, order: Order, more: str = "") -> Any:
    return client.get(f"/don/{order.token}/{more}")


def first(order: Order) -> Parcel:
    return order.parcels.order_by("pk").first()


def paid(order: Order) -> Parcel:
    return mark_parcel_paid(parcel=first(order), actor=Actor.system("test"))


def test_the_link_opens_the_order_and_is_kept_out_of_every_store(client: Client, order: Order) -> None:
    response = page(client, order)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in text_of(response)
    assert "canonical" not in text_of(response)


@pytest.mark.parametrize("more", ["", "qr/00000000-0000-0000-0000-000000000000.svg"])
def test_an_unknown_link_opens_nothing(more: str, client: Client, order: Order) -> None:
    assert client.get(f"/don/x{order.token[:-1]}/{more}").status_code == 404
    assert client.get(f"/don/{order.code}/{more}").status_code == 404


def test_each_transfer_is_told_line_by_line(client: Client, order: Order) -> None:
    html = text_of(page(client, order))
    for payment in Payment.objects.filter(order=order).select_related("account"):
        assert payment.memo_code in html
        assert payment.account.holder in html and payment.account.bank_name in html
        assert f'data-copy="{payment.account.account_number}"' in html
        assert f'data-copy="{payment.amount_dong}"' in html
        assert f"payment={payment.uuid}" in html
    assert "455.000 ₫" in html and "145.000 ₫" in html


def test_the_code_is_the_transfer_itself(client: Client, order: Order, tmp_path) -> None:
    payment = Payment.objects.filter(order=order).first()
    picture = page(client, order, f"qr/{payment.uuid}.png")
    (tmp_path / "qr.png").write_bytes(picture.content)
    (read,) = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
    card = page(client, order).context["to_pay"][0]
    assert read.text == card.payload and payment.memo_code in read.text
    drawing = page(client, order, f"qr/{payment.uuid}.svg")
    assert drawing["Content-Type"] == "image/svg+xml" and "no-store" in drawing["Cache-Control"]
    assert ET.fromstring(drawing.content).tag.endswith("svg")


def test_a_code_is_shown_only_under_its_own_order(client: Client, cast: Cast, order: Order, coffee: Goods) -> None:
    other = make_order(fill_basket((coffee.pack, 1)), commune=cast.tran_de)
    payment = Payment.objects.filter(order=order).first()
    assert page(client, other, f"qr/{payment.uuid}.svg").status_code == 404


def test_steps_follow_the_parcel_from_the_transfer_to_the_courier(client: Client, cast: Cast, order: Order) -> None:
    def now_and_done() -> tuple[int, list[str]]:
        steps = page(client, order).context["parcels"][0].steps
        return sum(step.kind == "" for step in steps), [step.kind for step in steps if step.kind in ("now", "miss")]

    assert now_and_done() == (1, ["now"])
    parcel = paid(order)
    assert now_and_done() == (2, ["now"])
    parcel = accept_parcel(parcel=parcel, actor=cast.lan_acts)
    assert now_and_done() == (3, ["now"])
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    assert now_and_done() == (4, ["now"])
    ship_parcel(parcel=parcel, courier="Viettel Post", courier_code="VTP123", actor=cast.lan_acts)
    assert now_and_done() == (5, ["now"])
    html = text_of(page(client, order))
    assert "Viettel Post VTP123" in html
    batch = Batch.objects.get(pack__product__name="Gạo thơm ST25", pack__name="túi 5 kg")
    assert f'href="{batch_path(batch)}"' in html and batch.lot_code in html


def test_a_paid_parcel_shows_no_code_and_the_other_one_still_does(client: Client, order: Order) -> None:
    paid(order)
    cards = {card.state for card in page(client, order).context["to_pay"]}
    html = text_of(page(client, order))
    assert cards == {"waiting"} and html.count("/qr/") == 2  # one picture to see, one to keep
    assert "455.000 ₫" in html


def test_the_buyer_cancels_before_packing_and_the_goods_go_back(client: Client, order: Order, rice: Goods) -> None:
    parcel = paid(order)
    response = client.post(f"/don/{order.token}/huy/", {"parcel": parcel.code}, follow=True)
    assert response.status_code == 200 and len(list(response.context["messages"])) == 1
    parcel.refresh_from_db()
    assert (parcel.status, parcel.end_reason) == (ParcelStatus.CANCELLED, "buyer")
    assert Batch.objects.get(pack=rice.packs[1]).packs_available == 12
    assert Parcel.objects.exclude(pk=parcel.pk).get(order=order).status == ParcelStatus.AWAITING_PAYMENT
    assert not page(client, order).context["parcels"][0].can_cancel


def test_the_total_leaves_out_what_was_cancelled_and_the_card_asks_for_the_rest(
    client: Client, order: Order, settings: Any
) -> None:
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    facts = page(client, order).context
    assert (facts["total_dong"], facts["by_card_dong"]) == (order.total_dong, order.total_dong)
    gone = first(order)
    client.post(f"/don/{order.token}/huy/", {"parcel": gone.code})
    facts = page(client, order).context
    left = order.total_dong - gone.total_dong
    assert (facts["total_dong"], facts["by_card_dong"]) == (left, left)


def test_a_packed_parcel_is_not_cancelled(client: Client, cast: Cast, order: Order) -> None:
    parcel = accept_parcel(parcel=paid(order), actor=cast.lan_acts)
    pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    held = list(Batch.objects.order_by("pk").values_list("available_base", flat=True))
    response = client.post(f"/don/{order.token}/huy/", {"parcel": parcel.code}, follow=True)
    assert response.status_code == 200 and len(list(response.context["messages"])) == 1
    parcel.refresh_from_db()
    assert parcel.status == ParcelStatus.PACKED
    assert list(Batch.objects.order_by("pk").values_list("available_base", flat=True)) == held
    assert not page(client, order).context["parcels"][0].can_cancel


def test_only_parcels_of_this_order_can_be_cancelled_and_only_by_post(
    client: Client, cast: Cast, order: Order, coffee: Goods
) -> None:
    other = make_order(fill_basket((coffee.pack, 1)), commune=cast.tran_de)
    assert client.post(f"/don/{other.token}/huy/", {"parcel": first(order).code}).status_code == 404
    assert client.get(f"/don/{order.token}/huy/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/don/{order.token}/huy/", {"parcel": first(order).code}).status_code == 403
    assert set(Parcel.objects.values_list("status", flat=True)) == {ParcelStatus.AWAITING_PAYMENT}


def test_an_unpaid_order_that_ran_out_asks_for_nothing(client: Client, order: Order) -> None:
    Payment.objects.update(expires_at="2020-01-01T00:00:00Z")
    Order.objects.update(hold_expires_at="2020-01-01T00:00:00Z")
    expire_due(now=clock.now())
    response = page(client, order)
    assert response.context["to_pay"] == [] and "/qr/" not in text_of(response)
    assert {step.kind for step in response.context["parcels"][0].steps} == {"", "miss"}


def test_a_waiting_order_names_the_way_the_money_comes(client: Client, order: Order, settings: Any) -> None:
    """Whoever chose a card is not told that a transfer is waited for, nor that the goods wait without an end."""
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    by_transfer = page(client, order).context["parcels"][0].steps[1].title
    start_payment(order=order, parcel=None, provider="simulated", actor=Actor.buyer())
    response = page(client, order)
    by_card = response.context["parcels"][0].steps[1]
    assert response.context["to_pay"] == [] and response.context["money"].card_url
    assert by_card.kind == "now" and by_card.title != by_transfer and "thẻ" in by_card.title
    assert show_datetime(response.context["deadline"], "vi") in text_of(response)


def test_whoever_comes_to_an_ended_order_is_led_back_to_the_goods(client: Client, order: Order) -> None:
    assert 'href="/san-pham/gao-thom-st25' in text_of(page(client, order))
    Payment.objects.update(expires_at="2020-01-01T00:00:00Z")
    Order.objects.update(hold_expires_at="2020-01-01T00:00:00Z")
    expire_due(now=clock.now())
    response = page(client, order)
    assert response.context["is_over"] and response.context["afterwards"]
    assert 'href="/san-pham/gao-thom-st25' in text_of(response)
    assert 'class="btn ghost wide" href="/san-pham/"' in text_of(response)


def test_goods_taken_off_the_shelf_have_no_link(client: Client, order: Order) -> None:
    Listing.objects.update(live=False)
    html = text_of(page(client, order))
    assert "/san-pham/gao" not in html and "Gạo thơm ST25" in html


def test_a_refused_parcel_says_why_and_what_comes_back(client: Client, cast: Cast, order: Order) -> None:
    parcel = paid(order)
    end_parcel(parcel=parcel, to=ParcelStatus.REJECTED, reason="Hàng bị ướt", actor=cast.lan_acts)
    request_due_refunds()
    html = text_of(page(client, order))
    assert "Hàng bị ướt" in html


def test_cards_are_offered_only_where_they_work(client: Client, order: Order) -> None:
    assert "/thanh-toan/stripe/" not in text_of(page(client, order))
    response = client.post(f"/don/{order.token}/thanh-toan/stripe/")
    assert (response.status_code, response["Location"]) == (303, f"/don/{order.token}/")
    assert client.post(f"/don/{order.token}/thanh-toan/cash/").status_code == 404
    assert Payment.objects.filter(provider="stripe").count() == 0


def test_asking_again_for_a_transfer_gives_the_one_that_lives(client: Client, order: Order) -> None:
    before = list(Payment.objects.values_list("uuid", flat=True))
    response = client.post(f"/don/{order.token}/thanh-toan/vietqr/", {"parcel": first(order).code})
    assert response.status_code == 303
    assert list(Payment.objects.values_list("uuid", flat=True)) == before


def test_more_lines_ask_no_more_questions(client: Client, cast: Cast, order: Order) -> None:
    packs = [make_product(cast.huong_que, name=f"Hàng {number}").pack for number in range(8)]
    for pack in packs:
        make_published_batch(pack)
    small = make_order(fill_basket(*((pack, 1) for pack in packs[:2])), commune=cast.tran_de)
    large = make_order(fill_basket(*((pack, 1) for pack in packs)), commune=cast.tran_de)
    page(client, small)
    with CaptureQueriesContext(connection) as few:
        page(client, small)
    with CaptureQueriesContext(connection) as many:
        page(client, large)
    assert len(many) == len(few) <= 25
