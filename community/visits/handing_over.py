"""One helper's open steps go to another: asked with a note, taken over by a yes. Both stand in row and audit."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.teams.models import Team, TeamMember
from community.visits.models import HandOver, Visit

Status = HandOver.Status


class CannotHandOver(DomainError):
    """`not_allowed` (only for oneself; for others the team's head), `no_note`, `nothing` (no open step of that helper),
    `no_taker` (not a helper of this team, or the same person), `waits` (some of it waits for another's answer), `moved`
    (fact `status`: it was answered or taken back)."""


def open_steps_of(user: User, team: Team) -> QuerySet[Visit]:
    """What this helper still has to see to, the most pressing first."""
    taken_over = Q(team__ended_on__isnull=False, team__commune=team.commune_id)  # from a team that was dissolved
    mine = Visit.objects.open_steps().filter(Q(team=team) | taken_over, carrier=user)
    return mine.select_related("cooperative__commune").order_by("next_on", "held_on", "pk")


@transaction.atomic
def ask_to_take_over(
    *, place: TeamMember, giver: User, taker: User, visits: Sequence[Visit], note: str, actor: Actor
) -> HandOver:
    """``place`` is that of who asks: the giver, or who leads the team (somebody fell ill, or left). Raises
    CannotHandOver and changes nothing."""
    said = note.strip()[:600]
    if actor.user is None or place.user_id != actor.user.pk or (giver.pk != actor.user.pk and not place.leads):
        raise CannotHandOver("not_allowed")
    if not said:
        raise CannotHandOver("no_note")
    helping = TeamMember.objects.helping().filter(team=place.team, user=taker)
    if taker.pk == giver.pk or not helping.exists():
        raise CannotHandOver("no_taker")
    keys = [one.pk for one in visits]
    # Their rows are held: two who hand over the same step at once queue here.
    open_ones = list(open_steps_of(giver, place.team).filter(pk__in=keys).select_for_update(of=("self",)))
    if not open_ones or len(open_ones) != len(set(keys)):
        raise CannotHandOver("nothing")
    if HandOver.objects.filter(status=Status.WAITING, visits__in=open_ones).exists():
        raise CannotHandOver("waits")
    asked = HandOver.objects.create(
        team=place.team, giver=giver, taker=taker, asked_by=actor.user, note=said, asked_at=clock.now()
    )
    asked.visits.set(open_ones)
    record(actor=actor, action="hand_over.asked", subject=asked, giver=giver.pk, taker=taker.pk, steps=len(open_ones))
    return asked


@transaction.atomic
def answer_hand_over(*, hand_over: HandOver, takes: bool, actor: Actor) -> HandOver:
    """By the one who is asked. What was done meanwhile stays where it is. Raises CannotHandOver."""
    if actor.user is None or actor.user.pk != hand_over.taker_id:
        raise CannotHandOver("not_allowed")
    if takes and not TeamMember.objects.helping().filter(team=hand_over.team_id, user=actor.user).exists():
        raise CannotHandOver("no_taker")
    _close(hand_over, Status.ACCEPTED if takes else Status.REFUSED)
    moved = 0
    if takes:
        theirs = Visit.objects.open_steps().filter(hand_overs=hand_over, carrier=hand_over.giver_id)
        moved = Visit.objects.filter(pk__in=list(theirs.values_list("pk", flat=True))).update(carrier=actor.user)
    action = "hand_over.accepted" if takes else "hand_over.refused"
    giver, taker = hand_over.giver_id, hand_over.taker_id  # the audit holds keys, no names
    record(actor=actor, action=action, subject=hand_over, giver=giver, taker=taker, steps=moved)
    return hand_over


@transaction.atomic
def take_back(*, hand_over: HandOver, actor: Actor) -> HandOver:
    """Before it was answered, by who asked or whose steps they are. Raises CannotHandOver."""
    if actor.user is None or actor.user.pk not in (hand_over.asked_by_id, hand_over.giver_id):
        raise CannotHandOver("not_allowed")
    _close(hand_over, Status.WITHDRAWN)
    record(actor=actor, action="hand_over.withdrawn", subject=hand_over, giver=hand_over.giver_id)
    return hand_over


def _close(hand_over: HandOver, status: HandOver.Status) -> None:
    waiting = HandOver.objects.filter(pk=hand_over.pk, status=Status.WAITING)
    closed = waiting.update(status=status, answered_at=clock.now())
    hand_over.refresh_from_db()
    if not closed:
        raise CannotHandOver("moved", status=hand_over.status)
