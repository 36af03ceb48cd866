"""Sessions: planned by somebody of the commune's team, filled with who came, closed with what they learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative, Membership, MembershipQuerySet
from community.errors import DomainError
from community.places.models import AdminUnit
from community.teams.models import Team, TeamMember
from community.text.counts import LEAST
from community.training.models import MOST_GUESTS, Attendance, How, Level, TrainingSession
from community.training.progress import RANK, reach

MOST_LESSONS = 8


class BadSession(DomainError):
    """Codes: ``not_here`` (no place in a team of the commune that helps), ``no_place``, ``no_lesson``, ``moved`` (held

    or called off meanwhile), ``not_a_member`` (of no cooperative of the commune), ``not_oneself`` (nobody attests
    himself), ``too_many`` (facts: most), ``does_not_add_up`` (men and women, or minorities, are more than came; facts:
    came), ``too_few`` (minorities, or all others, are 1–4; facts: least), ``too_early`` (facts: day).
    """


@dataclass(frozen=True, slots=True)
class Came:
    """Who came without a name, and counts of all who came that the leader may type; None is "not counted"."""

    guests: int = 0
    women: int | None = None
    men: int | None = None
    minorities: int | None = None


@transaction.atomic
def plan_session(
    *,
    commune: AdminUnit,
    held_on: date,
    place: str,
    lessons: Sequence[str],
    led_by: User,
    actor: Actor,
    is_demo: bool = False,
) -> TrainingSession:
    """Raises :class:`BadSession`: the actor and whoever leads it must have a place in a team of the commune."""
    tidy = " ".join(place.split())[:160]
    if not tidy:
        raise BadSession("no_place")
    if not lessons or len(lessons) > MOST_LESSONS:
        raise BadSession("no_lesson")
    for who in (actor.user, led_by):
        if not _helps_in(who, commune):
            raise BadSession("not_here")
    session = TrainingSession.objects.create(
        commune=commune,
        held_on=held_on,
        place=tidy,
        lessons=list(dict.fromkeys(lessons)),
        led_by=led_by,
        planned_at=clock.now(),
        is_demo=is_demo,
    )
    record(actor=actor, action="training.planned", subject=session, lessons=session.lessons)
    return session


@transaction.atomic
def write_attendance(*, session: TrainingSession, person: User, level: Level, actor: Actor) -> Attendance:
    """Somebody came and got so far; once more changes the level. Raises :class:`BadSession`."""
    _open(session, actor)
    if not members_of(session.commune).filter(user=person).exists():
        raise BadSession("not_a_member")
    if level == Level.ALONE and actor.user is not None and person.pk == actor.user.pk:
        raise BadSession("not_oneself")
    row, _new = Attendance.objects.update_or_create(session=session, person=person, defaults={"level": level})
    record(actor=actor, action="training.attended", subject=session, person=person.pk, level=str(Level(level).value))
    return row


@transaction.atomic
def strike_attendance(*, session: TrainingSession, person: User, actor: Actor) -> None:
    """Written by mistake. Raises :class:`BadSession`."""
    _open(session, actor)
    if Attendance.objects.filter(session=session, person=person).delete()[0]:
        record(actor=actor, action="training.attendance_struck", subject=session, person=person.pk)


@transaction.atomic
def close_session(*, session: TrainingSession, came: Came, actor: Actor) -> TrainingSession:
    """It was held: the levels of all who came are written, each with those below it. Raises :class:`BadSession`."""
    _open(session, actor)
    if session.held_on > clock.today():
        raise BadSession("too_early", day=session.held_on)
    rows = list(session.attendances.select_related("person"))
    _check(came, named=len(rows))
    now = clock.now()
    moved = TrainingSession.objects.filter(pk=session.pk, status=TrainingSession.Status.PLANNED).update(
        status=TrainingSession.Status.HELD,
        closed_at=now,
        guests=came.guests,
        women=came.women,
        men=came.men,
        minorities=came.minorities,
    )
    if not moved:
        raise BadSession("moved")
    for level in Level:
        people = [row.person for row in rows if RANK[Level(row.level)] >= RANK[level]]
        reach(people=people, lessons=session.lessons, level=level, how=How.SESSION, session=session)
    record(actor=actor, action="training.held", subject=session, members=len(rows), guests=came.guests)
    session.refresh_from_db()
    return session


@transaction.atomic
def call_off(*, session: TrainingSession, actor: Actor) -> None:
    """It will not be. Raises :class:`BadSession`."""
    _open(session, actor)
    _call_off(session, actor)


def sessions_of(team: Team) -> QuerySet[TrainingSession]:
    """Still to be held or closed, led by somebody who is or was in this team and helps in no other of the commune."""
    planned = TrainingSession.objects.filter(commune=team.commune_id, status=TrainingSession.Status.PLANNED)
    leaders = TeamMember.objects.filter(team=team).exclude(
        user__in=TeamMember.objects.helping_beside(team).values("user")
    )
    return planned.filter(led_by__in=leaders.values("user")).order_by("held_on", "pk")


@transaction.atomic
def pass_on(team: Team, *, to: User | None, actor: Actor) -> tuple[int, int]:
    """``to`` leads its sessions from now on; without anybody those to come are called off (one whose day has passed
    waits for the commune's next team). How many were given, and how many called off."""
    given = called_off = 0
    for session in sessions_of(team).select_for_update():
        if to is not None:
            TrainingSession.objects.filter(pk=session.pk).update(led_by=to)
            record(actor=actor, action="training.passed_on", subject=session, to=to.pk)
            given += 1
        elif session.held_on >= clock.today():
            _call_off(session, actor)
            called_off += 1
    return given, called_off


def members_of(commune: AdminUnit) -> MembershipQuerySet:
    """Memberships that hold in the commune's cooperatives."""
    return (
        Membership.objects.active()
        .filter(cooperative__commune=commune, user__is_active=True)
        .exclude(cooperative__status=Cooperative.Status.CEASED)
    )


def _open(session: TrainingSession, actor: Actor) -> None:
    """Locks it. Only a planned one, only by somebody of the commune's teams."""
    now = TrainingSession.objects.select_for_update().get(pk=session.pk)
    if not _helps_in(actor.user, session.commune):
        raise BadSession("not_here")
    if now.status != TrainingSession.Status.PLANNED:
        raise BadSession("moved")


def _call_off(session: TrainingSession, actor: Actor) -> None:
    """One that is locked, and planned."""
    TrainingSession.objects.filter(pk=session.pk).update(
        status=TrainingSession.Status.CALLED_OFF, closed_at=clock.now()
    )
    record(actor=actor, action="training.called_off", subject=session)


def _helps_in(user: User | None, commune: AdminUnit) -> bool:
    return user is not None and TeamMember.objects.helping().filter(user=user, team__commune=commune).exists()


def _check(came: Came, *, named: int) -> None:
    if came.guests > MOST_GUESTS:
        raise BadSession("too_many", most=MOST_GUESTS)
    everybody = named + came.guests
    if (came.women or 0) + (came.men or 0) > everybody or (came.minorities or 0) > everybody:
        raise BadSession("does_not_add_up", came=everybody)
    few = (came.minorities or 0, everybody - came.minorities if came.minorities else 0)
    if any(0 < cell < LEAST for cell in few):  # never stored, so no sum and no difference can tell it
        raise BadSession("too_few", least=LEAST)
