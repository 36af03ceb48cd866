"""What is told upward: counts only; whoever shows them hides the small ones (`community.text.counts`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.places.models import AdminUnit
from community.training.models import Attendance, LessonLevel, TrainingSession
from community.training.progress import levels_of


@dataclass(slots=True)
class LessonCount:
    """How many people are at each level of a lesson now; each is counted once, where he is furthest."""

    lesson: str
    at: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class CommuneCount:
    """Sessions held in a commune. ``women``, ``men`` and ``minorities`` are of the sessions where they were counted."""

    commune: AdminUnit
    sessions: int = 0
    members: int = 0
    guests: int = 0
    women: int = 0
    men: int = 0
    minorities: int = 0


def count_lessons(lessons: Iterable[str], *, acts: Mapping[str, str]) -> list[LessonCount]:
    """In the order of ``lessons``; five queries at most."""
    begun = LessonLevel.objects.values("person")
    done = AuditEntry.objects.filter(action__in=set(acts.values()), mandate_code="", actor__isnull=False).values(
        "actor"
    )
    people = list(User.objects.filter(pk__in=begun).only("pk")) + list(User.objects.filter(pk__in=done).only("pk"))
    counts = {lesson: LessonCount(lesson) for lesson in lessons}
    for reached in levels_of(set(people), acts=acts).values():
        for lesson, (level, _since) in reached.items():
            if lesson in counts:
                counts[lesson].at[level] += 1
    return list(counts.values())


def count_sessions(sessions: Iterable[TrainingSession]) -> list[CommuneCount]:
    """Held ones by commune, in the order of its name. One query for who came."""
    held = [one for one in sessions if one.status == TrainingSession.Status.HELD]
    named = Counter(Attendance.objects.filter(session__in=held).values_list("session_id", flat=True))
    counts: dict[int, CommuneCount] = {}
    for one in held:
        row = counts.setdefault(one.commune_id, CommuneCount(one.commune))
        row.sessions += 1
        row.members += named[one.pk]
        row.guests += one.guests
        row.women += one.women or 0
        row.men += one.men or 0
        row.minorities += one.minorities or 0
    return sorted(counts.values(), key=lambda row: row.commune.sort_key)
