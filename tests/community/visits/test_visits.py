"""A visit is written down once, by whom it was made, put right for two days, and never anywhere but at home."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.audit.models import AuditEntry
from community.visits.models import EDITABLE_FOR, Visit
from community.visits.writing_down import (
    MOST_PHOTOS,
    CannotVisit,
    VisitFacts,
    change_visit,
    drop_photo,
    finish_step,
    write_down_visit,
)
from tests.harness.team import Helpers, acts
from tests.marketplace.claims.stage import a_picture


def told(**facts) -> VisitFacts:
    return VisitFacts(**{"held_on": clock.today(), "minutes": 45, "topics": ("photos", "goods")} | facts)


def visit(cast, helpers: Helpers, *, key=None, photos=(), by="tuan", **facts) -> Visit:
    place = getattr(helpers, by)
    return write_down_visit(
        cooperative=cast.huong_que,
        place=place,
        facts=told(**facts),
        key=key or uuid4(),
        actor=acts(place),
        photos=photos,
    )


def test_a_visit_names_who_was_there_and_has_one_line_in_the_audit(cast, helpers) -> None:
    made = visit(cast, helpers, next_step="Chụp lại ảnh gạo", place="ấp 3")
    entry = AuditEntry.objects.about(made).get()
    assert (made.visitor, made.carrier, made.commune) == (helpers.tuan.user, helpers.tuan.user, cast.tran_de)
    assert (entry.action, entry.actor, entry.cooperative, entry.mandate_code) == (
        "visit.written",
        helpers.tuan.user,
        cast.huong_que,
        "",
    )


def test_sent_twice_it_is_one_visit_and_anothers_key_opens_nothing(cast, helpers) -> None:
    key = uuid4()
    made = visit(cast, helpers, key=key)
    assert visit(cast, helpers, key=key).pk == made.pk
    with pytest.raises(CannotVisit, match="written"):  # other words under the same key are not dropped in silence
        visit(cast, helpers, key=key, minutes=60)
    with pytest.raises(CannotVisit, match="not_yours"):
        visit(cast, helpers, key=key, by="hanh")
    assert Visit.objects.get().minutes == 45


def test_two_posts_of_one_form_at_one_moment_are_one_visit(cast, helpers, monkeypatch) -> None:
    key = uuid4()
    made = visit(cast, helpers, key=key)
    blind = [Visit.objects.none()]  # the second asks before the first is there
    asked = Visit.objects.filter
    monkeypatch.setattr(Visit.objects, "filter", lambda **by: blind.pop() if blind else asked(**by))
    assert visit(cast, helpers, key=key).pk == made.pk and not blind


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"held_on": clock.today() + timedelta(days=1)}, "day"),
        ({"held_on": clock.today() - timedelta(days=61)}, "day"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 721}, "minutes"),
        ({"topics": ()}, "no_topic"),
        ({"topics": ("gossip",)}, "no_topic"),
    ],
)
def test_what_cannot_have_been_is_refused(cast, helpers, facts, code) -> None:
    with pytest.raises(CannotVisit, match=code):
        visit(cast, helpers, **facts)
    assert not Visit.objects.exists()


def test_nobody_visits_a_seller_of_another_commune_or_after_leaving(cast, helpers) -> None:
    with pytest.raises(CannotVisit, match="not_here"):
        visit(cast, helpers, by="elsewhere")
    type(helpers.hanh).objects.filter(pk=helpers.hanh.pk).update(ended_at=clock.now())
    with pytest.raises(CannotVisit, match="ended"):
        visit(cast, helpers, by="hanh")
    assert not Visit.objects.exists()


def test_a_partner_s_visit_says_that_it_was_a_look(cast, helpers) -> None:
    assert visit(cast, helpers, by="nga").looks_only
    assert not visit(cast, helpers).looks_only


def test_it_is_put_right_for_two_days_by_its_writer_then_never(cast, helpers) -> None:
    made = visit(cast, helpers)
    with pytest.raises(CannotVisit, match="not_yours"):
        change_visit(visit=made, facts=told(minutes=50), actor=acts(helpers.hanh))
    change_visit(visit=made, facts=told(minutes=50), actor=acts(helpers.tuan))
    assert made.minutes == 50
    with clock.at(made.written_at + EDITABLE_FOR), pytest.raises(CannotVisit, match="fixed"):
        change_visit(visit=made, facts=told(minutes=55), actor=acts(helpers.tuan))
    made.refresh_from_db()
    assert made.minutes == 50


def test_a_step_is_done_once_and_another_step_is_open_again(cast, helpers) -> None:
    made = visit(cast, helpers, next_step="In tem")
    with pytest.raises(CannotVisit, match="not_yours"):
        finish_step(visit=made, actor=acts(helpers.hanh))
    finish_step(visit=made, actor=acts(helpers.tuan))
    with pytest.raises(CannotVisit, match="no_step"):
        finish_step(visit=made, actor=acts(helpers.tuan))
    change_visit(visit=made, facts=told(next_step="In thêm tem"), actor=acts(helpers.tuan))
    assert list(Visit.objects.open_steps()) == [made]
    change_visit(visit=made, facts=told(), actor=acts(helpers.tuan))  # no step: nothing to be done
    assert not Visit.objects.open_steps().exists()


def test_photos_are_private_files_kept_once_and_few(cast, helpers) -> None:
    pictures = [a_picture(), a_picture()]
    made = visit(cast, helpers, photos=pictures)
    photo = made.photos.get()  # the same picture twice
    assert photo.file.name.startswith("visits/")
    drop_photo(photo=photo, actor=acts(helpers.tuan))
    assert not made.photos.exists()


def test_more_photos_than_may_be_keep_nothing(cast, helpers, monkeypatch) -> None:
    monkeypatch.setattr("community.visits.writing_down.MOST_PHOTOS", 0)
    with pytest.raises(CannotVisit, match="too_many_photos"):
        visit(cast, helpers, photos=[a_picture()])
    assert not Visit.objects.exists()
    assert MOST_PHOTOS == 6
