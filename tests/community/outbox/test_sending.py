from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative
from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.outbox.refusing import MAX_ATTEMPTS, pause_after
from community.outbox.sending import STUCK_AFTER, claim_next, release_stuck, send_due

WORKERS = 6


def queue(key: str = "7K3F2Q", **more: Any) -> OutboxMessage:
    told = {"kind": "order_paid", "to": "+84912345678", "text": "Đơn 7K3F2Q đã nhận tiền.", "about": User()} | more
    message = queue_message(key=key, **told)
    assert message is not None
    return message


def fail(message: OutboxMessage) -> None:
    raise ConnectionError("0912 345 678 unreachable")


@pytest.mark.django_db
class TestQueueing:
    def test_a_message_is_queued_once_for_its_kind_and_key(self) -> None:
        first = queue()
        second = queue(to="+84987654321", text="another")
        assert second.pk == first.pk and second.text == first.text
        assert OutboxMessage.objects.count() == 1

    @pytest.mark.parametrize(("to", "channel"), [("", "sms"), ("  ", "email")])
    def test_without_an_address_nothing_is_queued_and_the_audit_says_what_was_not_said(
        self, huong_que: Cooperative, to: str, channel: str
    ) -> None:
        for _ in range(2):  # also said twice it is no error
            asked = {"kind": "parcel_paid", "key": "7K3F2Q-1", "text": "Đơn mới"}
            assert queue_message(**asked, to=to, channel=channel, about=huong_que) is None
        assert not OutboxMessage.objects.exists()
        noted = AuditEntry.objects.about(huong_que).filter(action="message.unaddressed").first()
        assert noted is not None and noted.facts == {"kind": "parcel_paid", "channel": channel}

    def test_it_leaves_only_if_the_act_is_kept(self) -> None:
        with transaction.atomic():
            queue()
            transaction.set_rollback(True)
        assert not OutboxMessage.objects.exists()

    def test_an_unknown_channel_is_refused(self) -> None:
        with pytest.raises(ValueError, match="pigeon"):
            queue(channel="pigeon")
        assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
