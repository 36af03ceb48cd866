"""The buyer's page: one card per parcel, with its own code, state and time; reads only, in four queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from community.audit.actors import Actor
from marketplace.orders.models import Parcel
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.models import Payment
from marketplace.payments.showing.summaries import payment_cards, payment_qr_svg
from marketplace.payments.vietqr import decode_vietqr
from tests.marketplace.payments.stage import make_cooperative, make_order, transfer

pytestmark = pytest.mark.django_db
BUYER = Actor.buyer()


@pytest.fixture
def order():
    return make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))


def test_each_parcel_has_its_card_with_account_memo_and_code(order):
    payments = start_order_payments(order=order, actor=BUYER)
    cards = payment_cards(order)
    assert [card.cooperative for card in cards] == ["HTX Một", "HTX Hai"]
    for card, payment in zip(cards, payments, strict=True):
        assert (card.state, card.is_open, card.remaining_dong) == ("waiting", True, 185_000)
        assert (card.bank_name, card.account_number, card.holder, card.memo) == (
            "Agribank",
            payment.account.account_number,
            "HTX HUONG HIEP",
            payment.memo_code,
        )
        assert decode_vietqr(card.payload).amount_dong == 185_000
        assert card.account_in_groups.replace(" ", "") == card.account_number
        assert card.deadline == order.hold_expires_at
        assert str(payment.uuid) in card.simulated_pay_url


def test_states_follow_the_money(order):
    first, second = start_order_payments(order=order, actor=BUYER)
    transfer(first)
    transfer(second, transferAmount=100_000)
    order.refresh_from_db()
    paid, short = payment_cards(order)
    assert (paid.state, paid.received_dong, paid.remaining_dong, paid.payload) == ("paid", 185_000, 0, "")
    assert (short.state, short.received_dong, short.remaining_dong) == ("short", 100_000, 85_000)
    assert decode_vietqr(short.payload).amount_dong == 85_000


def test_what_went_wrong_is_on_the_card(order):
    first, second = start_order_payments(order=order, actor=BUYER)
    transfer(first, transferAmount=200_000)
    expire_due(now=timezone.now() + timedelta(hours=2))
    Parcel.objects.filter(pk=second.parcel_id).update(status="cancelled")
    transfer(second)
    over, ended = payment_cards(order)
    assert (over.state, over.problems) == ("paid", ("overpaid",))
    assert (ended.state, ended.problems, ended.payload) == ("ended", ("paid_after_end",), "")


def test_a_parcel_without_an_account_says_so(order):
    assert [card.state for card in payment_cards(order)] == ["no_account", "no_account"]
    assert not Payment.objects.exists()


def test_a_card_is_offered_only_when_stripe_is_whole(order, settings, stripe_fake):
    start_order_payments(order=order, actor=BUYER)
    assert {card.card_offered for card in payment_cards(order)} == {"stripe"}
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert {card.card_offered for card in payment_cards(order)} == {"simulated"}
    settings.PAYMENTS_ALLOW_SIMULATED = False
    assert {card.card_offered for card in payment_cards(order)} == {""}


def test_a_card_payment_shows_on_every_parcel(order, stripe_fake, client):
    start_order_payments(order=order, actor=BUYER)
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    stripe_fake.pay(payment.provider_ref)
    expire_due(now=timezone.now() + timedelta(hours=2))
    cards = payment_cards(order)
    assert [(card.state, card.paid_by_card, card.received_dong) for card in cards] == [("paid", True, 185_000)] * 2


def test_outside_demo_there_is_no_simulated_bank(order, settings):
    start_order_payments(order=order, actor=BUYER)
    settings.PAYMENTS_ALLOW_SIMULATED = False
    assert [card.simulated_pay_url for card in payment_cards(order)] == [None, None]


def test_queries_do_not_grow_with_the_parcels(django_assert_num_queries, order):
    many = make_order(*[make_cooperative(f"HTX {number}") for number in range(6)])
    for one in (order, many):
        start_order_payments(order=one, actor=BUYER)
        with django_assert_num_queries(5):
            payment_cards(one)


def test_the_code_is_a_small_svg_that_another_decoder_reads(order):
    zxingcpp = pytest.importorskip("zxingcpp")
    from PIL import Image

    from traceability.labels.qr import qr_matrix

    [payment, _] = start_order_payments(order=order, actor=BUYER)
    svg = payment_qr_svg(payment)
    assert svg.startswith("<svg")
    assert len(svg) < 6_000
    payload = payment_cards(order)[0].payload
    matrix = qr_matrix(payload)
    image = Image.new("L", (len(matrix) + 8, len(matrix) + 8), 255)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + 4, y + 4), 0)
    [read] = zxingcpp.read_barcodes(image.resize((image.width * 8, image.height * 8), Image.Resampling.NEAREST))
    assert read.text == payload
