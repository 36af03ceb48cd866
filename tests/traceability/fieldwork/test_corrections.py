"""Putting a record right on the phone: what was said, before and after, why, and both stay visible."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast, sign_in
from tests.traceability.fieldwork.conftest import jpeg, record, then, typed
from traceability.batches.models import Batch
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.selling import record_sale


def url_of(name: str, event: Event) -> str:
    return reverse(f"fieldwork:{name}", args=[event.batch.public_code, event.client_uuid])


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def fixed(**fields: object) -> dict[str, object]:
    return typed(why="Gõ nhầm", why_words="") | fields


def test_the_form_says_what_was_said(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, "dry", parameters={"temp": "42,5"}, note="Nắng to")
    page = lan_phone.get(url_of("correct", event)).content.decode()
    for value in ('value="42,5"', "Nắng to", then().date().isoformat(), 'value="07:30"'):
        assert value in page


def test_before_and_after_are_shown_and_nothing_is_saved_yet(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, "pack", packs=310)
    answer = lan_phone.post(url_of("correct", event), fixed(packs="301"))
    page = answer.content.decode().replace("\xa0", " ")
    assert answer.status_code == 200
    assert "310 × 5 kg bag = 1,550 kg" in page
    assert "301 × 5 kg bag = 1,505 kg" in page
    assert "<dd>Mistyped</dd>" in page  # this phone reads English
    assert not ErrorDeclaration.objects.exists()


def test_confirmed_it_is_saved_once_however_often_it_is_sent(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, "pack", packs=310)
    form = fixed(packs="301", confirmed="1")
    for _ in range(2):
        answer = lan_phone.post(url_of("correct", event), form, follow=True)
        assert "Corrected: Pack and label." in answer.content.decode()
    batch.refresh_from_db()
    assert (ErrorDeclaration.objects.count(), Event.objects.count(), batch.on_hand_base) == (1, 2, 1_505_000)
    assert ErrorDeclaration.objects.get().note == "Gõ nhầm"
    page = lan_phone.get(reverse("fieldwork:batch", args=[batch.public_code])).content.decode()
    assert "<del>Pack and label</del>" in page


def test_one_can_go_back_and_change_something_else(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, "pack", packs=310)
    page = lan_phone.post(url_of("correct", event), fixed(packs="301", again="1")).content.decode()
    assert 'value="301"' in page
    assert not ErrorDeclaration.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"packs": "310"}, "Nothing is different"),
        ({"packs": "x"}, "whole number"),
        ({"packs": "301", "why": ""}, "Choose a reason"),
        ({"packs": "301", "why": "Lý do khác"}, "Say in a few words"),
        ({"packs": "301", "day": "2199-01-01"}, "not come yet"),
    ],
)
def test_what_does_not_do_gets_a_sentence_and_changes_nothing(
    lan_phone: Client, batch: Batch, cast: Cast, fields: dict[str, object], words: str
) -> None:
    event = record(batch, cast, "pack", packs=310)
    answer = lan_phone.post(url_of("correct", event), fixed(confirmed="1", late_reason="") | fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (Event.objects.count(), ErrorDeclaration.objects.count()) == (1, 0)


def test_photos_stay_with_the_corrected_step_unless_unticked(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    lan_phone.post(reverse("fieldwork:step", args=[batch.public_code, "dry"]), typed(p_temp="42", photos=[jpeg()]))
    event = Event.objects.get()
    page = lan_phone.get(url_of("correct", event)).content.decode()
    lan_phone.post(url_of("correct", event), fixed(p_temp="43", kept=hidden(page, "kept"), confirmed="1"))
    second = Event.objects.exclude(pk=event.pk).get()
    assert json.loads(second.body)["ocop:evidence"] == json.loads(event.body)["ocop:evidence"]
    lan_phone.post(url_of("correct", second), fixed(p_temp="43", confirmed="1", why="Lý do khác", why_words="Nhầm ảnh"))
    third = Event.objects.get(corrects=second)
    assert "ocop:evidence" not in json.loads(third.body)


def test_a_step_that_was_not_done_is_taken_back_with_its_stock(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, "pack", packs=10)
    page = lan_phone.get(url_of("withdraw", event)).content.decode().replace("\xa0", " ")
    assert "50 kg leave the stock" in page
    form = {"client_uuid": hidden(page, "client_uuid"), "why": "Ghi hai lần", "why_words": ""}
    for _ in range(2):
        answer = lan_phone.post(url_of("withdraw", event), form, follow=True)
        assert "Taken back: Pack and label." in answer.content.decode()
    batch.refresh_from_db()
    assert (batch.on_hand_base, ErrorDeclaration.objects.count()) == (0, 1)


def test_a_record_already_taken_back_offers_nothing_and_refuses_a_late_form(
    lan_phone: Client, batch: Batch, cast: Cast
) -> None:
    event = record(batch, cast, "dry")
    form = {"why": "Ghi hai lần", "why_words": ""}
    lan_phone.post(url_of("withdraw", event), form | {"client_uuid": str(uuid4())})
    assert lan_phone.get(url_of("withdraw", event)).status_code == 409
    assert lan_phone.get(url_of("correct", event)).status_code == 409
    assert lan_phone.post(url_of("withdraw", event), form | {"client_uuid": str(uuid4())}).status_code == 409
    assert lan_phone.post(url_of("correct", event), fixed(p_temp="40", confirmed="1")).status_code == 409
    assert url_of("correct", event) not in lan_phone.get(url_of("record", event)).content.decode()
    assert (Event.objects.count(), ErrorDeclaration.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["record", "correct", "withdraw"])
def test_another_cooperative_s_record_does_not_exist(client: Client, batch: Batch, cast: Cast, name: str) -> None:
    event = record(batch, cast, "dry")
    phone = sign_in(client, cast.other_seller)
    assert phone.get(url_of(name, event)).status_code == 404
    if name != "record":
        assert phone.post(url_of(name, event), fixed(p_temp="40", confirmed="1")).status_code == 404
    assert not ErrorDeclaration.objects.exists()


def test_a_sale_is_no_record_of_a_member(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    record(batch, cast, "pack", packs=2)
    sale = record_sale(batch=batch, quantity_base=5_000, reference="CN-1", client_uuid=uuid4(), actor=cast.lan_acts)
    for name in ("record", "correct", "withdraw"):
        assert lan_phone.get(url_of(name, sale)).status_code == 404


def test_the_record_says_whether_its_photos_still_fit(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    lan_phone.post(reverse("fieldwork:step", args=[batch.public_code, "dry"]), typed(p_temp="42", photos=[jpeg()]))
    event = Event.objects.get()
    assert "The photos fit the record" in lan_phone.get(url_of("record", event)).content.decode()
    photo = event.evidence.get().photo
    path = photo.file.path
    with open(path, "r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x00")
    page = lan_phone.get(url_of("record", event)).content.decode()
    assert "does not fit the record" in page
    assert "The photos fit the record" not in page


def test_a_step_told_after_two_days_is_asked_why_and_the_answer_is_kept(lan_phone: Client, batch: Batch) -> None:
    url = reverse("fieldwork:step", args=[batch.public_code, "dry"])
    answer = lan_phone.post(url, typed(p_temp="42", late_reason=""))
    assert answer.status_code == 422
    assert "more than two days ago" in answer.content.decode()
    assert not Event.objects.exists()
    assert lan_phone.post(url, typed(p_temp="42")).status_code == 303
    assert json.loads(Event.objects.get().body)["ocop:lateReason"] == "Chép lại từ sổ tay"


def test_what_happened_yesterday_needs_no_excuse(lan_phone: Client, batch: Batch) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    url = reverse("fieldwork:step", args=[batch.public_code, "dry"])
    assert "Why is it written down only now?" not in lan_phone.get(url).content.decode()
    answer = lan_phone.post(url, typed(p_temp="42", late_reason="", day=yesterday.isoformat()))
    assert answer.status_code == 303
    assert "ocop:lateReason" not in Event.objects.get().body


def test_a_diary_filled_in_at_once_is_pointed_out_to_the_cooperative(
    lan_phone: Client, batch: Batch, cast: Cast
) -> None:
    for days in range(5):
        record(batch, cast, "grow", at=then() - timedelta(days=days))
    page = lan_phone.get(reverse("fieldwork:batch", args=[batch.public_code])).content.decode()
    assert "Steps of 5 different days were written down within ten minutes" in page
