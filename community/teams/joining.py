from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.places.models import AdminUnit
from community.teams.models import SupportingOrganisation, Team, TeamMember

RIGHT = "community.add_teammember"


class CannotJoinTeam(DomainError):
    """`not_allowed` (only staff fill teams), `already_there`, `dissolved`, `not_a_commune`, `name_missing`."""


@transaction.atomic
def form_team(
    *,
    name: str,
    commune: AdminUnit,
    actor: Actor,
    hamlet: str = "",
    formed_on: date | None = None,
    decision_no: str = "",
    phone: str = "",
    is_demo: bool = False,
) -> Team:
    """A team as its commune's chairman has decided it. Has nobody yet. Raises CannotJoinTeam."""
    if not actor.is_staff_with("community.add_team"):
        raise CannotJoinTeam("not_allowed")
    if commune.level != AdminUnit.Level.COMMUNE or not commune.is_current:
        raise CannotJoinTeam("not_a_commune")
    tidy = " ".join(name.split())
    if not tidy:
        raise CannotJoinTeam("name_missing")
    team = Team.objects.create(
        name=tidy,
        commune=commune,
        hamlet=hamlet,
        formed_on=formed_on,
        decision_no=decision_no,
        phone=phone,
        is_demo=is_demo,
    )
    record(actor=actor, action="team.formed", subject=team)
    return team


@transaction.atomic
def join_team(
    *, team: Team, user: User, role: str, actor: Actor, organisation: SupportingOrganisation | None = None
) -> TeamMember:
    """A place from now on. Raises CannotJoinTeam."""
    wanted = TeamMember.Role(role)
    if not actor.is_staff_with(RIGHT):
        raise CannotJoinTeam("not_allowed")
    if team.ended_on is not None:
        raise CannotJoinTeam("dissolved")
    try:
        with transaction.atomic():
            place = TeamMember.objects.create(
                team=team, user=user, role=wanted, organisation=organisation, started_at=clock.now()
            )
    except IntegrityError as error:
        raise CannotJoinTeam("already_there") from error
    record(actor=actor, action="team_place.started", subject=place, role=wanted.value)
    return place
