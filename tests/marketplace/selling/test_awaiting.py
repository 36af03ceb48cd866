"""The page of transfers to come: codes and sums of one's own, no buyers; a member's word under her name."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from community import clock
from community.audit.actors import Actor
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Capture, Payment
from tests.cast import sign_in
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(cast, settings) -> Payment:
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    goods = make_product(open_shop(cast.huong_que))
    make_published_batch(goods.pack)
    order = make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de, name="Người Mua Bí Mật")
    return start_order_payments(order=order, actor=Actor.buyer())[0]


def told(payment: Payment, **changes: str) -> dict[str, str]:
    whole = {"amount": f"{payment.amount_dong:,}".replace(",", "."), "reference": "FT26326123"}
    return whole | {"day": clock.today().isoformat(), "sure": "on"} | changes


def test_lan_sees_her_codes_without_the_buyer_and_confirms(payment, cast, client):
    sign_in(client, cast.lan)
    page = client.get(reverse("selling:awaiting")).content.decode()
    assert payment.memo_code in page and "Bí Mật" not in page
    page = client.get(reverse("selling:received", args=[payment.uuid])).content.decode()
    assert "Bí Mật" not in page and payment.account.account_number not in page
    answer = client.post(reverse("selling:received", args=[payment.uuid]), told(payment), follow=True)
    assert "Đơn đã đủ tiền" in answer.content.decode()
    payment.refresh_from_db()
    assert (
        payment.status == "confirmed"
        and payment.memo_code not in client.get(reverse("selling:awaiting")).content.decode()
    )
    found = client.get(reverse("selling:awaiting"), {"ma": f"CT DEN {payment.memo_code.lower()}"[7:]})
    assert payment.memo_code in found.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"sure": ""},
        {"amount": "0"},
        {"amount": "nhiều"},
        {"reference": "ab"},
        {"day": "2999-01-01"},
        {"day": "hôm qua"},
    ],
    ids=str,
)
def test_what_is_not_whole_is_asked_again_with_what_was_typed(payment, cast, client, changes):
    sign_in(client, cast.lan)
    answer = client.post(reverse("selling:received", args=[payment.uuid]), told(payment, **changes))
    assert answer.status_code == 400 and not Capture.objects.exists()
    assert 'class="error"' in answer.content.decode()


def test_others_find_no_such_payment(payment, cast):
    for user, status in ((cast.other_seller, 404), (cast.son, 403)):
        client = sign_in(Client(), user)
        assert client.post(reverse("selling:received", args=[payment.uuid]), told(payment)).status_code == status
    assert not Capture.objects.exists()
