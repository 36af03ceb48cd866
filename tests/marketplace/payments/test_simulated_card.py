"""The simulated card page: every button is a signed post through the one door, and none of it is real money."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import reverse

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from marketplace.ledger.models import LedgerTransaction
from marketplace.orders.models import Order
from marketplace.payments.asking.starting import CannotPay, start_order_payments, start_payment
from marketplace.payments.models import Capture, Dispute, InboxEvent, Payment, PaymentException, Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund
from marketplace.payments.refunds.sending_back import send_by_card
from marketplace.payments.showing.summaries import payment_cards
from marketplace.payments.states import RefundKind
from marketplace.simulation import carding, delivering
from marketplace.simulation.cards import card
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return make_order(make_cooperative())


@pytest.fixture
def payment(order) -> Payment:
    return start_payment(order=order, parcel=None, provider="simulated", actor=Actor.buyer())


def press(client, payment: Payment, action: str, number: int = 7):
    page = client.post(reverse("simulation:card", args=[payment.uuid]), {"action": action, "number": number})
    payment.refresh_from_db()
    return page


@pytest.fixture
def paid(client, payment) -> Payment:
    press(client, payment, "pay")
    assert payment.status == "confirmed"
    return payment


def parcel_of(payment: Payment):
    return payment.order.parcels.get()


def test_the_order_offers_it_and_leads_to_a_page_under_the_banner_without_a_field_to_type_in(client, order):
    start_order_payments(order=order, actor=Actor.buyer())
    address = reverse("shopping:order_pay", args=[order.token, "simulated"])
    assert address in client.get(reverse("shopping:order", args=[order.token])).content.decode()
    answer = client.post(address, follow=True)
    text = answer.content.decode()
    assert "MÔ PHỎNG" in text and "185.000" in text and "no-store" in answer["Cache-Control"]
    assert set(re.findall(r'<input[^>]*type="([a-z]+)"', text)) == {"hidden"}
    payment = Payment.objects.get(provider="simulated")
    assert (payment.livemode, payment.status, payment.amount_dong) == (False, "pending", 185_000)


@pytest.mark.parametrize(
    ("action", "status", "received", "parcel", "kinds"),
    [
        ("pay", "confirmed", 185_000, "new", []),
        ("short", "pending", 0, "awaiting_payment", ["amount_mismatch"]),
        ("over", "pending", 0, "awaiting_payment", ["amount_mismatch"]),
        ("repeat", "confirmed", 185_000, "new", []),
        ("reorder", "confirmed", 185_000, "new", []),
        ("later", "confirmed", 185_000, "new", []),
        ("never", "failed", 0, "awaiting_payment", []),
        ("expire", "expired", 0, "awaiting_payment", []),
        ("decline", "pending", 0, "awaiting_payment", []),
        ("late", "confirmed", 185_000, "new", []),
        ("forge", "pending", 0, "awaiting_payment", []),
    ],
)
def test_every_button_has_its_end(client, payment, action, status, received, parcel, kinds):
    page = press(client, payment, action)
    assert page.status_code == 200
    assert (payment.status, payment.received_dong) == (status, received)
    assert parcel_of(payment).status == parcel
    assert list(PaymentException.objects.values_list("kind", flat=True)) == kinds
    assert payment.late is (action == "late")
    assert InboxEvent.objects.exists() is (action != "forge")
    assert not InboxEvent.objects.filter(livemode=True).exists()
    assert check_money() == []


def test_late_money_for_goods_that_others_took_is_owed_back(client, payment):
    cooperative = parcel_of(payment).cooperative
    with clock.at(clock.now() + timedelta(hours=3)):
        carding.let_time_run_out(order=payment.order)
        make_order(cooperative, packs=10)
        press(client, payment, "pay")
    assert (payment.status, PaymentException.objects.get().kind) == ("confirmed", "paid_but_unavailable")


def test_the_banks_extra_question_pays_only_when_answered(client, payment):
    before = tables()
    page = press(client, payment, "challenge")
    assert page.templates[0].name == "simulation/card_question.html"
    assert tables() == before
    press(client, payment, "pay")
    assert payment.status == "confirmed"


def test_a_reload_of_the_answer_changes_nothing(client, paid):
    before = tables()
    assert press(client, paid, "pay").status_code == 200
    assert tables() == before


@pytest.mark.parametrize(
    "fields", [{}, {"action": "pay"}, {"action": "pay", "number": "0"}, {"action": "<b>", "number": 1}]
)
def test_a_broken_form_posts_nothing(client, payment, fields):
    before = tables()
    assert client.post(reverse("simulation:card", args=[payment.uuid]), fields).status_code == 422
    assert tables() == before


@pytest.mark.parametrize(("action", "status"), [("refund_arrives", "done"), ("refund_fails", "failed")])
def test_a_refund_waits_until_the_page_says_what_became_of_it(client, paid, action, status):
    hoa = Actor.of(User.objects.create_user(email="hoa@example.vn", name="Hoa", is_staff=True))
    wish = Wish(paid, 60_000, RefundKind.PARCEL, "broken", parcel=parcel_of(paid))
    refund = send_by_card(refund=approve_refund(refund=ask_refund(wish=wish, actor=SYSTEM), actor=hoa), actor=hoa)
    refund.refresh_from_db()
    assert refund.status == "submitted"
    assert "60.000" in client.get(reverse("simulation:card", args=[paid.uuid])).content.decode()
    press(client, paid, action, number=8)
    assert Refund.objects.get().status == status
    assert check_money() == []


def test_a_dispute_is_opened_and_lost_or_won_from_the_page(client, paid):
    press(client, paid, "inquiry", number=8)
    press(client, paid, "dispute", number=9)
    assert Dispute.objects.get().status == "open"
    assert "dispute_lost" in client.get(reverse("simulation:card", args=[paid.uuid])).content.decode()
    press(client, paid, "dispute_lost", number=10)
    assert Dispute.objects.get().status == "lost"
    assert check_money() == []


def test_the_same_bytes_over_http_do_the_same(client, payment, monkeypatch):
    posts = []
    monkeypatch.setattr(carding, "deliver", lambda *, headers, body: posts.append((headers, body)))
    carding.play(action="pay", payment=payment, number=7)
    headers, body = posts[0]
    address = reverse("callbacks:payments", args=["simulated"])
    assert client.post(address, body, content_type="application/json", headers=headers).status_code == 200
    payment.refresh_from_db()
    assert payment.status == "confirmed"
    forged = {name: value[:-1] + ("0" if value[-1] != "0" else "1") for name, value in headers.items()}
    assert client.post(address, body, content_type="application/json", headers=forged).status_code == 401


def test_none_of_it_is_real_in_the_books(client, paid):
    press(client, paid, "dispute", number=8)
    assert not LedgerTransaction.objects.filter(livemode=True).exists()
    assert not Capture.objects.filter(livemode=True).exists()
    assert not Payment.objects.filter(livemode=True).exists()


def test_outside_demo_there_is_no_such_way_to_pay_and_no_page(client, rf, order, payment, settings):
    settings.DEMO = False
    before = tables()
    with pytest.raises(CannotPay, match="provider_off"):
        start_payment(order=order, parcel=None, provider="simulated", actor=Actor.buyer())
    with pytest.raises(Http404):
        card(rf.post("/", {"action": "pay", "number": 7}), payment=payment.uuid)
    assert {one.card_offered for one in payment_cards(order)} == {""}
    assert tables() == before


def test_time_never_runs_out_early_for_real_money(order, payment):
    Payment.objects.update(livemode=True)
    before = Order.objects.values_list("hold_expires_at", flat=True).get()
    carding.let_time_run_out(order=order)
    assert Order.objects.values_list("hold_expires_at", flat=True).get() == before


@pytest.mark.parametrize(("lang", "cookie", "of_order", "spoken"), [
    ("en", "", "vi", "en"), ("", "en", "vi", "vi"), ("", "", "en", "en"), ("xx", "", "vi", "vi"),
])  # fmt: skip
def test_the_page_speaks_the_language_asked_for_else_the_orders(client, payment, lang, cookie, of_order, spoken):
    Order.objects.update(language=of_order)
    if cookie:
        client.cookies["django_language"] = cookie
    address = reverse("simulation:card", args=[payment.uuid])
    page = client.get(address, {"lang": lang} if lang else {})
    assert f'<html lang="{spoken}">' in page.content.decode()
    answered = client.post(page.context["here"], {"action": "pay", "number": 7}).content.decode()
    assert f'<html lang="{spoken}">' in answered
    assert ("The shop has the full amount." in answered) is (spoken == "en")


def test_without_an_order_the_bank_speaks_what_the_visitor_chose(client):
    client.cookies["django_language"] = "en"
    assert '<html lang="en">' in client.get(reverse("simulation:bank")).content.decode()


def test_numbers_of_plays_are_not_guessed():
    assert len({delivering.new_number() for _ in range(50)}) == 50
