"""Messages leave by Zalo, else as a text message, else by e-mail; what no way takes is seen by staff."""

from __future__ import annotations

import hashlib
import json
import logging
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.carriers.zalo_keys import access_token
from community.outbox.models import CarrierToken, OutboxMessage
from community.outbox.queueing import queue_message
from community.outbox.refusing import MAX_ATTEMPTS
from community.outbox.resending import CannotResend, resend, resend_recent
from community.outbox.sending import send_due
from community.outbox.states import Undelivered
from community.text.plain import plain_letters
from tests.fakes.carriers import KEYS, SMS, ZNS, FakeCarriers, fake_carriers

pytestmark = pytest.mark.django_db
PHONE, MAIL = "+84912345678", "minh@example.org"
ACTOR = Actor.system("test")


@pytest.fixture
def fake(settings: Settings) -> Iterator[FakeCarriers]:
    """All three ways are set up."""
    with fake_carriers() as carriers:
        settings.OUTBOX_SENDER, settings.OUTBOX_WAYS = "carriers", ["zns", "sms", "email"]
        settings.ESMS_API_KEY, settings.ESMS_SECRET_KEY, settings.ESMS_BRANDNAME = "api-key", "secret-key", "CHONGUON"
        settings.ESMS_URL = f"{carriers.url}/json"
        settings.ZALO_APP_ID, settings.ZALO_APP_SECRET = "app-1", "app-secret"
        settings.ZALO_REFRESH_TOKEN, settings.ZALO_TEMPLATES = "first-refresh", ["order_paid:288123"]
        settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = carriers.url
        settings.ZALO_OA_SECRET = "oa-secret"
        settings.MAIL_IS_SET_UP = True
        yield carriers


def queue(**more: Any) -> OutboxMessage:
    told = {"kind": "order_paid", "key": "7K3F2Q", "to": PHONE, "email": MAIL, "text": "Đơn 7K3F2Q: đã nhận 185.000 ₫."}
    told |= {"facts": {"code": "7K3F2Q", "link": "http://localhost/don/x/"}, "about": User()}
    message = queue_message(**(told | more))
    assert message is not None
    return message


def fresh(message: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=message.pk)


def send_now(times: int = 1) -> None:
    for _ in range(times):
        OutboxMessage.objects.filter(status="waiting").update(due_at=timezone.now())
        send_due(limit=1)


def test_zalo_takes_it_first_with_a_key_that_it_gives(fake: FakeCarriers) -> None:
    message = queue()
    assert send_due() == 1
    [told] = fake.sent(ZNS)
    assert told["phone"] == "84912345678" and told["template_id"] == "288123"
    assert told["template_data"] == {"code": "7K3F2Q", "link": "http://localhost/don/x/"}
    now = fresh(message)
    assert (now.status, now.way, now.provider_ref.startswith("zns-"), now.given_up) == ("sent", "zns", True, [])
    assert not fake.sent(SMS) and not mail.outbox


def test_who_has_no_zalo_gets_a_text_message_with_plain_letters(fake: FakeCarriers) -> None:
    fake.answers[ZNS] = [{"error": -118, "message": "Zalo account not existed"}]
    message = queue()
    send_due()
    [told] = fake.sent(SMS)
    assert told["Content"] == "Don 7K3F2Q: da nhan 185.000 d." and told["IsUnicode"] == "0"
    assert (told["Phone"], told["Brandname"], told["SmsType"]) == ("84912345678", "CHONGUON", "2")
    now = fresh(message)
    assert (now.status, now.way, now.provider_ref) == ("sent", "sms", "sms-1")
    assert now.given_up == [{"way": "zns", "why": "not_reached"}]


def test_a_number_that_does_not_exist_is_written_to_by_e_mail(fake: FakeCarriers) -> None:
    fake.answers = {ZNS: [{"error": -108, "message": ""}], SMS: [{"CodeResult": "108", "ErrorMessage": ""}]}
    message = queue()
    send_due()
    [letter] = mail.outbox
    assert letter.to == [MAIL] and letter.body == message.text and "7K3F2Q" in letter.subject
    assert [each["why"] for each in fresh(message).given_up] == ["no_such_number", "no_such_number"]
    assert fresh(message).way == "email"


def test_a_kind_without_a_template_does_not_go_by_zalo(fake: FakeCarriers) -> None:
    queue(kind="claim_ended")
    send_due()
    assert not fake.sent(ZNS) and len(fake.sent(SMS)) == 1


