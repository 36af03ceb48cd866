from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Role
from community.errors import DomainError


class CannotJoin(DomainError):
    """`already_member` (fact `role`), `not_allowed` (fact `role`: what the actor may not give or take)."""


class CannotLeave(DomainError):
    """`already_ended`, `last_owner` (somebody must answer for the cooperative), `not_allowed`. Of changed roles too."""


@transaction.atomic
def add_member(*, cooperative: Cooperative, user: User, role: str, actor: Actor) -> Membership:
    """Give a person a role from now on. One active membership per person and cooperative."""
    wanted = Role(role)
    if not may_decide(actor, cooperative, wanted):
        raise CannotJoin("not_allowed", role=wanted.value)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user, cooperative=cooperative, role=wanted, started_at=clock.now()
            )
    except IntegrityError as error:
        held = Membership.objects.active().get(user=user, cooperative=cooperative)
        raise CannotJoin("already_member", role=held.role) from error
    record(actor=actor, action="membership.started", subject=membership, cooperative=cooperative, role=wanted.value)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, actor: Actor) -> Membership:
    """Take the role away. Holds on the person's next request: the door asks the table every time."""
    cooperative = membership.cooperative
    membership = _held_alone(membership)
    _check_may_change(actor, membership)
    if not Membership.objects.active().filter(pk=membership.pk).update(ended_at=clock.now()):
        raise CannotLeave("already_ended")
    membership.refresh_from_db(fields=["ended_at"])
    record(actor=actor, action="membership.ended", subject=membership, cooperative=cooperative, role=membership.role)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, actor: Actor) -> Membership:
    """Another role from the next request on; the same one changes nothing. Raises CannotLeave."""
    wanted = Role(role)
    held = _held_alone(membership)
    if wanted == held.role:
        return held
    _check_may_change(actor, held)
    if not may_decide(actor, held.cooperative, wanted):
        raise CannotLeave("not_allowed", role=wanted.value)
    if not Membership.objects.active().filter(pk=held.pk, role=held.role).update(role=wanted):
        raise CannotLeave("already_ended")
    facts = {"before": held.role, "role": wanted.value}
    record(actor=actor, action="membership.role_changed", subject=held, cooperative=held.cooperative, **facts)
    held.refresh_from_db(fields=["role"])
    return held


def _held_alone(membership: Membership) -> Membership:
    """As it is now. Takes the write lock on the cooperative's row: two owners who end each other at once queue here."""
    Cooperative.objects.filter(pk=membership.cooperative_id).update(code=F("code"))
    return Membership.objects.select_related("cooperative").get(pk=membership.pk)


def _check_may_change(actor: Actor, membership: Membership) -> None:
    if not may_decide(actor, membership.cooperative, Role(membership.role)):
        raise CannotLeave("not_allowed", role=membership.role)
    if membership.ended_at is not None:
        raise CannotLeave("already_ended")
    owners = Membership.objects.active().filter(cooperative=membership.cooperative_id, role=Role.OWNER)
    if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise CannotLeave("last_owner")


def may_decide(actor: Actor, cooperative: Cooperative, role: Role) -> bool:
    """Machines of ours and staff may; of members those with `team`, but only an owner decides on owners.

    A closed account decides nothing, whosever it was.
    """
    if actor.user is None:
        return actor.is_machine
    if not actor.user.is_active:
        return False
    if actor.user.is_staff:
        return True
    own = Membership.objects.active().filter(user=actor.user, cooperative=cooperative).first()
    return own is not None and own.may("team") and (role != Role.OWNER or own.role == Role.OWNER)
