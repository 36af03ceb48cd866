"""A commune dissolves a digital team: what its people could do ends at once, what is still to be done goes on."""

from __future__ import annotations

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
from community.visits.models import HandOver, Visit

RIGHT = "community.change_team"


class CannotDissolve(DomainError):
    """`not_allowed` (only staff), `moved` (dissolved already), `no_taker` (open steps need somebody of another team of
    the commune, as long as there is one)."""


def steps_of(team: Team) -> QuerySet[Visit]:
    return Visit.objects.open_steps().filter(team=team)


def takers_for(team: Team) -> QuerySet[TeamMember]:
    """Who may see to the team's open steps from now on: helpers of the commune's other teams, those who lead first."""
    others = TeamMember.objects.helping().filter(team__commune=team.commune_id).exclude(team=team)
    return others.select_related("user", "team").order_by("team", "started_at", "pk")


@transaction.atomic
def dissolve_team(*, team: Team, taker: TeamMember | None, actor: Actor) -> Team:
    """Mandates of its people end and the cooperatives are told; places and hand-overs end; its open steps go to
    ``taker``, or stay on the cooperatives' pages when the commune has no other team. Raises CannotDissolve."""
    if not actor.is_staff_with(RIGHT):
        raise CannotDissolve("not_allowed")
    now = clock.now()
    people = list(TeamMember.objects.active().filter(team=team).select_related("user").order_by("pk"))
    steps, takers = steps_of(team), takers_for(team)
    if not Team.objects.filter(pk=team.pk, ended_on=None).update(ended_on=clock.today()):
        raise CannotDissolve("moved")
    if steps.exists() and takers.exists() and (taker is None or not takers.filter(pk=taker.pk).exists()):
        raise CannotDissolve("no_taker")
    moved = steps.update(carrier=taker.user) if taker is not None else 0
    HandOver.objects.filter(team=team, status=HandOver.Status.WAITING).update(
        status=HandOver.Status.WITHDRAWN, answered_at=now
    )
    mandates = end_all_of(team=team, actor=actor)
    TeamMember.objects.filter(team=team, ended_at=None).update(ended_at=now)
    team.refresh_from_db()
    for place in people:
        _tell(team, place.user, taker, moved)
    if taker is not None and moved:
        _tell(team, taker.user, taker, moved)
    facts: dict[str, Any] = {"people": len(people), "mandates": len(mandates), "steps": moved}
    if taker is not None and moved:
        facts["taker"] = taker.code
    record(actor=actor, action="team.dissolved", subject=team, **facts)
    return team


def _tell(team: Team, person: User, taker: TeamMember | None, moved: int) -> None:
    with override(person.language):
        if taker is not None and person.pk == taker.user_id:
            words = gettext("%(team)s was dissolved on %(day)s. Its %(steps)s open steps are on your list now.")
        elif taker is not None and moved:
            words = gettext(
                "%(team)s was dissolved on %(day)s. Your mandates through it have ended; open steps go to %(taker)s."
            )
        else:
            words = gettext("%(team)s was dissolved on %(day)s. Your mandates through it have ended.")
        day = show_date(clock.today(), person.language)
        queue_message(
            kind="team_dissolved",
            key=f"{team.code}:{person.pk}",
            to=person.phone or person.email or "",
            channel="sms" if person.phone else "email",
            language=person.language,
            subject=gettext("Digital team"),
            text=words % {"team": team.name, "day": day, "steps": moved, "taker": taker.user.name if taker else ""},
            about=team,
        )
