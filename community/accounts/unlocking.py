from __future__ import annotations

from django.db import transaction

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError

OWNER = "owner"  # the role; its room lies above this one


class NotAllowed(DomainError):
    """`not_your_member`: only staff, or who runs every cooperative the person works for; for owners an owner."""


@transaction.atomic
def unlock_user(*, user: User, actor: Actor) -> User:
    """Let a person try PINs again after five wrong ones. Unlocking somebody who is not locked changes nothing."""
    check_may_help(user=user, actor=actor)
    locked = User.objects.filter(pk=user.pk, locked_at__isnull=False)
    if locked.update(locked_at=None, failed_pins=0):
        record(actor=actor, action="user.unlocked", subject=user)
    user.refresh_from_db(fields=["locked_at", "failed_pins"])
    return user


def check_may_help(*, user: User, actor: Actor) -> None:
    """Raises NotAllowed unless the actor is a machine of ours, staff, or runs every cooperative the person works for.

    One of them is not enough: a stranger could invite somebody, set the PIN, and sign in to the others.
    Nobody but staff helps staff: a manager must not become one by resetting a secret.
    """
    helper = actor.user
    if helper is None:
        if actor.is_machine:
            return
        raise NotAllowed("not_your_member")
    if helper.is_active and helper.is_staff:
        return
    if user.is_staff or not _runs_cooperative_of(helper, user):
        raise NotAllowed("not_your_member")


def may_help(*, user: User, actor: Actor) -> bool:
    """For screens that show no button which would refuse."""
    try:
        check_may_help(user=user, actor=actor)
    except NotAllowed:
        return False
    return True


def _runs_cooperative_of(helper: User, user: User) -> bool:
    """All of them, and as an owner those the person owns: who sets a PIN signs in with it everywhere."""
    theirs = {membership.cooperative_id: membership.role for membership in user.memberships.active()}
    runs = {one.cooperative_id: one.role for one in helper.memberships.active() if one.may("team")}
    owned = [cooperative for cooperative, role in theirs.items() if role == OWNER]
    runs_all = bool(theirs) and theirs.keys() <= runs.keys()
    return helper.is_active and runs_all and all(runs[each] == OWNER for each in owned)
