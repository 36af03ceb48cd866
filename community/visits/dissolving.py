"""A commune dissolves a digital team: what its people could do ends at once, what is still to be done goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.mandates.ending import end_all_of
from community.outbox.queueing import queue_message
from community.teams.models import Team, TeamMember
from community.text.dates import show_date
from community.training.sessions import pass_on, sessions_of
from community.visits.models import HandOver, Visit

RIGHT = "community.change_team"


class CannotDissolve(DomainError):
    """`not_allowed` (only staff), `moved` (dissolved already), `no_taker` (open steps and planned sessions need
    somebody of another team of the commune, as long as there is one)."""


def steps_of(team: Team) -> QuerySet[Visit]:
    return Visit.objects.open_steps().filter(team=team)


def takers_for(team: Team) -> QuerySet[TeamMember]:
    """Who may see to the team's open steps and sessions from now on: helpers of the commune's other teams."""
    others = TeamMember.objects.helping_beside(team).select_related("user", "team")
    return others.order_by("team", "started_at", "pk")


@transaction.atomic
def dissolve_team(*, team: Team, taker: TeamMember | None, actor: Actor) -> Team:
    """Mandates of its people end and the cooperatives are told; places and hand-overs end; its open steps and training
    sessions go to ``taker``. When the commune has no other team the steps stay on the cooperatives' pages and the
    sessions to come are called off. Raises CannotDissolve."""
    if not actor.is_staff_with(RIGHT):
        raise CannotDissolve("not_allowed")
    now = clock.now()
    people = list(TeamMember.objects.active().filter(team=team).select_related("user").order_by("pk"))
    if not Team.objects.filter(pk=team.pk, ended_on=None).update(ended_on=clock.today()):
        raise CannotDissolve("moved")
    taker = _taker(team, taker)
    HandOver.objects.filter(team=team, status=HandOver.Status.WAITING).update(
        status=HandOver.Status.WITHDRAWN, answered_at=now
    )
    steps = steps_of(team).update(carrier=taker.user) if taker is not None else 0
    left = Left(taker, steps, *pass_on(team, to=taker.user if taker else None, actor=actor))
    mandates = end_all_of(team=team, actor=actor)
    TeamMember.objects.filter(team=team, ended_at=None).update(ended_at=now)
    team.refresh_from_db()
    placed = {place.user for place in people}
    told = placed | ({taker.user} if taker is not None else set())
    for person in sorted(told, key=lambda one: one.pk):
        _tell(team, person, left, had_place=person in placed)
    facts: dict[str, Any] = {"people": len(people), "mandates": len(mandates), **left.facts()}
    record(actor=actor, action="team.dissolved", subject=team, **facts)
    return team


@dataclass(frozen=True, slots=True)
class Left:
    """What the team left to do: who takes it, and how many of each."""

    taker: TeamMember | None
    steps: int
    sessions: int
    called_off: int

    def facts(self) -> dict[str, Any]:
        counts = {"steps": self.steps, "sessions": self.sessions, "called_off": self.called_off}
        return counts | ({"taker": self.taker.code} if self.taker is not None else {})


def _taker(team: Team, taker: TeamMember | None) -> TeamMember | None:
    """None when nothing is left to do, or the commune has no other team. Raises CannotDissolve."""
    takers = takers_for(team)
    if not (steps_of(team).exists() or sessions_of(team).exists()) or not takers.exists():
        return None
    if taker is None or not takers.filter(pk=taker.pk).exists():
        raise CannotDissolve("no_taker")
    return taker


def _tell(team: Team, person: User, left: Left, *, had_place: bool) -> None:
    taker = left.taker.user if left.taker is not None else None
    with override(person.language):
        facts = {"team": team.name, "day": show_date(clock.today(), person.language), "taker": taker and taker.name}
        words = [gettext("%(team)s was dissolved on %(day)s.")]
        if had_place:
            words.append(gettext("Your mandates through it have ended."))
        if person == taker:
            words.append(gettext("On your list now: %(steps)s open steps, %(sessions)s training sessions."))
        elif taker is not None:
            words.append(gettext("Open steps and training sessions go to %(taker)s."))
        elif left.called_off:
            words.append(gettext("Its training sessions to come are called off: tell those who were to come."))
        queue_message(
            kind="team_dissolved",
            key=f"{team.code}:{person.pk}",
            to=person.phone or person.email or "",
            channel="sms" if person.phone else "email",
            language=person.language,
            subject=gettext("Digital team"),
            text=" ".join(words) % {**facts, "steps": left.steps, "sessions": left.sessions},
            about=team,
        )
