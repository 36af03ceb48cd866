"""How far people are with lessons: what they said, tried or showed, and what they did in earnest with nobody's help."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from community import clock
from community.accounts.models import User
from community.audit.models import AuditEntry
from community.training.models import How, LessonLevel, Level, TrainingSession

RANK = {Level.SEEN: 1, Level.TRIED: 2, Level.ALONE: 3}
"""Higher is further; 0 is "not yet"."""

Reached = dict[str, tuple[Level, datetime]]
"""By lesson the highest level, and since when."""


@transaction.atomic
def reach(
    *, people: Iterable[User], lessons: Iterable[str], level: Level, how: How, session: TrainingSession | None = None
) -> None:
    """Note that these people reached ``level`` in these lessons; what stands already stays.

    Nobody is refused: who came to a session or pressed a button is believed.
    """
    now, keys = clock.now(), list(lessons)
    rows = [
        LessonLevel(person=person, lesson=lesson, level=level, how=how, session=session, reached_at=now)
        for person in people
        for lesson in keys
    ]
    LessonLevel.objects.bulk_create(rows, ignore_conflicts=True)


def levels_of(people: Collection[User], *, acts: Mapping[str, str]) -> dict[int, Reached]:
    """By person's id the highest level of each lesson begun. Two queries.

    ``acts``: lesson → the action that shows it is done (``AuditEntry.action``). It counts when the person did it
    under no mandate: what a helper does for somebody teaches the helper at most, and is written with its mandate.
    Of these lessons "alone" is read from nowhere else: what a session attests counts as tried.
    """
    found: dict[int, Reached] = {person.pk: {} for person in people}
    for row in LessonLevel.objects.filter(person__in=people).order_by("reached_at", "pk"):
        if row.level != Level.ALONE or row.lesson not in acts:
            _raise(found[row.person_id], row.lesson, Level(row.level), row.reached_at)
    for person, action, at in _done_alone(people, set(acts.values())):
        for lesson, wanted in acts.items():
            if wanted == action:
                _raise(found[person], lesson, Level.ALONE, at)
    return found


def _done_alone(people: Collection[User], actions: Collection[str]) -> Iterable[tuple[int, str, datetime]]:
    """The first time of each act that somebody did in his own name."""
    own = AuditEntry.objects.filter(actor__in=people, action__in=actions, mandate_code="").order_by()
    return own.values("actor_id", "action").annotate(first=Min("at")).values_list("actor_id", "action", "first")


def _raise(reached: Reached, lesson: str, level: Level, at: datetime) -> None:
    before = reached.get(lesson)
    if before is None or RANK[level] > RANK[before[0]]:
        reached[lesson] = (level, at)