class TestSending:
    def test_what_is_due_is_sent_once_in_order(self) -> None:
        keys: list[str] = []
        for key in ("A", "B", "C"):
            queue(key)
        assert send_due(send=lambda message: keys.append(message.key)) == 3
        assert send_due(send=lambda message: keys.append(message.key)) == 0
        assert keys == ["A", "B", "C"]
        sent = OutboxMessage.objects.get(key="A")
        assert (sent.status, sent.attempts) == ("sent", 1) and sent.sent_at is not None

    def test_what_is_not_due_waits(self) -> None:
        message = queue()
        OutboxMessage.objects.filter(pk=message.pk).update(due_at=timezone.now() + timedelta(hours=1))
        assert send_due(send=fail) == 0
        assert OutboxMessage.objects.get().attempts == 0

    def test_a_failure_is_retried_later_and_stops_nobody_else(self) -> None:
        queue("A")
        queue("B")
        sent: list[str] = []

        def send(message: OutboxMessage) -> None:
            if message.key == "A":
                fail(message)
            sent.append(message.key)

        assert send_due(send=send) == 1 and sent == ["B"]
        failed = OutboxMessage.objects.get(key="A")
        assert failed.status == "waiting" and failed.due_at > timezone.now()
        assert failed.last_error == "ConnectionError"  # no numbers in errors

    def test_it_gives_up_after_the_last_try(self) -> None:
        message = queue()
        for _ in range(MAX_ATTEMPTS):
            OutboxMessage.objects.filter(pk=message.pk).update(due_at=timezone.now())
            send_due(send=fail)
        message.refresh_from_db()
        assert (message.status, message.attempts) == ("failed", MAX_ATTEMPTS)
        assert send_due(send=fail) == 0

    def test_pauses_double_up_to_six_hours(self) -> None:
        assert [pause_after(tries).total_seconds() / 60 for tries in (1, 2, 3, 4, 20)] == [1, 2, 4, 8, 360]

    def test_what_a_dead_worker_held_is_given_back(self) -> None:
        queue()
        assert claim_next() is not None
        assert release_stuck() == 0 and claim_next() is None
        assert release_stuck(timezone.now() + STUCK_AFTER) == 1
        assert claim_next() is not None

    def test_the_file_sender_writes_one_file_a_message(self, settings: Settings, tmp_path: Path) -> None:
        settings.OUTBOX_SENDER, settings.DATA_DIR = "file", tmp_path
        message = queue()
        call_command("send_outbox", stdout=io.StringIO())
        OutboxMessage.objects.filter(pk=message.pk).update(status="waiting", sent_at=None)
        send_due()  # as after a crash between sending and noting
        files = list((tmp_path / "outbox").glob("*.json"))
        assert len(files) == 1
        assert json.loads(files[0].read_text("utf-8"))["text"] == "Đơn 7K3F2Q đã nhận tiền."

    def test_a_secret_link_is_kept_by_nobody_once_it_has_left(self, settings: Settings, tmp_path: Path) -> None:
        settings.OUTBOX_SENDER, settings.DATA_DIR = "file", tmp_path
        link = "http://localhost:8000/loi-moi/ABCDEFGHJKMNPQRSTUVW/"
        queue("A", kind="invitation", text=f"Mở trước 12:00: {link}")
        queue("B", text=f"Đơn: {link}")
        seen: list[str] = []
        assert send_due(send=fail) == 0 and link in OutboxMessage.objects.get(kind="invitation").text
        OutboxMessage.objects.update(due_at=timezone.now())
        send_due(send=lambda message: seen.append(message.text))
        assert all(link in text for text in seen) and len(seen) == 2
        assert OutboxMessage.objects.get(key="A").text == "Mở trước 12:00: …"
        assert link in OutboxMessage.objects.get(key="B").text, "no secret: an order's own page"
        queue("C", kind="invitation", text=link)
        send_due()
        (file,) = (tmp_path / "outbox").glob("*.json")
        assert file.stat().st_mode & 0o777 == 0o600 and link in file.read_text("utf-8")

    def test_the_console_sender_shows_it(self, settings: Settings) -> None:
        settings.OUTBOX_SENDER = "console"
        queue()
        shown = io.StringIO()
        with redirect_stdout(shown):
            send_due()
        assert "Đơn 7K3F2Q đã nhận tiền." in shown.getvalue()

    def test_an_unknown_sender_loses_nothing(self, settings: Settings) -> None:
        settings.OUTBOX_SENDER = "pigeon"
        queue()
        assert send_due() == 0
        assert OutboxMessage.objects.get().status == "waiting"


def look_then_write(looked: threading.Barrier) -> OutboxMessage | None:
    """How one would claim without a guard: look, then write."""
    message = OutboxMessage.objects.filter(status="waiting").order_by("pk").first()
    looked.wait()
    if message is not None:
        OutboxMessage.objects.filter(pk=message.pk).update(status="sending")
    return message


def claimed_by_workers(claim: Callable[[], OutboxMessage | None]) -> list[int]:
    """Primary keys that workers starting together claim."""
    start, won = threading.Barrier(WORKERS), []

    def work() -> None:
        try:
            start.wait()
            while (message := claim()) is not None:
                won.append(message.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_workers_take_the_same_message() -> None:
    queue()
    looked = threading.Barrier(WORKERS)
    once = iter([True] * WORKERS)
    won = claimed_by_workers(lambda: look_then_write(looked) if next(once, False) else None)
    assert len(won) > len(set(won)) == 1


@pytest.mark.django_db(transaction=True)
def test_with_the_guard_no_message_is_taken_twice() -> None:
    for number in range(20):
        queue(str(number))
    won = claimed_by_workers(claim_next)
    assert len(won) == 20 and len(set(won)) == 20


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once() -> None:
    for number in range(20):
        queue(str(number))
    sent: list[str] = []

    def work() -> None:
        try:
            send_due(send=lambda message: sent.append(message.key))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(str(number) for number in range(20))
    assert OutboxMessage.objects.filter(status="sent").count() == 20
