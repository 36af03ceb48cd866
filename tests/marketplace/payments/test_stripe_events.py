"""What Stripe posts: whose it is, what it means, and what is asked back before it counts."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe
from django.urls import reverse

from community import clock
from community.audit.actors import Actor
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.facts import (
    DisputeFact,
    EndedFact,
    IgnoredFact,
    MoneyFact,
    ParkedFact,
    RawEvent,
    RefundedTotalFact,
    RefundFact,
)
from marketplace.payments.hearing.asking_cards import ask_card_provider
from marketplace.payments.hearing.inbox import process_due_events
from marketplace.payments.interface import BadSignature, UnreadableMessage
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException
from marketplace.payments.providers.registry import stripe_provider
from marketplace.payments.providers.stripe.events import SUBSCRIBED, StripeEvents
from marketplace.payments.providers.stripe.signing import SIGNATURE_HEADER, sign_as_stripe
from tests.fakes.stripe_http import WEBHOOK_SECRET, signed_event
from tests.marketplace.payments.stage import make_cooperative, make_order, tables

UUID = "9f0c2f9e-6a55-4d2b-8d59-0a6c0f3f3c11"
NOW = 1_795_000_000
SESSION = {
    "id": "cs_1",
    "client_reference_id": UUID,
    "payment_status": "paid",
    "payment_intent": "pi_1",
    "amount_total": 65_000,
    "currency": "vnd",
}
OURS = {"id": "re_1", "payment_intent": "pi_1", "amount": 5, "status": "succeeded", "metadata": {"refund": UUID}}
DISPUTE = {"id": "dp_1", "payment_intent": "pi_1", "amount": 5, "currency": "vnd", "status": "needs_response"}
EVENTS = StripeEvents(secrets=["whsec_new_0123456789", "whsec_old_0123456789"], livemode=True)


def told(kind: str, thing: dict[str, Any], **changes: Any) -> list[Any]:
    body = {"id": "evt_1", "object": "event", "type": kind, "created": NOW, "data": {"object": thing}} | changes
    return EVENTS.interpret(RawEvent("evt_1", "", kind, json.dumps(body), True, stripe.api_version))


@pytest.mark.parametrize(
    ("kind", "thing", "meaning"),
    [
        ("checkout.session.completed", SESSION, MoneyFact),
        ("checkout.session.completed", SESSION | {"payment_status": "unpaid"}, IgnoredFact),
        ("checkout.session.completed", SESSION | {"payment_status": "no_payment_required"}, IgnoredFact),
        ("checkout.session.async_payment_succeeded", SESSION, MoneyFact),
        ("checkout.session.async_payment_failed", SESSION, EndedFact),
        ("checkout.session.expired", SESSION, EndedFact),
        ("checkout.session.expired", SESSION | {"client_reference_id": "order-7"}, IgnoredFact),
        ("charge.refunded", {"payment_intent": "pi_1", "amount_refunded": 5}, RefundedTotalFact),
        ("charge.refunded", {"payment_intent": "pi_1", "amount_refunded": "5"}, ParkedFact),
        ("refund.created", OURS, RefundFact),
        ("refund.updated", OURS, RefundFact),
        ("refund.failed", OURS | {"status": "failed"}, RefundFact),
        ("refund.created", OURS | {"metadata": {}}, ParkedFact),
        ("charge.dispute.created", DISPUTE, DisputeFact),
        ("charge.dispute.updated", DISPUTE, DisputeFact),
        ("charge.dispute.closed", DISPUTE | {"status": "lost"}, DisputeFact),
        ("charge.dispute.created", DISPUTE | {"payment_intent": None}, ParkedFact),
        ("payment_intent.payment_failed", {"last_payment_error": {"code": "card_declined"}}, IgnoredFact),
        ("customer.created", {"id": "cus_1"}, IgnoredFact),
    ],
)
def test_each_event_has_one_meaning(kind, thing, meaning):
    [fact] = told(kind, thing)
    assert type(fact) is meaning


def test_every_event_we_subscribe_to_has_a_meaning():
    thing = SESSION | OURS | DISPUTE | {"amount_refunded": 5}
    assert not [kind for kind in SUBSCRIBED if told(kind, thing) == [IgnoredFact("not subscribed")]]
    assert len(SUBSCRIBED) == 15


def test_an_expanded_intent_is_the_same_money():
    [bare], [expanded] = (
        told("checkout.session.completed", SESSION | {"payment_intent": intent}) for intent in ("pi_1", {"id": "pi_1"})
    )
    assert bare == expanded


@pytest.mark.parametrize("data", [None, [], "x", {"object": None}, {"object": []}])
def test_an_event_without_its_thing_is_malformed(data):
    [fact] = told("checkout.session.completed", {}, data=data)
    assert fact.kind == "malformed"


# --- signatures ---------------------------------------------------------------------------------------------------
def verified(body: bytes, *, secret: str = "whsec_new_0123456789", at: int = NOW, now: int = NOW) -> list[RawEvent]:
    headers = {SIGNATURE_HEADER: sign_as_stripe(secret=secret, timestamp=at, body=body)}
    return EVENTS.verify(headers=headers, body=body, now=datetime.fromtimestamp(now, UTC))


BODY = json.dumps({"id": "evt_1", "object": "event", "type": "x", "api_version": stripe.api_version}).encode()


@pytest.mark.parametrize("secret", ["whsec_new_0123456789", "whsec_old_0123456789"])
def test_while_secrets_rotate_both_count(secret):
    assert verified(BODY, secret=secret)[0].event_id == "evt_1"


@pytest.mark.parametrize(("drift", "fine"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_five_minutes_of_drift_are_borne_on_either_side(drift, fine):
    if fine:
        assert verified(BODY, at=NOW + drift)
    else:
        with pytest.raises(BadSignature, match="clock_drift"):
            verified(BODY, at=NOW + drift)


def test_without_a_secret_nothing_is_believed():
    body = BODY
    headers = {SIGNATURE_HEADER: sign_as_stripe(secret="", timestamp=NOW, body=body)}
    with pytest.raises(BadSignature, match="no_secret"):
        StripeEvents(secrets=[""], livemode=True).verify(
            headers=headers, body=body, now=datetime.fromtimestamp(NOW, UTC)
        )


@pytest.mark.parametrize(("body", "code"), [(b"\xff\xfe{}", "not_utf8"), (b"{", "not_json"), (b"[]", "not_json")])
def test_signed_bytes_that_cannot_be_read_are_said_to_be_so(body, code):
    with pytest.raises(UnreadableMessage, match=code):
        verified(body)


@pytest.mark.parametrize("version", ["2017-08-15", None])
def test_an_unknown_api_version_is_logged_and_kept(caplog, version):
    body = json.dumps({"id": "evt_1", "object": "event", "type": "x", "api_version": version}).encode()
    assert verified(body)[0].api_version == (version or "")
    assert "API version" in caplog.text


def test_our_own_api_version_is_no_news(caplog):
    verified(BODY)
    assert "API version" not in caplog.text


# --- over HTTP ----------------------------------------------------------------------------------------------------
@pytest.fixture
def payment(db, stripe_fake) -> Payment:
    order = make_order(make_cooperative())
    return start_payment(order=order, parcel=None, provider="stripe", actor=Actor.buyer())


def post(client, thing: dict[str, Any], kind: str, event_id: str, **changes: Any) -> int:
    headers, body = signed_event(thing, type_=kind, event_id=event_id, **changes)
    address = reverse("callbacks:payments", args=["stripe"])
    return client.post(address, body, content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"null"])
def test_unreadable_bytes_are_answered_with_400_and_nothing_is_kept(client, payment, body):
    signed = sign_as_stripe(secret=WEBHOOK_SECRET, timestamp=int(time.time()), body=body)
    address = reverse("callbacks:payments", args=["stripe"])
    answer = client.post(address, body, content_type="application/json", headers={"Stripe-Signature": signed})
    assert (answer.status_code, InboxEvent.objects.count()) == (400, 0)


def test_a_declined_card_is_only_noted(client, payment):
    before = tables()
    intent = {"id": "pi_1", "last_payment_error": {"decline_code": "insufficient_funds"}}
    assert post(client, intent, "payment_intent.payment_failed", "evt_1") == 200
    assert tables() | {"inbox": []} == before
    assert InboxEvent.objects.get().outcome == "card declined"


@pytest.mark.parametrize("first", ["refund.created", "charge.refunded"])
def test_a_refund_made_at_stripe_leaves_one_open_question_in_any_order(client, payment, stripe_fake, first):
    post(client, stripe_fake.pay(payment.provider_ref), "checkout.session.completed", "evt_1")
    refund = stripe_fake.refund_elsewhere(payment.provider_ref, 20_000)
    charge = stripe_fake.charge(payment.provider_ref)
    events = [(refund, "refund.created"), (refund, "refund.updated"), (charge, "charge.refunded")]
    for number, (thing, kind) in enumerate(sorted(events, key=lambda event: event[1] != first)):
        assert post(client, thing, kind, f"evt_r{number}") == 200
    [question] = PaymentException.objects.filter(status="open")
    assert (question.kind, question.payment, question.amount_dong) == ("provider_notice", payment, 20_000)


def test_without_its_own_events_a_refund_at_stripe_is_seen_in_the_sum(client, payment, stripe_fake):
    post(client, stripe_fake.pay(payment.provider_ref), "checkout.session.completed", "evt_1")
    stripe_fake.refund_elsewhere(payment.provider_ref, 20_000)
    post(client, stripe_fake.charge(payment.provider_ref), "charge.refunded", "evt_r")
    question = PaymentException.objects.get()
    assert (question.status, question.facts["refunded_dong"]) == ("open", 20_000)


# --- asking back --------------------------------------------------------------------------------------------------
def test_with_refetch_the_state_at_stripe_decides_and_not_the_event(client, payment, stripe_fake, settings):
    settings.STRIPE_REFETCH = True
    old = dict(stripe_fake.sessions[payment.provider_ref])
    stripe_fake.pay(payment.provider_ref)
    calls = len(stripe_fake.calls)
    assert post(client, old, "checkout.session.expired", "evt_1") == 200
    assert len(stripe_fake.calls) == calls  # nobody waits for Stripe inside a request
    process_due_events(now=InboxEvent.objects.get().next_at)
    payment.refresh_from_db()
    assert (payment.status, Capture.objects.get().amount_dong) == ("confirmed", payment.amount_dong)


def test_with_refetch_a_forged_state_that_was_signed_is_not_believed(client, payment, stripe_fake, settings):
    settings.STRIPE_REFETCH = True
    lie = stripe_fake.sessions[payment.provider_ref] | {"payment_status": "paid", "payment_intent": "pi_1"}
    post(client, lie, "checkout.session.completed", "evt_1")
    process_due_events(now=InboxEvent.objects.get().next_at)
    assert not Capture.objects.exists()


def test_when_stripe_does_not_answer_the_signed_event_counts(client, payment, stripe_fake, settings):
    settings.STRIPE_REFETCH = True
    post(client, stripe_fake.pay(payment.provider_ref), "checkout.session.completed", "evt_1")
    stripe_fake.fail_next = ["unreached"]
    process_due_events(now=InboxEvent.objects.get().next_at)
    assert Capture.objects.count() == 1


def test_polling_tells_what_webhooks_would_have_told(payment, stripe_fake):
    provider = stripe_provider()
    assert provider is not None
    assert list(provider.poll(since=payment.created_at.replace(microsecond=0))) == []
    stripe_fake.pay(payment.provider_ref)
    [fact] = provider.poll(since=payment.created_at.replace(microsecond=0))
    assert (fact.payment_uuid, fact.amount_dong, fact.txn_id) == (
        payment.uuid,
        payment.amount_dong,
        f"pi_{payment.provider_ref}",
    )


@pytest.mark.parametrize("state", ["paid", "expired", "open"])
def test_the_clock_learns_what_no_webhook_told_and_learns_it_once(payment, stripe_fake, state):
    if state == "paid":
        stripe_fake.pay(payment.provider_ref)
    stripe_fake.sessions[payment.provider_ref] |= {"status": "expired"} if state == "expired" else {}
    learnt = [ask_card_provider(now=clock.now()) for _ in range(2)]
    payment.refresh_from_db()
    ends = {"paid": ("confirmed", [1, 0]), "expired": ("expired", [1, 0]), "open": ("pending", [0, 0])}
    assert (payment.status, learnt) == ends[state]


def test_a_provider_that_does_not_answer_the_clock_changes_nothing(payment, stripe_fake, caplog):
    stripe_fake.pay(payment.provider_ref)
    stripe_fake.fail_next = ["unreached"]
    assert ask_card_provider(now=clock.now()) == 0
    assert "could not be asked" in caplog.text
    assert not Capture.objects.exists()
