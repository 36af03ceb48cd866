"""A place told with a harvest: also at a finished batch, forgotten by whoever told it, by staff, and by itself."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from community import clock
from community.audit.models import AuditEntry
from community.cooperatives.models import Membership
from tests.cast import Cast, sign_in
from tests.traceability.balance.conftest import NOW, Garden
from tests.traceability.balance.reading import read
from tests.traceability.balance.test_checking import locked
from tests.traceability.balance.test_field_data import fix, square
from traceability.balance.models import Check, Position
from traceability.balance.plot_changes import set_outline
from traceability.balance.positions import forget_position, note_position, purge_positions
from traceability.balance.settling import BadAnswer, dismiss, explain
from traceability.batches.models import Batch
from traceability.products.models import LineStep

pytestmark = pytest.mark.django_db
HERE = {"here_lat": "9.5004", "here_lon": "105.9004", "here_accuracy": "12", "here_at": "2026-06-20T05:00:00Z"}


@pytest.fixture
def told(garden: Garden, cast: Cast) -> Position:
    """Fifteen plots away from the garden."""
    set_outline(plot=garden.plot, outline=square(), actor=cast.lan_acts)
    leaf = garden.harvest(100_000)
    return note_position(event=leaf.events.get(), fix=fix(15.0), device="a", actor=cast.lan_acts)


def test_a_place_that_is_asked_about_is_forgotten_and_its_question_waits_for_staff(told: Position, cast: Cast) -> None:
    leaf = told.event.batch
    assert leaf is not None and locked(leaf) == [True]
    forget_position(position=told, actor=cast.lan_acts)
    (asked,) = Check.objects.open().filter(batch=leaf, rule="MB-9")
    assert not Position.objects.exists() and locked(leaf) == [True]
    with pytest.raises(BadAnswer, match="not_yours_to_clear"):
        explain(check=asked, note="Đứng ở nhà", actor=cast.lan_acts)
    dismiss(check=asked, note="Đã gọi điện.", actor=cast.hoa_acts)
    assert locked(leaf) == [False] and not Check.objects.open().filter(rule="MB-9").exists()


def test_who_recorded_it_has_it_forgotten_on_the_phone_and_nobody_else(
    told: Position, cast: Cast, phone: Client
) -> None:
    where = [told.event.batch.public_code, told.event.client_uuid]  # type: ignore[union-attr]
    url = reverse("fieldwork:forget_place", args=where)
    assert "Xóa vị trí ngay" in read(phone, "record", *where)
    stranger = sign_in(Client(), cast.other_seller)
    assert stranger.post(url).status_code == 404 and Position.objects.exists()
    assert phone.post(url).status_code == phone.post(url).status_code == 303
    assert not Position.objects.exists() and "Xóa vị trí ngay" not in read(phone, "record", *where)
    entry = AuditEntry.objects.get(action="position.forgotten")
    assert entry.actor == cast.lan and "105" not in str(entry.facts)


def test_a_colleague_is_not_shown_that_there_is_a_place(told: Position, cast: Cast, client: Client) -> None:
    Membership.objects.filter(cooperative=cast.huong_que, user=cast.son).update(role="recorder")
    where = [told.event.batch.public_code, told.event.client_uuid]  # type: ignore[union-attr]
    sign_in(client, cast.son)
    assert "Xóa vị trí ngay" not in read(client, "record", *where)
    assert client.post(reverse("fieldwork:forget_place", args=where)).status_code == 303
    assert Position.objects.exists()


def test_staff_forgets_a_place_with_a_reason_and_reads_none(told: Position, cast: Cast, site_ready: None) -> None:
    hoa = sign_in(Client(), cast.hoa)
    listed = hoa.get(reverse("harvest_places:index")).content.decode()
    assert cast.lan.name in listed and "105.9" not in listed and "105,9" not in listed
    url = reverse("harvest_places:delete", args=[told.pk])
    assert hoa.post(url, {"why": "x"}).status_code == 200 and Position.objects.exists()
    assert hoa.post(url, {"why": "asked"}).status_code == 302
    entry = AuditEntry.objects.get(action="position.forgotten")
    assert (entry.actor, entry.facts["why"]) == (cast.hoa, "asked") and not Position.objects.exists()
    assert Batch.objects.filter(pk=told.event.batch_id).exists()
    lan = sign_in(Client(), cast.lan)
    assert lan.get(reverse("harvest_places:index")).status_code in (302, 403)


@pytest.mark.parametrize(("days", "east", "left"), [(179, 0.5, 1), (181, 0.5, 0), (181, 15.0, 1)])
def test_the_night_forgets_old_places_unless_somebody_asks_about_one(
    garden: Garden, cast: Cast, days: int, east: float, left: int
) -> None:
    set_outline(plot=garden.plot, outline=square(), actor=cast.lan_acts)
    leaf = garden.harvest(100_000)
    note_position(event=leaf.events.get(), fix=fix(east), device="a", actor=cast.lan_acts)
    with clock.at(NOW + timedelta(days=days)):
        assert purge_positions() == 1 - left
    assert Position.objects.count() == left
    purged = AuditEntry.objects.filter(action="positions.purged")
    assert [entry.facts for entry in purged] == ([] if left else [{"count": 1, "days": 180}])


def test_a_harvest_step_of_a_finished_batch_tells_its_place_too(garden: Garden, phone: Client) -> None:
    """And a broken script does not silence the question about an unusual number."""
    step = LineStep.objects.get(line=garden.product.line, code="pluck")
    batch = garden.open()
    Batch.objects.filter(pk=batch.pk).update(plot=garden.plot)
    url = reverse("fieldwork:step", args=[batch.public_code, step.code])
    page = phone.get(url).content.decode()
    assert "data-place" in page and "js/place.js" in page
    assert "data-place" not in phone.get(reverse("fieldwork:step", args=[batch.public_code, "dry"])).content.decode()
    hidden = {"client_uuid": uuid4(), "recorded_at": "2026-06-20T05:00:00+00:00"}
    sent = {"day": "2026-06-20", "hour": "11:30", "note": ""} | hidden
    for _ in range(2):
        assert phone.post(url, sent | HERE).status_code == 303
    position = Position.objects.get()
    assert position.event.batch_id == batch.pk and position.device
    assert phone.post(url, sent | HERE | {"client_uuid": uuid4(), "hour": "11:45", "here_lat": "x"}).status_code == 303
    assert batch.events.count() == 2 and Position.objects.count() == 1
