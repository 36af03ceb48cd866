"""Recording a step on a phone: what is kept, what is said, and that nothing happens twice or by halves."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.photos.models import Photo
from community.photos.taking_in import MOST_BYTES
from tests.cast import Cast
from tests.harness.days import asked_now, in_days_iso
from tests.traceability.fieldwork.conftest import jpeg, record, then, typed
from traceability.batches.models import Batch, Posting
from traceability.batches.opening import open_batch
from traceability.events.models import Event, Evidence
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db


def step_url(batch: Batch, stage: str) -> str:
    return reverse("fieldwork:step", args=[batch.public_code, stage])


def text_of(response) -> str:
    return response.content.decode()


def nothing_recorded(batch: Batch) -> bool:
    batch.refresh_from_db()
    return not Event.objects.exists() and not Posting.objects.exists() and batch.on_hand_base == 0


def test_a_fresh_form_asks_for_the_photo_first_and_knows_the_moment(lan_phone: Client, batch: Batch) -> None:
    response = lan_phone.get(step_url(batch, "dry"))
    page = text_of(response)
    assert response.status_code == 200
    assert page.index('capture="environment"') < page.index('name="p_temp"') < page.index('name="day"')
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in page
    assert "usually 38–45" in page
    assert 'enctype="multipart/form-data"' in page


def test_a_step_is_stored_and_the_next_one_offered(lan_phone: Client, batch: Batch) -> None:
    response = lan_phone.post(
        step_url(batch, "dry"), typed(p_temp="42,5", p_moisture="14", note="Nắng to"), follow=True
    )
    assert response.redirect_chain == [(reverse("fieldwork:batch", args=[batch.public_code]), 303)]
    said = {each["ocop:key"]: each["ocop:value"] for each in json.loads(Event.objects.get().body)["ocop:parameters"]}
    assert said == {"temp": 42.5, "moisture": 14}
    page = text_of(response)
    assert "Saved: Dry paddy." in page
    assert "Nắng to" in page
    assert step_url(batch, "mill") in page


def test_photos_of_camera_and_gallery_become_evidence(lan_phone: Client, batch: Batch) -> None:
    photos = [jpeg(), jpeg(colour="navy")]
    lan_phone.post(step_url(batch, "harvest"), typed(photos=photos))
    event = Event.objects.get()
    assert event.evidence.count() == 2
    assert {each.photo.cooperative_id for each in event.evidence.all()} == {batch.cooperative_id}
    assert all(each.sha256 in event.body for each in event.evidence.all())


def test_packing_reads_the_amount_back_in_words(lan_phone: Client, batch: Batch) -> None:
    response = lan_phone.post(step_url(batch, "pack"), typed(packs="640"), follow=True)
    batch.refresh_from_db()
    assert batch.on_hand_base == 3_200_000
    assert "640 × 5 kg bag = 3,200\u00a0kg." in text_of(response)


def test_the_same_form_sent_twice_is_stored_once_with_its_photos(lan_phone: Client, batch: Batch) -> None:
    form = typed(packs="10")
    first = lan_phone.post(step_url(batch, "pack"), form | {"photos": [jpeg()]})
    again = lan_phone.post(step_url(batch, "pack"), form | {"photos": [jpeg()]})
    batch.refresh_from_db()
    assert first.status_code == again.status_code == 303
    assert (Event.objects.count(), Evidence.objects.count(), Photo.objects.count()) == (1, 1, 1)
    assert batch.on_hand_base == 50_000


@pytest.mark.parametrize("changed", [{"packs": "11"}, {"photos": [jpeg(colour="red")]}])
def test_the_same_form_with_other_content_is_refused_and_the_first_stands(
    lan_phone: Client, batch: Batch, changed: dict[str, object]
) -> None:
    form = typed(packs="10")
    lan_phone.post(step_url(batch, "pack"), form)
    for file in changed.get("photos", []):
        file.seek(0)
    response = lan_phone.post(step_url(batch, "pack"), form | changed)
    batch.refresh_from_db()
    assert response.status_code == 409
    assert "already saved" in text_of(response)
    assert (Event.objects.count(), Photo.objects.count(), batch.on_hand_base) == (1, 0, 50_000)


BAD = [
    ("pack", {"packs": "-1"}, "a whole number from 1 up"),
    ("pack", {"packs": "0"}, "a whole number from 1 up"),
    ("pack", {"packs": ""}, "a whole number from 1 up"),
    ("pack", {"packs": "1,5"}, "a whole number from 1 up"),
    ("pack", {"packs": "nhiều"}, "a whole number from 1 up"),
    ("pack", {"packs": "1000000000"}, "more than 10,000,000 packs"),
    ("pack", {"packs": "9" * 40}, "a whole number from 1 up"),
    ("dry", {"p_temp": "nóng"}, "not a number"),
    ("dry", {"p_moisture": "-3"}, "not a number"),
    ("dry", {"note": "a" * 201}, "at most 200 signs"),
    ("dry", {"day": in_days_iso(1)}, "has not come yet"),
    ("dry", {"day": "32/13/2026"}, "not a day"),
    ("dry", {"day": ""}, "Choose the day"),
    ("dry", {"day": "0026-11-05"}, "Check the year"),
    ("dry", {"hour": "25:99"}, "not an hour"),
]


@pytest.mark.parametrize(("stage", "fields", "sentence"), BAD)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_changes_nothing(
    lan_phone: Client, batch: Batch, stage: str, fields: dict[str, str], sentence: str
) -> None:
    form = typed(note="Nắng to", packs="5") | asked_now(fields)
    response = lan_phone.post(step_url(batch, stage), form)
    page = text_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert nothing_recorded(batch)
    assert str(form["note"])[:20] in page
    assert form["client_uuid"] in page


def test_an_hour_of_today_that_has_not_come_is_refused(lan_phone: Client, batch: Batch, time_machine) -> None:
    time_machine.move_to(timezone.make_aware(datetime(2026, 11, 22, 9, 0)), tick=False)
    form = typed(day="2026-11-22", hour="23:30")
    response = lan_phone.post(step_url(batch, "dry"), form)
    assert response.status_code == 422
    assert "has not come yet" in text_of(response)
    assert nothing_recorded(batch)


def test_a_form_that_was_open_while_the_work_went_on_is_taken(lan_phone: Client, batch: Batch) -> None:
    now = timezone.localtime()
    opened = (now - timedelta(hours=2)).isoformat()
    form = typed(recorded_at=opened, day=f"{now:%Y-%m-%d}", hour=f"{now:%H:%M}")
    for _ in range(2):
        assert lan_phone.post(step_url(batch, "dry"), form).status_code == 303
    assert Event.objects.count() == 1


@pytest.mark.parametrize("hidden", [{"client_uuid": "x"}, {"recorded_at": "yesterday"}, {"client_uuid": ""}])
def test_a_form_with_broken_hidden_fields_is_refused_and_comes_back_whole(
    lan_phone: Client, batch: Batch, hidden: dict[str, str]
) -> None:
    response = lan_phone.post(step_url(batch, "dry"), typed(p_temp="42") | hidden)
    assert response.status_code == 422
    assert nothing_recorded(batch)
    again = response.context["form"]
    fresh = {name: again[name].value() for name in ("client_uuid", "recorded_at")}
    assert lan_phone.post(step_url(batch, "dry"), typed(p_temp="42") | fresh).status_code == 303


def test_a_late_entry_is_taken_and_shown_as_late(lan_phone: Client, batch: Batch) -> None:
    response = lan_phone.post(step_url(batch, "harvest"), typed(), follow=True)
    assert response.status_code == 200
    assert "days later" in text_of(response)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("anh.jpg", b"%PDF-1.7 not a picture", content_type="image/jpeg"), "not a photo"),
        (SimpleUploadedFile("anh.jpg", b"\xff\xd8\xff" + b"0" * (MOST_BYTES + 15 * 1024 * 1024)), "larger than 25 MB"),
    ],
    ids=["pdf called jpg", "40 MB"],
)
def test_a_bad_photo_is_named_and_the_numbers_are_kept(
    lan_phone: Client, batch: Batch, file: SimpleUploadedFile, sentence: str
) -> None:
    file.seek(0)
    response = lan_phone.post(step_url(batch, "dry"), typed(p_temp="42,5", photos=[file]))
    page = text_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "anh.jpg" in page
    assert 'value="42,5"' in page
    assert nothing_recorded(batch)
    assert not Photo.objects.exists()


def test_a_photo_with_too_many_pixels_is_refused(lan_phone: Client, batch: Batch, monkeypatch) -> None:
    monkeypatch.setattr("community.photos.taking_in.MOST_PIXELS", 1000)
    response = lan_phone.post(step_url(batch, "dry"), typed(photos=[jpeg()]))
    assert response.status_code == 422
    assert "million pixels" in text_of(response)
    assert nothing_recorded(batch)


def test_a_seventh_photo_is_refused(lan_phone: Client, batch: Batch) -> None:
    response = lan_phone.post(step_url(batch, "dry"), typed(photos=[jpeg(8, 8) for _ in range(7)]))
    assert response.status_code == 422
    assert "At most 6 photos" in text_of(response)
    assert nothing_recorded(batch)


def test_good_photos_survive_a_mistyped_number(lan_phone: Client, batch: Batch) -> None:
    form = typed(packs="1,5")
    refused = lan_phone.post(step_url(batch, "pack"), form | {"photos": [jpeg()]})
    (_, token) = refused.context["kept"][0]
    lan_phone.post(step_url(batch, "pack"), form | {"packs": "15", "kept": [token]})
    assert Evidence.objects.get().photo == Photo.objects.get()


def test_a_forged_or_foreign_photo_token_brings_nothing(
    lan_phone: Client, batch: Batch, pack: Pack, cast: Cast
) -> None:
    other = open_batch(pack=pack, day=then().date(), actor=cast.lan_acts)
    refused = lan_phone.post(step_url(other, "pack"), typed(packs="x", photos=[jpeg()]))
    (_, token) = refused.context["kept"][0]
    lan_phone.post(step_url(batch, "pack"), typed(packs="15", kept=[token, "1:forged"]))
    assert Event.objects.count() == 1
    assert not Evidence.objects.exists()


def test_a_number_far_from_usual_is_asked_twice_and_then_taken(lan_phone: Client, batch: Batch) -> None:
    form = typed(p_temp="420")
    asked = lan_phone.post(step_url(batch, "dry"), form)
    assert asked.status_code == 422
    assert "Unusual: Drying temperature 420 °C" in text_of(asked)
    assert nothing_recorded(batch)
    assert lan_phone.post(step_url(batch, "dry"), form | {"sure": "on"}).status_code == 303
    assert Event.objects.count() == 1


def test_like_last_time_is_offered_and_taken_with_a_tap_without_photos(
    lan_phone: Client, batch: Batch, pack: Pack, cast: Cast
) -> None:
    record(batch, cast, "dry", parameters={"temp": "42,5", "moisture": "14"})
    new = open_batch(pack=pack, day=timezone.localdate(), actor=cast.lan_acts)
    offered = text_of(lan_phone.get(step_url(new, "dry")))
    assert batch.lot_code in offered
    assert "Drying temperature 42,5 °C" in offered
    assert 'value="42,5"' not in offered
    taken = lan_phone.get(step_url(new, "dry") + "?nhu-lan-truoc")
    assert 'value="42,5"' in text_of(taken)
    assert not taken.context["kept"]


def test_another_product_s_last_time_is_nobody_s_business(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    record(batch, cast, "dry", parameters={"temp": "42,5"})
    assert lan_phone.get(step_url(batch, "dry")).context["last"] is None


@pytest.mark.parametrize("stage", ["roast", "x" * 60])
def test_a_step_the_product_does_not_have_is_404(lan_phone: Client, batch: Batch, stage: str) -> None:
    assert lan_phone.post(step_url(batch, stage), typed()).status_code == 404
    assert nothing_recorded(batch)


def test_the_client_id_of_another_batch_s_event_is_refused(
    lan_phone: Client, batch: Batch, pack: Pack, cast: Cast
) -> None:
    other = open_batch(pack=pack, day=then().date(), actor=cast.lan_acts)
    form = typed(client_uuid=str(uuid4()))
    lan_phone.post(step_url(other, "dry"), form)
    assert lan_phone.post(step_url(batch, "dry"), form).status_code == 409
    assert not batch.events.exists()
