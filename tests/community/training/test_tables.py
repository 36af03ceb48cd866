"""What the database itself refuses about sessions and levels."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from community import clock
from community.training.models import Attendance, LessonLevel, TrainingSession

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [{"status": "other"}, {"guests": 501}, {"status": "held"}, {"closed_at": "now"}],
    ids=["a state nobody knows", "more guests than a hall holds", "held and not closed", "planned and closed"],
)
def test_a_session_is_planned_or_closed(lan, places, wrong):
    facts = {"commune": places["31673"], "held_on": clock.today(), "place": "Nhà văn hóa", "led_by": lan}
    TrainingSession.objects.create(**facts)
    wrong = {name: clock.now() if value == "now" else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingSession.objects.create(**facts, **wrong)


def test_a_level_and_an_attendance_stand_once(lan, places):
    session = TrainingSession.objects.create(
        commune=places["31673"], held_on=clock.today(), place="Nhà văn hóa", led_by=lan
    )
    for model, facts in (
        (Attendance, {"session": session, "person": lan}),
        (LessonLevel, {"person": lan, "lesson": "nhan-don", "level": "seen", "how": "self"}),
    ):
        model.objects.create(**facts)
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**facts)
        assert model.objects.count() == 1
