"""Taking an invitation up: with the account that has this telephone, or with a new one. Holds once."""

from __future__ import annotations

from django.db import transaction

from community import clock
from community.accounts.models import User
from community.accounts.opening import PhoneTaken, open_account
from community.audit.actors import Actor
from community.audit.recording import record
from community.consents.agreeing import give_consent
from community.consents.models import Purpose
from community.cooperatives.joining import CannotJoin, add_member
from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Role
from community.errors import DomainError
from community.members.inviting import hash_of
from community.members.models import Invitation


class CannotAccept(DomainError):
    """`gone` (used, withdrawn, expired, or who invited may not any more), `other_phone` (an account with another
    number), `already_member` (fact `role`), `has_account` (the number has one: sign in with it), `closed_account`."""


def find_invitation(token: str) -> Invitation | None:
    """The invitation that this link opens now."""
    found = Invitation.objects.select_related("cooperative__commune__parent", "invited_by").filter(
        token_hash=hash_of(token), status=Invitation.Status.WAITING, expires_at__gt=clock.now()
    )
    return found.exclude(cooperative__status=Cooperative.Status.CEASED).first()


def account_of(invitation: Invitation) -> User | None:
    """Who signs in with the telephone that was invited."""
    return User.objects.filter(phone=invitation.phone).first()


def asks_for_number(invitation: Invitation) -> bool:
    """Who accepts is the owner, and buyers would call the telephone with which this person signs in."""
    return invitation.role == Role.OWNER and invitation.phone == invitation.cooperative.phone


@transaction.atomic
def accept_invitation(*, token: str, user: User, shows_phone: bool = False) -> Membership:
    """Join with the account one has; ``shows_phone``: with a yes to the own number on the booth's pages, where it is
    asked (`asks_for_number`). Raises CannotAccept."""
    invitation = find_invitation(token)
    if invitation is None:
        raise CannotAccept("gone")
    if user.phone != invitation.phone:
        raise CannotAccept("other_phone")
    if not user.is_active:
        raise CannotAccept("closed_account")
    return _join(invitation, user, shows_phone)


@transaction.atomic
def accept_with_new_account(*, token: str, name: str, pin: str, shows_phone: bool = False) -> Membership:
    """Open an account for the telephone that was invited, and join. Raises CannotAccept, BadPin."""
    invitation = find_invitation(token)
    if invitation is None:
        raise CannotAccept("gone")
    account = account_of(invitation)
    if account is not None:
        raise CannotAccept("has_account" if account.is_active else "closed_account")
    try:
        user = open_account(
            name=name or invitation.name, phone=invitation.phone, pin=pin, actor=Actor.system("invitation")
        )
    except PhoneTaken as error:
        raise CannotAccept("has_account") from error
    return _join(invitation, user, shows_phone)


def _join(invitation: Invitation, user: User, shows_phone: bool) -> Membership:
    inviter = invitation.invited_by
    giver = Actor.of(inviter, invitation.cooperative) if inviter else Actor.system("onboarding")
    waiting = Invitation.objects.filter(
        pk=invitation.pk, status=Invitation.Status.WAITING, token_hash=invitation.token_hash
    )
    taken = {"status": Invitation.Status.ACCEPTED, "accepted_by": user, "closed_at": clock.now()}
    if not waiting.update(**taken):
        raise CannotAccept("gone")
    try:
        membership = add_member(cooperative=invitation.cooperative, user=user, role=invitation.role, actor=giver)
    except CannotJoin as error:
        raise CannotAccept("already_member" if error.code == "already_member" else "gone", **error.facts) from error
    record(
        actor=Actor.of(user, invitation.cooperative),
        action="invitation.accepted",
        subject=invitation,
        cooperative=invitation.cooperative,
        role=invitation.role,
    )
    if shows_phone and asks_for_number(invitation):
        give_consent(person=user, purpose=Purpose.PHONE, actor=Actor.of(user))
    return membership
