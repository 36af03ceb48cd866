"""What was typed and not saved waits; what was saved does not come back."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, sign_in
from tests.harness.chance import without_tokens
from tests.traceability.fieldwork.conftest import jpeg, typed
from tests.traceability.fieldwork.test_steps import step_url
from traceability.batches.models import Batch
from traceability.events.models import Event
from traceability.fieldwork.drafts import KEY

pytestmark = pytest.mark.django_db


def page_of(phone: Client, batch: Batch, stage: str = "dry", query: str = "") -> str:
    return re.sub(r"\s+", " ", phone.get(step_url(batch, stage) + query).content.decode())


def test_what_was_typed_waits_without_a_script(lan_phone: Client, batch: Batch) -> None:
    form = typed(p_temp="42,5", note="Nắng to", photos=[jpeg()], keep="1")
    answer = lan_phone.post(step_url(batch, "dry"), form, follow=True)
    assert "not saved yet" in answer.content.decode() and not Event.objects.exists()
    page = page_of(lan_phone, batch)
    assert 'value="42,5"' in page and "Nắng to" in page and 'name="kept"' in page
    assert str(form["client_uuid"]) in page  # the same form: saved twice it is one record
    token = re.search(r'name="kept" value="([^"]+)"', page)[1]
    assert lan_phone.post(step_url(batch, "dry"), typed(p_temp="42,5", kept=token)).status_code == 303
    assert Event.objects.get().evidence.count() == 1


def test_a_script_is_told_which_photos_arrived(lan_phone: Client, batch: Batch) -> None:
    answer = lan_phone.post(
        step_url(batch, "dry"), typed(p_temp="42", photos=[jpeg()], keep="1"), headers={"X-Requested-With": "fetch"}
    )
    assert answer.json()["faults"] == [] and len(answer.json()["kept"]) == 1
    assert not Event.objects.exists()


def test_a_refused_form_waits_too(lan_phone: Client, batch: Batch) -> None:
    assert lan_phone.post(step_url(batch, "dry"), typed(p_temp="nóng", note="Nắng to")).status_code == 422
    assert "Nắng to" in page_of(lan_phone, batch)
    assert "Nắng to" not in page_of(lan_phone, batch, query="?moi")


def test_saving_ends_the_draft_also_where_a_late_keeping_comes_after_it(lan_phone: Client, batch: Batch) -> None:
    form = typed(p_temp="42", note="Nắng to")
    lan_phone.post(step_url(batch, "dry"), form | {"keep": "1"})
    lan_phone.post(step_url(batch, "dry"), form)
    assert "Nắng to" not in page_of(lan_phone, batch)
    lan_phone.post(step_url(batch, "dry"), form | {"keep": "1"})
    assert "Nắng to" not in page_of(lan_phone, batch) and Event.objects.count() == 1


def test_a_draft_belongs_to_one_member_and_is_bounded(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    lan_phone.post(step_url(batch, "dry"), typed(note="Nắng to", keep="1"))
    assert "Nắng to" not in page_of(sign_in(Client(), cast.lan), batch)
    lan_phone.post(step_url(batch, "mill"), typed(note="x" * 9000, keep="1"))
    assert "xxxx" not in without_tokens(page_of(lan_phone, batch, "mill"))


@pytest.mark.parametrize("number", ["khong-phai-so", "", "1" * 31])
def test_a_form_with_a_broken_number_is_not_kept_and_the_step_opens_again(
    lan_phone: Client, batch: Batch, number: str
) -> None:
    lan_phone.post(step_url(batch, "dry"), typed(note="Nắng to", keep="1", client_uuid=number))
    assert KEY not in lan_phone.session
    assert lan_phone.get(step_url(batch, "dry")).status_code == 200


def test_a_broken_number_that_was_kept_before_is_forgotten_when_the_step_opens(lan_phone: Client, batch: Batch) -> None:
    lan_phone.post(step_url(batch, "dry"), typed(note="Nắng to", keep="1"))
    session = lan_phone.session
    [name] = session[KEY]
    session[KEY][name]["values"]["client_uuid"] = "khong-phai-so"
    session.save()
    assert "Nắng to" not in page_of(lan_phone, batch) and not lan_phone.session[KEY]


def test_today_and_yesterday_are_one_tap_and_another_day_is_the_phones_own_picker(
    lan_phone: Client, batch: Batch
) -> None:
    page = page_of(lan_phone, batch)
    today = timezone.localdate()
    assert re.search(rf'name="day_is" value="{today:%Y-%m-%d}" checked', page)
    form = typed(day="", hour="00:00") | {"day_is": f"{today:%Y-%m-%d}"}
    assert lan_phone.post(step_url(batch, "dry"), form).status_code == 303
    assert timezone.localdate(Event.objects.get().event_time) == today
