"""Signed messages are kept once, survive a crash, and are tried again; unsigned ones leave nothing behind."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.callbacks.views import BAD_SIGNATURES_PER_MINUTE
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.hearing import applying
from marketplace.payments.hearing.inbox import UnknownSource, process_due_events, receive
from marketplace.payments.interface import BadSignature
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException
from tests.marketplace.payments.stage import bank_post, make_cooperative, make_order, sign_body, tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    [payment] = start_order_payments(order=make_order(make_cooperative()), actor=Actor.buyer())
    return payment


def _post(client, headers: dict[str, str], body: bytes, provider: str = "simulated"):
    return client.post(
        reverse("callbacks:payments", args=[provider]), body, content_type="application/json", headers=headers
    )


def test_five_deliveries_are_one_payment_and_one_mail(client, payment):
    headers, body = bank_post(payment)
    answers = [_post(client, headers, body) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert {answer.content for answer in answers} == {b'{"success": true}'}
    assert InboxEvent.objects.count() == Capture.objects.count() == 1
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong) == ("confirmed", payment.amount_dong)
    assert OutboxMessage.objects.filter(kind="order_paid").count() == 1
    assert not PaymentException.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers, body: ({}, body),
        lambda headers, body: (headers, body.replace(b'"in"', b'"IN"')),
        lambda headers, body: (headers | {"X-SePay-Signature": "sha256=" + "0" * 64}, body),
        lambda headers, body: (headers | {"X-SePay-Timestamp": "1"}, body),
        lambda headers, body: (headers | {"X-SePay-Timestamp": "soon"}, body),
        lambda headers, body: (headers | {"X-SePay-Signature": headers["X-SePay-Signature"][7:]}, body),
        lambda headers, body: (sign_body(body, secret="guessed"), body),
        lambda headers, body: (sign_body(body, at=int(timezone.now().timestamp()) + 400), body),
        lambda headers, body: ({"Authorization": "Apikey "}, body),
    ],
    ids=["none", "body", "zeros", "old", "word", "no-prefix", "guessed", "future", "empty-key"],
)
def test_a_wrong_signature_is_refused_and_leaves_nothing(client, payment, spoil):
    before = tables()
    headers, body = spoil(*bank_post(payment))
    answer = _post(client, headers, body)
    assert (answer.status_code, answer.content) == (401, b'{"success": false}')
    assert tables() == before


def test_a_sender_without_a_secret_here_does_not_exist(client, payment, settings):
    headers, body = bank_post(payment)
    assert _post(client, headers, body, "stripe").status_code == 404
    assert _post(client, headers, body, "sepay").status_code == 404
    assert _post(client, headers, body, "nobody").status_code == 404
    settings.DEMO = False
    assert _post(client, headers, body).status_code == 404
    assert not InboxEvent.objects.exists()


def test_only_post_and_only_256_kib(client, payment):
    assert client.get(reverse("callbacks:payments", args=["simulated"])).status_code == 405
    large = b" " * (256 * 1024 + 1)
    assert _post(client, sign_body(large), large).status_code == 413
    assert not InboxEvent.objects.exists()


def test_guessing_is_slowed_down_and_the_real_bank_still_gets_through(client, payment):
    wrong, body = sign_body(b"{}", secret="guess"), b"{}"
    answers = [_post(client, wrong, body).status_code for _ in range(BAD_SIGNATURES_PER_MINUTE + 2)]
    assert answers == [401] * BAD_SIGNATURES_PER_MINUTE + [429] * 2
    assert _post(client, *bank_post(payment)).status_code == 200
    payment.refresh_from_db()
    assert payment.status == "confirmed"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"1" * 5000, b"[" * 100_000, b'{"id":1e999}'])
def test_a_signed_body_that_is_no_message_is_kept_and_parked(client, payment, body):
    assert _post(client, sign_body(body), body).status_code == 200
    assert InboxEvent.objects.get().status == "rejected"
    assert PaymentException.objects.get().kind == "malformed"
    payment.refresh_from_db()
    assert payment.status == "pending"


def test_the_same_number_with_other_words_changes_nothing(payment):
    headers, body = bank_post(payment, id=7)
    receive(provider="simulated", headers=headers, body=body)
    before = tables()
    headers, body = bank_post(payment, id=7, transferAmount=1, referenceCode="other")
    receipt = receive(provider="simulated", headers=headers, body=body)
    assert (len(receipt.accepted), len(receipt.duplicates)) == (0, 1)
    assert tables() == before


def test_what_crashes_after_the_row_is_kept_is_done_later(client, payment, monkeypatch):
    before = tables()
    with monkeypatch.context() as broken:
        broken.setattr(applying, "record_capture", lambda **_: 1 / 0)
        assert _post(client, *bank_post(payment)).status_code == 200
    row = InboxEvent.objects.get()
    assert (row.status, row.error, row.attempts) == ("failed", "ZeroDivisionError", 1)
    assert tables() | {"inbox": []} == before
    assert process_due_events(now=timezone.now()) == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        call_command("process_inbox")
    payment.refresh_from_db()
    assert payment.status == "confirmed"
    assert InboxEvent.objects.get().status == "processed"


def test_a_crash_in_the_middle_of_applying_takes_everything_back(client, payment, monkeypatch):
    before = tables()
    with monkeypatch.context() as broken:
        broken.setattr("marketplace.payments.arriving.capturing.spend", lambda **_: 1 / 0)
        _post(client, *bank_post(payment))
    assert tables() | {"inbox": []} == before
    assert OutboxMessage.objects.count() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        process_due_events(now=timezone.now())
    assert Capture.objects.count() == 1


def test_a_row_that_waits_is_tried_at_once_when_the_sender_repeats(client, payment, monkeypatch):
    headers, body = bank_post(payment)
    with monkeypatch.context() as broken:
        broken.setattr(applying, "record_capture", lambda **_: 1 / 0)
        _post(client, headers, body)
    _post(client, headers, body)
    payment.refresh_from_db()
    assert payment.status == "confirmed"


def test_after_three_days_a_person_is_asked(client, payment, monkeypatch):
    monkeypatch.setattr(applying, "record_capture", lambda **_: 1 / 0)
    _post(client, *bank_post(payment))
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        process_due_events(now=timezone.now())
        assert process_due_events(now=timezone.now() + timedelta(hours=2)) == 0
    assert InboxEvent.objects.get().status == "dead"
    assert PaymentException.objects.get().kind == "stuck_event"


def test_the_rule_itself_refuses_what_the_door_refuses(payment):
    headers, body = bank_post(payment, secret="guessed")
    with pytest.raises(BadSignature):
        receive(provider="simulated", headers=headers, body=body)
    with pytest.raises(UnknownSource):
        receive(provider="nobody", headers=headers, body=body)


def test_sepay_itself_is_heard_under_its_own_secret(client, settings):
    settings.SEPAY_WEBHOOK_SECRETS = ["old sepay secret", "new sepay secret"]
    [payment] = start_order_payments(order=make_order(make_cooperative(feed="sepay")), actor=Actor.buyer())
    headers, body = bank_post(payment, secret="new sepay secret")
    assert _post(client, headers, body, "simulated").status_code == 401
    assert _post(client, headers, body, "sepay").status_code == 200
    payment.refresh_from_db()
    assert (payment.status, payment.livemode) == ("confirmed", True)
    assert json.loads(InboxEvent.objects.get().body)["content"] == payment.memo_code
