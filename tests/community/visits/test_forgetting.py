"""Notes and photos of visits go after a stated time; that there was a visit stays, and an inspector's stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.core.files.storage import storages

from community import clock
from community.audit.models import AuditEntry
from community.teams.joining import join_team
from community.visits.forgetting import forget_old_visits
from tests.community.visits.test_visits import visit
from tests.harness.team import MAKER, Helpers, _person
from tests.marketplace.claims.stage import a_picture


def test_notes_and_photos_of_an_old_visit_are_deleted(
    cast, helpers, settings, django_capture_on_commit_callbacks
) -> None:
    settings.VISIT_DAYS = 100
    made = visit(cast, helpers, photos=[a_picture()], notes="Nhà chị có con nhỏ", result="Đã chụp ảnh")
    name = made.photos.get().file.name
    assert forget_old_visits(now=clock.now() + timedelta(days=99)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_visits(now=clock.now() + timedelta(days=102)) == 1
    assert forget_old_visits(now=clock.now() + timedelta(days=102)) == 0
    made.refresh_from_db()
    assert (made.notes, made.result, made.photos.count()) == ("", "Đã chụp ảnh", 0)
    assert not storages["private"].exists(name)
    assert AuditEntry.objects.about(made).filter(action="visit.forgotten").count() == 1


def test_what_an_inspector_wrote_stays(cast, helpers: Helpers, settings) -> None:
    settings.VISIT_DAYS = 100
    place = join_team(team=helpers.tuan.team, user=_person("Kim Thị Sa", 5), role="inspector", actor=MAKER)
    made = visit(cast, replace(helpers, tuan=place), photos=[a_picture()], notes="Lô thiếu nhãn", batch_code="")
    looked = visit(cast, helpers, by="nga", notes="Chỉ ghé xem")
    assert forget_old_visits(now=clock.now() + timedelta(days=200)) == 1
    made.refresh_from_db()
    looked.refresh_from_db()
    assert (made.notes, made.photos.count(), looked.notes) == ("Lô thiếu nhãn", 1, "")
