"""A mandate ends at once: by the cooperative, the helper, the team's head or staff; or is given more time."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from community import clock
from community.accounts.models import User
from community.accounts.sessions import Session
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Membership
from community.errors import DomainError
from community.mandates.asking import DAYS
from community.mandates.giving import end_of
from community.mandates.models import Mandate
from community.mandates.telling import tell_officers
from community.teams.models import Team, TeamMember

RIGHT = "community.change_mandate"


class CannotEnd(DomainError):
    """`moved` (over already), `not_allowed`, `bad_days`, `not_longer` (it holds that long anyway)."""


@transaction.atomic
def revoke_mandate(*, mandate: Mandate, actor: Actor) -> Mandate:
    """By an owner or manager in person: holds on the helper's next press, also in the middle of a form.

    Raises CannotEnd.
    """
    _check_officer(mandate, actor)
    return _end(mandate, Mandate.Why.REVOKED, actor)


@transaction.atomic
def give_back(*, mandate: Mandate, actor: Actor) -> Mandate:
    """The helper has done what there was to do. Raises CannotEnd."""
    if actor.user is None or actor.user.pk != mandate.helper_id:
        raise CannotEnd("not_allowed")
    return _end(mandate, Mandate.Why.GIVEN_BACK, actor)


@transaction.atomic
def end_by_staff(*, mandate: Mandate, actor: Actor) -> Mandate:
    """When something is wrong and nobody of the cooperative can be reached. Raises CannotEnd."""
    if not actor.is_staff_with(RIGHT):
        raise CannotEnd("not_allowed")
    return _end(mandate, Mandate.Why.STAFF, actor)


@transaction.atomic
def renew_mandate(*, mandate: Mandate, days: int, actor: Actor) -> Mandate:
    """More time from today on for the same things, by an owner or manager in person: never less than it has, and what
    is over is asked for anew. Raises CannotEnd."""
    _check_officer(mandate, actor)
    if days not in DAYS:
        raise CannotEnd("bad_days")
    until = end_of(days)
    running = Mandate.objects.standing(clock.now()).filter(pk=mandate.pk, status=Mandate.Status.RUNNING)
    if not running.filter(ends_at__lt=until).update(ends_at=until, days=days):
        raise CannotEnd("not_longer" if running.exists() else "moved")
    mandate.refresh_from_db()
    record(actor=actor, action="mandate.renewed", subject=mandate, cooperative=mandate.cooperative, days=days)
    tell_officers(mandate, word="renewed")
    return mandate


@transaction.atomic
def leave_team(*, place: TeamMember, actor: Actor) -> TeamMember:
    """The place ends now, and with it every mandate held through this team. Raises CannotEnd."""
    _check_leads(place, actor)
    now = clock.now()
    if not TeamMember.objects.filter(pk=place.pk, ended_at=None).update(ended_at=now):
        raise CannotEnd("moved")
    for mandate in _live(Mandate.objects.filter(team=place.team, helper=place.user)).select_related("cooperative"):
        _end(mandate, Mandate.Why.LEFT, actor)
    place.refresh_from_db()
    record(actor=actor, action="team_place.ended", subject=place, role=place.role)
    return place


@transaction.atomic
def end_all_of(*, team: Team, actor: Actor) -> list[Mandate]:
    """The team is dissolved: whoever calls has checked by whom. Each cooperative has the end in its own history."""
    held = list(_live(Mandate.objects.filter(team=team)).select_related("cooperative", "helper", "team").order_by("pk"))
    return [_end(mandate, Mandate.Why.DISSOLVED, actor) for mandate in held]


@transaction.atomic
def end_sessions(*, place: TeamMember, actor: Actor) -> int:
    """A phone is lost: its owner is signed out everywhere, in one press. Returns of how many. Raises CannotEnd.

    Mandates stay: who has found the phone has no PIN, and the helper signs in again on another one.
    """
    _check_leads(place, actor)
    if not TeamMember.objects.active().filter(pk=place.pk).exists() or place.user.is_staff:
        raise CannotEnd("not_allowed")
    ended, _rows = Session.objects.filter(user=place.user).delete()
    record(actor=actor, action="team_place.signed_out", subject=place, devices=ended)
    return ended


def longer_by(mandate: Mandate) -> list[int]:
    """The days, from today on, that give it more time than it has."""
    return [days for days in DAYS if days > 1 and mandate.ends_at is not None and end_of(days) > mandate.ends_at]


def leads(user: User | None, place: TeamMember) -> bool:
    """Head or deputy of that team, now."""
    held = TeamMember.objects.active().filter(team=place.team, user=user, role__in=TeamMember.LEAD)
    return user is not None and held.exists()


def _end(mandate: Mandate, why: Mandate.Why, actor: Actor) -> Mandate:
    if why == Mandate.Why.REVOKED and mandate.status == Mandate.Status.ASKED:
        why = Mandate.Why.REFUSED
    over = {"status": Mandate.Status.ENDED, "ended_at": clock.now(), "ended_by": actor.user, "ended_why": why}
    if not _live(Mandate.objects.filter(pk=mandate.pk)).update(**over):
        raise CannotEnd("moved")
    was_given = mandate.way != Mandate.Way.NONE
    mandate.refresh_from_db()
    cooperative = mandate.cooperative
    record(actor=actor, action="mandate.ended", subject=mandate, cooperative=cooperative, why=str(why.value))
    if was_given:
        tell_officers(mandate, word="ended")
    return mandate


def _live(mandates: QuerySet[Mandate]) -> QuerySet[Mandate]:
    return mandates.exclude(status=Mandate.Status.ENDED)


def _check_officer(mandate: Mandate, actor: Actor) -> None:
    """In person: who helps under a mandate neither ends nor lengthens one."""
    held = Membership.objects.active().filter(cooperative=mandate.cooperative, user=actor.user)
    if actor.is_helper or actor.user is None or not any(one.may("team") for one in held):
        raise CannotEnd("not_allowed")


def _check_leads(place: TeamMember, actor: Actor) -> None:
    if not (actor.is_staff_with("community.change_teammember") or leads(actor.user, place)):
        raise CannotEnd("not_allowed")
