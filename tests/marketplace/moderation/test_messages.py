"""The staff's list of messages: what did not arrive and why, without numbers, keys and codes; one press sends again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from community.outbox.models import OutboxMessage
from tests.cast import Cast
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(client: Client, cast: Cast, site_ready: None) -> OutboxMessage:
    client.force_login(cast.hoa)
    text = "Đơn 7K3F2Q đã gửi: http://localhost:8000/don/secret-token/"
    given_up = [{"way": "zns", "why": "not_reached"}, {"way": "sms", "why": "quota"}]
    return OutboxMessage.objects.create(
        kind="parcel_shipped", key="7K3F2Q-1", to="+84905222333", text=text, status="failed", last_error="quota",
        given_up=given_up, attempts=3,
    )  # fmt: skip


def test_it_says_why_and_hides_number_and_key(client: Client, failed: OutboxMessage) -> None:
    OutboxMessage.objects.create(
        kind="sign_in_code", key="1:4711", to="an@example.org", text="Mã 471199", status="failed"
    )
    pages = [client.get(path) for path in ("/quan-tri/tin-nhan/", f"/quan-tri/tin-nhan/inspect/{failed.pk}/")]
    both = " ".join(text_of(page) for page in pages)
    assert all(page.status_code == 200 for page in pages)
    assert "Tiếng Việt" in text_of(pages[1]) and "parcel_shipped" not in both, "a reader sees no key of the code"
    assert "0905 ••• 333" in both and "a•••@example.org" in both and "hết hạn mức" in both and "Tin Zalo" in both
    for hidden in ("905222333", "0905 222 333", "secret-token", "471199", "an@example.org"):
        assert hidden not in both


def test_one_press_sends_it_again_and_a_second_says_so(client: Client, failed: OutboxMessage) -> None:
    answers = [client.post(f"/quan-tri/tin-nhan/{failed.pk}/gui-lai/", follow=True) for _press in range(2)]
    failed.refresh_from_db()
    assert (failed.status, failed.given_up, failed.rounds) == ("waiting", [], 1)
    assert "sẽ đi lại trong một phút" in text_of(answers[0]) and "vừa được gửi" in text_of(answers[1])


def test_everything_of_the_last_days_goes_again_at_once(client: Client, failed: OutboxMessage) -> None:
    OutboxMessage.objects.filter(pk=failed.pk).update(created_at=timezone.now())
    client.post("/quan-tri/tin-nhan/gui-lai/")
    failed.refresh_from_db()
    assert failed.status == "waiting"
