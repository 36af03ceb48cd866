"""Photographed papers: who may look at one, and until when it is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.mandates.models import Mandate, MandateQuerySet
from community.teams.models import TeamMember

LOOK = "community.view_mandate"


def waiting_papers(*, user: User, places: Collection[TeamMember]) -> MandateQuerySet:
    """Those of one's teams that another helper has photographed: they wait for one's own look."""
    teams = [one.team_id for one in places if one.helps]
    return Mandate.objects.papers(clock.now()).filter(team__in=teams).exclude(helper=user)


def papers_shown_to(*, user: User, places: Collection[TeamMember]) -> MandateQuerySet:
    """To who photographed it; to the second helpers while it waits for one of them; while it stands to who confirmed
    it and who leads the team. Nobody else of a team needs it."""
    now = clock.now()
    helping = [one.team_id for one in places if one.helps]
    leading = [one.team_id for one in places if one.leads]
    waits, stands = Mandate.objects.papers(now), Mandate.objects.standing(now)
    answers = Q(confirmed_by=user) | Q(team__in=leading)
    mine = Q(helper=user) | Q(pk__in=waits.values("pk")) | answers & Q(pk__in=stands.values("pk"))
    return Mandate.objects.filter(mine, team__in=helping).exclude(evidence="")


@transaction.atomic
def look_at_paper(*, mandate: Mandate, actor: Actor) -> None:
    """Staff open it: one line for each look."""
    record(actor=actor, action="mandate.paper_looked_at", subject=mandate, cooperative=mandate.cooperative)


def delete_old_papers(*, now: datetime) -> int:
    """Pictures of mandates that ended, ran out or lapsed `MANDATE_PAPER_DAYS` ago. Who signed, and the picture's
    fingerprint, stay with the mandate. Returns how many."""
    until = now - timedelta(days=settings.MANDATE_PAPER_DAYS)
    over = Mandate.objects.filter(Q(ended_at__lte=until) | Q(ended_at=None, ends_at__lte=until)).exclude(evidence="")
    numbers = list(over.order_by("pk").values_list("pk", flat=True))
    return sum(_delete(over, number, now) for number in numbers)


@transaction.atomic
def _delete(over: MandateQuerySet, number: int, now: datetime) -> bool:
    mandate = over.select_for_update(of=("self",)).select_related("cooperative").filter(pk=number).first()
    if mandate is None:
        return False
    mandate.evidence.storage.delete(str(mandate.evidence.name))  # first: who is stopped between begins anew
    Mandate.objects.filter(pk=number).update(evidence="", paper_deleted_at=now)
    system = Actor.system("mandates")
    record(actor=system, action="mandate.paper_deleted", subject=mandate, cooperative=mandate.cooperative)
    return True