def test_without_an_address_for_e_mail_the_last_refusal_is_the_end_and_staff_see_why(fake: FakeCarriers) -> None:
    fake.answers[SMS] = [{"CodeResult": "146", "ErrorMessage": "Sai template"}]
    message = queue(kind="claim_ended", email="")
    assert send_due() == 0
    assert (fresh(message).status, fresh(message).last_error) == ("failed", "words_refused")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"CodeResult": "103"}, "quota"),
        ({"CodeResult": "101"}, "not_allowed"),
        (503, "unreachable"),
        ("hang up", "unreachable"),
    ],
)
def test_what_may_pass_is_tried_again_later_where_there_is_no_other_way(
    fake: FakeCarriers, answer: Any, why: str
) -> None:
    fake.answers[SMS] = [answer] * MAX_ATTEMPTS
    message = queue(kind="claim_ended", email="")
    assert send_due() == 0
    now = fresh(message)
    assert (now.status, now.last_error) == ("waiting", why) and now.due_at > timezone.now()
    fake.answers[SMS] = []
    send_now()
    assert fresh(message).status == "sent"


def test_a_carrier_that_does_not_answer_is_passed_over_at_the_third_try(fake: FakeCarriers) -> None:
    fake.answers[SMS] = [500] * 3
    message = queue(kind="claim_ended")
    send_now(times=2)
    assert fresh(message).status == "waiting" and not mail.outbox
    send_now(times=2)
    assert fresh(message).way == "email" and len(mail.outbox) == 1


def test_an_answer_that_was_lost_leads_to_no_second_text_message(fake: FakeCarriers) -> None:
    message = queue(kind="claim_ended", email="")
    fake.seen.add(message.number_at_carrier)  # the gateway took it, and its answer was lost
    assert send_due() == 1
    assert fresh(message).status == "sent" and len(fake.seen) == 1


def test_nothing_set_up_reaches_nobody_and_says_so(fake: FakeCarriers, settings: Settings) -> None:
    settings.ESMS_API_KEY, settings.MAIL_IS_SET_UP = "", False
    message = queue(kind="claim_ended")
    assert send_due() == 0
    assert (fresh(message).status, fresh(message).last_error) == ("failed", "no_way")


def test_no_number_and_no_key_reaches_the_log(fake: FakeCarriers, caplog: pytest.LogCaptureFixture) -> None:
    fake.answers = {ZNS: [500] * 3, SMS: [{"CodeResult": "99", "ErrorMessage": "84912345678 blocked"}]}
    queue()
    with caplog.at_level(logging.DEBUG):
        send_now(times=5)
    assert caplog.text
    for secret in ("912345678", MAIL, "secret-key", "app-secret", "refresh"):
        assert secret not in caplog.text


class FullMailbox(BaseEmailBackend):
    def send_messages(self, _messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({MAIL: (550, b"no such user")})


def test_a_mail_server_that_knows_no_such_person_ends_it(fake: FakeCarriers, settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.FullMailbox"
    message = queue(channel="email", to=MAIL)
    assert send_due() == 0
    assert (fresh(message).status, fresh(message).last_error) == ("failed", "no_such_number")


class TestZalosKeys:
    def test_the_pair_is_kept_sealed_and_used_until_it_ends(self, fake: FakeCarriers) -> None:
        assert access_token() == access_token() == "access-1"
        assert len(fake.sent(KEYS)) == 1
        kept = CarrierToken.objects.get()
        assert "access" not in kept.sealed and "refresh" not in kept.sealed
        CarrierToken.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
        assert access_token() == "access-2", "with the key that came with the first pair, which is good once"

    def test_a_key_that_zalo_took_back_is_renewed_once(self, fake: FakeCarriers) -> None:
        access_token()
        fake.access = "taken-back"
        message = queue()
        send_due()
        assert fresh(message).way == "zns" and len(fake.sent(KEYS)) == 2

    def test_two_workers_do_not_use_the_key_that_is_good_once_twice(self, fake: FakeCarriers) -> None:
        access_token()
        CarrierToken.objects.update(expires_at=None, refreshing_at=timezone.now())
        with pytest.raises(Undelivered, match="unreachable"):
            access_token()
        assert len(fake.sent(KEYS)) == 1
        CarrierToken.objects.update(refreshing_at=timezone.now() - timedelta(minutes=5))  # it died
        assert access_token() == "access-2"

    def test_another_key_in_the_environment_begins_anew(self, fake: FakeCarriers, settings: Settings) -> None:
        access_token()
        fake.refresh = settings.ZALO_REFRESH_TOKEN = "second-first"
        assert access_token() == "access-2"

    def test_a_refused_key_stops_nothing_else(self, fake: FakeCarriers) -> None:
        fake.refresh = "used up"
        message = queue()
        send_due()
        assert fresh(message).way == "sms" and fresh(message).given_up == [{"way": "zns", "why": "not_allowed"}]


class TestReports:
    def test_esms_says_that_it_arrived(self, fake: FakeCarriers, client: Client) -> None:
        message = queue(kind="claim_ended")
        send_due()
        address = fake.sent(SMS)[0]["CallbackUrl"].removeprefix("http://localhost:8000")
        told = {"SMSID": "sms-1", "SendStatus": "7", "SendSuccess": "0"}
        assert client.get(address, told).status_code == 200
        assert fresh(message).delivered_at is None, "on its way"
        assert client.get(address, told | {"SendStatus": "5", "SendSuccess": "1"}).status_code == 200
        assert fresh(message).delivered_at is not None
        client.get(address, told | {"SendStatus": "5", "SendSuccess": "0", "SendFailed": "1"})
        assert fresh(message).status == "sent", "what arrived is not taken back"

    def test_what_did_not_arrive_goes_the_next_way(self, fake: FakeCarriers, client: Client) -> None:
        message = queue(kind="claim_ended")
        send_due()
        address = fake.sent(SMS)[0]["CallbackUrl"].removeprefix("http://localhost:8000")
        client.get(address, {"SendStatus": "5", "SendSuccess": "0", "SendFailed": "1"})
        assert fresh(message).status == "waiting"
        send_due()
        assert fresh(message).way == "email" and len(mail.outbox) == 1
        assert client.get(address, {"SendStatus": "4"}).status_code == 404, "a report of a try that is over"

    def test_nobody_else_reports(self, fake: FakeCarriers, client: Client) -> None:
        message = queue(kind="claim_ended")
        send_due()
        guessed = f"/callbacks/messages/esms/{message.pk}/{'0' * 32}/"
        assert client.get(guessed, {"SendStatus": "4"}).status_code == 404
        assert (fresh(message).status, fresh(message).given_up) == ("sent", [])

    @pytest.mark.parametrize("is_signed", [True, False])
    def test_zalo_reports_with_its_signature(self, fake: FakeCarriers, client: Client, is_signed: bool) -> None:
        message = queue()
        send_due()
        said = {"msg_id": fresh(message).provider_ref, "delivery_time": "1768000000000"}
        told = {"app_id": "app-1", "event_name": "user_received_message", "timestamp": "1768000000001", "message": said}
        body = json.dumps(told)
        mac = hashlib.sha256(f"app-1{body}1768000000001{'oa-secret' if is_signed else 'guess'}".encode()).hexdigest()
        headers = {"X-ZEvent-Signature": f"mac={mac}"}
        answer = client.post("/callbacks/messages/zalo/", body, content_type="application/json", headers=headers)
        assert answer.status_code == (200 if is_signed else 401)
        assert (fresh(message).delivered_at is not None) == is_signed

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b"x" * 70_000, b'{"app_id": "app-1"}'])
    def test_a_report_that_is_none_changes_nothing(self, fake: FakeCarriers, client: Client, body: bytes) -> None:
        answer = client.post("/callbacks/messages/zalo/", body, content_type="application/json")
        assert answer.status_code in (400, 401)


