"""Gifts, discount codes and terms on the way to an order, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community import clock
from community.audit.actors import Actor
from community.rules.agreeing import accepted_by_order
from community.rules.publishing import publish_rules
from marketplace.orders.models import Order
from marketplace.slips.facts import slip_of
from marketplace.vouchers.models import Voucher
from marketplace.vouchers.writing import VoucherTerms, write_voucher
from tests.cast import Cast
from tests.making import Goods
from tests.marketplace.shopping.browsing import BUYER, inputs, put, text_of

pytestmark = pytest.mark.django_db
GIFT = "Chúc bà khỏe"


@pytest.fixture
def buyer(client: Client, rice: Goods) -> Client:
    """Has two bags of 5 kg in the basket: 390.000 ₫ of goods."""
    put(client, rice.packs[1], 2)
    return client


def form(client: Client) -> dict[str, str]:
    shown = inputs(client.get("/dat-hang/?province=92"))
    return BUYER | {name: shown[name] for name in ("form_token", "shown_total", "terms")}


def publish(text: str = "Trả tiền trước.") -> None:
    words = {"vi": {"title": "Điều khoản mua hàng", "text": text}}
    publish_rules(kind="terms", texts=words, in_force_from=clock.today(), actor=Actor.system("test"))


def code(cast: Cast, **facts: Any) -> Voucher:
    today = clock.today()
    told: dict[str, Any] = {"starts_on": today, "ends_on": today + timedelta(days=9), "most_uses": 5, "percent": 10}
    return write_voucher(
        cooperative=cast.huong_que, code="TET27", terms=VoucherTerms(**told | facts), actor=cast.lan_acts
    )


def test_the_order_keeps_which_terms_were_accepted(buyer: Client) -> None:
    publish()
    assert "/quy-che/mua-hang/1/" in text_of(buyer.get("/dat-hang/"))
    answer = buyer.post("/dat-hang/", form(buyer))
    accepted = accepted_by_order(Order.objects.get().code)
    assert answer.status_code == 303 and accepted is not None and accepted.version.number == 1
    assert "mua-hang/1" in text_of(buyer.get(answer["Location"]))


def test_other_terms_than_were_read_stop_the_order_and_the_next_press_works(buyer: Client) -> None:
    publish()
    sent = form(buyer)
    publish("Trả tiền khi nhận.")
    refused = buyer.post("/dat-hang/", sent)
    assert refused.status_code == 409 and not Order.objects.exists() and "mua-hang/2" in text_of(refused)
    assert buyer.post("/dat-hang/", sent | {"terms": inputs(refused)["terms"]}).status_code == 303


def test_without_published_terms_nothing_is_asked(buyer: Client) -> None:
    assert form(buyer)["terms"] == "0"
    assert buyer.post("/dat-hang/", form(buyer)).status_code == 303
    assert accepted_by_order(Order.objects.get().code) is None


def test_a_gift_stands_on_the_slip_with_its_words_and_is_forgotten_without_the_tick(buyer: Client) -> None:
    sent = form(buyer) | {"is_gift": "on", "gift_words": GIFT}
    answer = buyer.post("/dat-hang/", sent)
    order = Order.objects.get()
    assert (order.is_gift, order.gift_words) == (True, GIFT) and GIFT in text_of(buyer.get(answer["Location"]))
    slip = slip_of(order.parcels.get())
    assert slip.is_gift and slip.gift_words == GIFT and slip.code is None
    Order.objects.update(gift_words=GIFT.replace(" ", "\r\n"))
    assert slip_of(Order.objects.get().parcels.get()).gift_words == GIFT


def test_words_without_the_tick_are_asked_about_and_not_lost(buyer: Client) -> None:
    answer = buyer.post("/dat-hang/", form(buyer) | {"gift_words": GIFT})
    assert answer.status_code == 422 and not Order.objects.exists()
    assert "bỏ lời chúc" in text_of(answer) and GIFT in text_of(answer)


def test_a_code_in_the_basket_makes_the_order_cheaper_and_can_be_taken_out(buyer: Client, cast: Cast) -> None:
    code(cast)
    assert buyer.post("/gio/ma-giam/", {"code": "tet 27"})["Location"] == "/gio/#ma-giam"
    page = text_of(buyer.get("/gio/?province=92"))
    assert "-39.000 ₫" in page and "TET27" in page
    buyer.post("/gio/ma-giam/", {"remove": "1"})
    assert "TET27" not in text_of(buyer.get("/gio/?province=92"))
    buyer.post("/gio/ma-giam/", {"code": "TET27"})
    answer = buyer.post("/dat-hang/", form(buyer))
    assert Order.objects.get().goods_dong == 351_000
    page = text_of(buyer.get(answer["Location"]))
    assert "39.000 ₫" in page and "TET27" in page


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"min_goods_dong": 400_000}, "cần tiền hàng từ 400.000 ₫"), ({"most_uses": 1, "per_phone": 1}, "đã hết lượt")],
)
def test_a_code_that_does_not_count_says_why(buyer: Client, cast: Cast, facts: dict[str, int], words: str) -> None:
    made = code(cast, **facts)
    if made.most_uses == 1:
        Voucher.objects.update(uses=1)
    buyer.post("/gio/ma-giam/", {"code": "TET27"})
    page = text_of(buyer.get("/gio/"))
    assert words in page and "-39.000 ₫" not in page


def test_an_unknown_code_says_so(buyer: Client) -> None:
    buyer.post("/gio/ma-giam/", {"code": "KHONG"})
    assert "Không người bán nào trong giỏ có mã này" in text_of(buyer.get("/gio/"))


def test_used_with_this_phone_before_the_checkout_says_so_and_orders_nothing(
    buyer: Client, cast: Cast, rice: Goods
) -> None:
    code(cast)
    buyer.post("/gio/ma-giam/", {"code": "TET27"})
    buyer.post("/dat-hang/", form(buyer))
    put(buyer, rice.packs[1], 1)
    buyer.post("/gio/ma-giam/", {"code": "TET27"})
    refused = buyer.post("/dat-hang/", form(buyer))
    assert refused.status_code == 409 and "đã dùng mã TET27" in text_of(refused) and Order.objects.count() == 1


def test_the_seller_writes_a_code_and_stops_it(client: Client, cast: Cast, rice: Goods) -> None:
    client.force_login(cast.lan)
    today = clock.today()
    asked = {
        "code": "tết 27", "kind": "sum", "amount": "20.000", "min_goods": "30.000", "starts_on": today.isoformat(),
        "ends_on": today.isoformat(), "most_uses": "5", "per_phone": "1",
    }  # fmt: skip
    refused = client.post("/ban-hang/ma-giam/moi/", asked)
    assert refused.status_code == 400 and "40.000 ₫" in text_of(refused) and not Voucher.objects.exists()
    assert client.post("/ban-hang/ma-giam/moi/", asked | {"min_goods": "40.000"}).status_code == 302
    assert "TET27" in text_of(client.get("/ban-hang/ma-giam/"))
    client.post("/ban-hang/ma-giam/TET27/ngung/")
    assert Voucher.objects.get().stopped_at is not None
