"""A helper asks for a mandate: for which cooperative of the commune, for what, for how long."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.mandates.models import Mandate
from community.mandates.scopes import Scope
from community.teams.models import TeamMember

DAYS = (1, 7, 30)
WAITS = timedelta(days=1)


class CannotAsk(DomainError):
    """`only_looks` (partners, inspectors, or no place any more), `elsewhere` (not of the team's commune),
    `own_cooperative` (a member needs no mandate), `no_scopes`, `bad_days`, `no_purpose`, `ceased`."""


@transaction.atomic
def ask_mandate(
    *,
    place: TeamMember,
    cooperative: Cooperative,
    scopes: Collection[str],
    purpose: str,
    days: int,
    actor: Actor,
) -> Mandate:
    """Nothing is allowed yet: the cooperative says yes within a day (`giving`). One question of a helper to a
    cooperative at a time: the one before is replaced. Raises CannotAsk."""
    words, wanted = " ".join(purpose.split())[:200], [each.value for each in Scope if each.value in set(scopes)]
    _check(place, cooperative, actor)
    if not wanted:
        raise CannotAsk("no_scopes")
    if days not in DAYS:
        raise CannotAsk("bad_days")
    if not words:
        raise CannotAsk("no_purpose")
    now = clock.now()
    before = Mandate.objects.filter(helper=place.user, cooperative=cooperative, status=Mandate.Status.ASKED)
    before.update(status=Mandate.Status.ENDED, ended_at=now, ended_why=Mandate.Why.REPLACED)
    mandate = Mandate.objects.create(
        team=place.team,
        helper=place.user,
        cooperative=cooperative,
        scope_words=",".join(wanted),
        purpose=words,
        days=days,
        asked_at=now,
        lapses_at=now + WAITS,
    )
    facts = {"scopes": wanted, "days": days}
    record(actor=actor, action="mandate.asked", subject=mandate, cooperative=cooperative, **facts)
    return mandate


def _check(place: TeamMember, cooperative: Cooperative, actor: Actor) -> None:
    held = TeamMember.objects.helping().filter(pk=place.pk)
    if not held.exists() or actor.user is None or actor.user.pk != place.user_id:
        raise CannotAsk("only_looks")
    if place.team.commune_id != cooperative.commune_id:
        raise CannotAsk("elsewhere")
    if cooperative.status == Cooperative.Status.CEASED:
        raise CannotAsk("ceased")
    if cooperative.has_member(place.user):
        raise CannotAsk("own_cooperative")
