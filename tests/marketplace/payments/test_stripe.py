"""Cards from abroad: asked in whole đồng under our own key, believed only when signed, never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import stripe
import time_machine
from django.urls import reverse
from django.utils import timezone

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.models import Order, Parcel
from marketplace.payments.asking.starting import CannotPay, start_order_payments, start_payment
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.marketplace.payments.stage import make_cooperative, make_order, packs_left, tables, transfer

pytestmark = pytest.mark.django_db
BUYER = Actor.buyer()


@pytest.fixture
def order() -> Order:
    return make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))


@pytest.fixture
def payment(order, stripe_fake) -> Payment:
    return start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)


def _hear(client, session, **event) -> int:
    headers, body = signed_event(session, **event)
    address = reverse("callbacks:payments", args=["stripe"])
    return client.post(address, body, content_type="application/json", headers=headers).status_code


def _states(order: Order) -> list[str]:
    return [parcel.status for parcel in order.parcels.order_by("pk")]


def test_dong_go_out_as_they_are_and_the_key_is_ours(payment, stripe_fake, order):
    [call] = stripe_fake.calls
    assert call.params["line_items[0][price_data][unit_amount]"] == str(order.total_dong) == "370000"
    assert call.params["line_items[0][price_data][currency]"] == "vnd"
    assert call.params["client_reference_id"] == call.params["metadata[payment]"] == str(payment.uuid)
    assert call.params["locale"] == "vi"
    assert call.params["customer_email"] == "minh@example.vn"
    assert call.idempotency_key == f"pay-{payment.uuid}-create"
    assert call.api_version == stripe.api_version
    assert order.token in call.params["success_url"]
    assert (payment.status, payment.parcel, payment.livemode) == ("pending", None, False)
    assert payment.redirect_url.startswith("https://checkout.stripe.com/")


def test_pressing_again_gives_the_same_session(payment, stripe_fake, order):
    again = start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    assert (again.pk, len(stripe_fake.sessions), len(stripe_fake.calls)) == (payment.pk, 1, 1)


@pytest.mark.parametrize("status", [402, 500])
def test_a_refusal_ends_the_attempt_and_the_next_press_starts_a_new_one(order, stripe_fake, status):
    stripe_fake.fail_next = [status]
    with pytest.raises(ProviderFailed):
        start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    assert Payment.objects.get().status == "failed"
    assert start_payment(order=order, parcel=None, provider="stripe", actor=BUYER).status == "pending"
    keys = [call.idempotency_key for call in stripe_fake.calls]
    assert len(set(keys)) == 2


@pytest.mark.parametrize("failure", ["unreached", "timeout", 429])
def test_what_stripe_did_not_say_no_to_is_tried_again_under_the_same_key(order, stripe_fake, failure):
    stripe_fake.fail_next = [failure]
    with pytest.raises(ProviderFailed, match="unreachable"):
        start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    keys = [call.idempotency_key for call in stripe_fake.calls]
    assert (payment.status, Payment.objects.count(), len(stripe_fake.sessions)) == ("pending", 1, 1)
    assert keys == [f"pay-{payment.uuid}-create"] * 2


def test_paid_means_paid_for_every_parcel_and_one_mail(client, payment, stripe_fake, order):
    session = stripe_fake.pay(payment.provider_ref)
    assert _hear(client, session) == 200
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong, _states(order)) == ("confirmed", 370_000, ["new", "new"])
    assert OutboxMessage.objects.filter(kind="order_paid").count() == 1


def test_two_kinds_of_event_about_the_same_money_count_once(client, payment, stripe_fake):
    session = stripe_fake.pay(payment.provider_ref)
    for number in range(3):
        _hear(client, session, event_id="evt_1")
        _hear(client, session, event_id=f"evt_{number}", type_="checkout.session.async_payment_succeeded")
    assert Capture.objects.count() == 1
    payment.refresh_from_db()
    assert payment.received_dong == 370_000
    assert not PaymentException.objects.exists()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"amount_total": 37_000_000}, "amount_mismatch"),
        ({"amount_total": 3_700}, "amount_mismatch"),
        ({"currency": "usd"}, "currency_mismatch"),
        ({"id": "cs_of_somebody_else"}, "account_mismatch"),
        ({"amount_total": "370000"}, "malformed"),
        ({"amount_total": 370_000.0}, "malformed"),
        ({"amount_total": -370_000}, "malformed"),
        ({"amount_total": 10**15}, "malformed"),
    ],
)
def test_another_amount_currency_or_session_is_parked_and_never_applied(
    client, payment, stripe_fake, order, change, kind
):
    assert _hear(client, stripe_fake.pay(payment.provider_ref) | change) == 200
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong) == ("pending", 0)
    assert _states(order) == ["awaiting_payment"] * 2
    exception = PaymentException.objects.get()
    assert (exception.kind, exception.payment, exception.status) == (kind, payment, "open")


def test_real_money_for_a_test_session_is_parked(client, payment, stripe_fake):
    session = stripe_fake.pay(payment.provider_ref)
    Payment.objects.update(livemode=True)
    _hear(client, session)
    assert PaymentException.objects.get().kind == "mode_mismatch"


@pytest.mark.parametrize(
    "change", [{"client_reference_id": None, "metadata": {}}, {"client_reference_id": "order-7", "metadata": {}}]
)
def test_a_session_of_another_system_is_ignored(client, payment, stripe_fake, change):
    before = tables()
    assert _hear(client, stripe_fake.pay(payment.provider_ref) | change) == 200
    assert InboxEvent.objects.get().status == "ignored"
    assert tables() | {"inbox": []} == before


def test_an_unknown_reference_is_ignored_without_a_capture(client, payment, stripe_fake):
    stranger = stripe_fake.pay(payment.provider_ref) | {"client_reference_id": "00000000-0000-4000-8000-000000000000"}
    assert _hear(client, stranger) == 200
    assert InboxEvent.objects.get().status == "ignored"
    assert not Capture.objects.exists()


def test_completed_is_not_paid(client, payment, stripe_fake, order):
    session = stripe_fake.sessions[payment.provider_ref] | {"status": "complete", "payment_status": "unpaid"}
    _hear(client, session, event_id="evt_1")
    assert _states(order) == ["awaiting_payment"] * 2
    paid = stripe_fake.pay(payment.provider_ref)
    _hear(client, paid, event_id="evt_2", type_="checkout.session.async_payment_succeeded")
    assert _states(order) == ["new", "new"]
    assert Capture.objects.count() == 1


@pytest.mark.parametrize("word", ["expired", "async_payment_failed"])
def test_an_end_that_comes_after_the_money_undoes_nothing(client, payment, stripe_fake, order, word):
    _hear(client, stripe_fake.pay(payment.provider_ref), event_id="evt_1")
    before = tables()
    _hear(client, stripe_fake.sessions[payment.provider_ref], event_id="evt_2", type_=f"checkout.session.{word}")
    assert tables() | {"inbox": before["inbox"]} == before


@pytest.mark.parametrize(("word", "state"), [("expired", "expired"), ("async_payment_failed", "failed")])
def test_money_that_comes_after_the_end_counts(client, payment, stripe_fake, order, word, state):
    session = stripe_fake.sessions[payment.provider_ref]
    _hear(client, session, event_id="evt_1", type_=f"checkout.session.{word}")
    payment.refresh_from_db()
    assert payment.status == state
    _hear(client, stripe_fake.pay(payment.provider_ref), event_id="evt_2")
    payment.refresh_from_db()
    assert (payment.status, payment.late, _states(order)) == ("confirmed", True, ["new", "new"])


def test_a_forged_return_address_proves_nothing(client, payment, order):
    client.get(reverse("shopping:order", args=[order.token]), {"from": "stripe", "payment_status": "paid"})
    payment.refresh_from_db()
    assert (payment.status, _states(order)) == ("pending", ["awaiting_payment"] * 2)


def test_a_signature_from_the_future_is_refused(client, payment, stripe_fake):
    before = tables()
    session = stripe_fake.pay(payment.provider_ref)
    assert _hear(client, session, at=int(timezone.now().timestamp()) + 400) == 401
    assert tables() == before


def test_another_method_needs_no_new_order_and_the_second_money_is_surplus(client, order, stripe_fake):
    transfers = start_order_payments(order=order, actor=BUYER)
    card = start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    _hear(client, stripe_fake.pay(card.provider_ref))
    assert _states(order) == ["new", "new"]
    assert set(Payment.objects.filter(provider="vietqr").values_list("status", flat=True)) == {"cancelled"}
    transfer(transfers[0])
    exception = PaymentException.objects.get()
    assert (exception.kind, exception.amount_dong) == ("overpaid", 185_000)
    assert _states(order) == ["new", "new"]


def test_after_one_parcel_came_by_transfer_the_card_asks_for_the_other(client, order, stripe_fake):
    first, _second = start_order_payments(order=order, actor=BUYER)
    whole = start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    transfer(first)
    whole.refresh_from_db()
    assert whole.status == "cancelled"
    rest = start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    assert (rest.amount_dong, rest.pk != whole.pk) == (185_000, True)
    expire_due(now=timezone.now())
    assert stripe_fake.sessions[whole.provider_ref]["status"] == "expired"
    _hear(client, stripe_fake.pay(rest.provider_ref))
    assert _states(order) == ["new", "new"]
    assert not PaymentException.objects.exists()


def test_after_part_of_a_transfer_the_rest_must_come_the_same_way(order, stripe_fake):
    first, _second = start_order_payments(order=order, actor=BUYER)
    transfer(first, transferAmount=1_000)
    with pytest.raises(CannotPay, match="partly_paid"):
        start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)


def test_the_goods_are_held_as_long_as_the_session_and_its_grace(order, stripe_fake):
    Order.objects.update(hold_expires_at=timezone.now() + timedelta(minutes=1))
    start_payment(order=Order.objects.get(), parcel=None, provider="stripe", actor=BUYER)
    assert expire_due(now=timezone.now() + timedelta(minutes=35)).parcels == 0
    done = expire_due(now=timezone.now() + timedelta(minutes=37))
    assert (done.sessions, done.parcels) == (1, 2)
    assert stripe_fake.sessions["cs_test_1"]["status"] == "expired"


def test_money_found_while_closing_the_session_is_captured(payment, stripe_fake, order):
    stripe_fake.pay(payment.provider_ref)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        expire_due(now=timezone.now())
    payment.refresh_from_db()
    assert (payment.status, _states(order)) == ("confirmed", ["new", "new"])


def test_late_card_money_pays_what_can_still_be_had(client, payment, stripe_fake, order):
    first, second = (parcel.cooperative for parcel in order.parcels.order_by("pk"))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        expire_due(now=timezone.now())
        make_order(first, packs=10)
        assert (packs_left(first), packs_left(second)) == (0, 10)
        _hear(client, stripe_fake.pay(payment.provider_ref))
    assert _states(order) == ["expired", "new"]
    exception = PaymentException.objects.get()
    assert (exception.kind, exception.amount_dong) == ("paid_but_unavailable", 185_000)


def test_an_amount_too_small_for_a_card_is_told_as_such(order, stripe_fake):
    Parcel.objects.update(total_dong=2_000, goods_dong=1_000, shipping_dong=1_000)
    with pytest.raises(ProviderFailed) as refusal:
        start_payment(order=order, parcel=None, provider="stripe", actor=BUYER)
    assert refusal.value.code == "amount_too_small"


def test_the_fake_keeps_stripes_rules(stripe_fake: FakeStripe):
    client = stripe.StripeClient("sk_test_x", http_client=stripe_fake, max_network_retries=0)
    params = {
        "mode": "payment",
        "client_reference_id": "x",
        "metadata": {"payment": "x", "order": "y"},
        "line_items": [{"quantity": 1, "price_data": {"currency": "vnd", "unit_amount": 50_000}}],
        "expires_at": int(timezone.now().timestamp()) + 60,
    }
    with pytest.raises(stripe.InvalidRequestError, match="30 minutes"):
        client.v1.checkout.sessions.create(params)
    params["expires_at"] += 31 * 60
    one = client.v1.checkout.sessions.create(params, {"idempotency_key": "k"})
    assert client.v1.checkout.sessions.create(params, {"idempotency_key": "k"}).id == one.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(params | {"client_reference_id": "z"}, {"idempotency_key": "k"})
    stripe_fake.pay(one.id)
    with pytest.raises(stripe.InvalidRequestError, match="open"):
        client.v1.checkout.sessions.expire(one.id)