class TestResending:
    def test_staff_send_it_once_more_by_all_ways(self, fake: FakeCarriers) -> None:
        fake.answers[SMS] = [{"CodeResult": "104"}]
        message = queue(kind="claim_ended", email="")
        send_due()
        resend(message=message, actor=ACTOR)
        assert AuditEntry.objects.about(message).filter(action="message.resent").exists()
        send_due()
        assert (fresh(message).status, fresh(message).way) == ("sent", "sms")
        first, second = (told["RequestId"] for told in fake.sent(SMS))
        assert first != second, "the gateway would drop what it knows"

    def test_what_has_left_or_is_forgotten_or_over_is_not_sent_again(self, fake: FakeCarriers) -> None:
        sent = queue()
        send_due()
        code = queue(kind="sign_in_code", key="x")
        gone = queue(kind="parcel_shipped", key="y")
        OutboxMessage.objects.filter(pk__in=[code.pk, gone.pk]).update(status="failed")
        OutboxMessage.objects.filter(pk=gone.pk).update(to="", last_error="forgotten")
        for message, why in ((sent, "not_failed"), (code, "over"), (gone, "forgotten")):
            before = fresh(message).status
            with pytest.raises(CannotResend, match=why):
                resend(message=message, actor=ACTOR)
            assert fresh(message).status == before

    def test_after_an_empty_account_everything_of_the_last_days_goes_out(self, fake: FakeCarriers) -> None:
        for key, why, days in (("A", "quota", 1), ("B", "no_such_number", 1), ("C", "quota", 9)):
            row = queue(key=key)
            since = timezone.now() - timedelta(days=days)
            OutboxMessage.objects.filter(pk=row.pk).update(status="failed", last_error=why, created_at=since)
        assert resend_recent(actor=ACTOR, now=timezone.now()) == 1
        assert OutboxMessage.objects.get(status="waiting").key == "A"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đơn 7K3F đã đặt: 185.000 ₫ – cảm ơn!", "Don 7K3F da dat: 185.000 d - cam on!"),
        ("Mật\u00a0ong × 2 “rừng”…", 'Mat ong x 2 "rung"...'),
        ("https://x.vn/don/a_B-9/", "https://x.vn/don/a_B-9/"),
        ("ស្ករ", "????"),
    ],
)
def test_plain_letters_cost_less(text: str, plain: str) -> None:
    assert plain_letters(text) == plain
