"""Inviting somebody by telephone: one message with a secret link. Whoever opens the link holds the telephone."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.cooperatives.joining import may_decide
from community.cooperatives.models import Cooperative
from community.cooperatives.roles import Role
from community.errors import DomainError
from community.members.models import Invitation
from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.text.codes import new_code
from community.text.dates import show_datetime
from community.text.phones import parse_phone

HOLDS = timedelta(days=3)
PAUSE = timedelta(minutes=2)  # between two messages about one invitation
MOST_SENDS = 5  # of one invitation
MOST_WAITING = 30  # of one cooperative
MOST_A_DAY = 5  # messages to one telephone, from whichever cooperative
MOST_OF_SELLER = 40  # messages a day by one cooperative, withdrawn ones too
MOST_OF_APPLICANT = 6  # the same, while nobody has looked at who it is
KIND = "invitation"
TOKEN_LENGTH = 20


class CannotInvite(DomainError):
    """`not_allowed`, `name_missing`, `already_member` (fact `role`), `already_invited`, `too_many` (fact `most`),
    `too_soon` (sent a moment ago), `too_often` (this telephone; fact `most`), `too_many_today` (this cooperative; fact
    `most`), `closed` (accepted or withdrawn meanwhile)."""


@transaction.atomic
def invite_member(*, cooperative: Cooperative, phone: str, name: str, role: str, actor: Actor) -> Invitation:
    """Offer a role and send the link. Raises InvalidPhone, CannotInvite. Says nothing of whether the number is known
    elsewhere."""
    number, wanted, tidy_name = parse_phone(phone), Role(role), " ".join(name.split())[:120]
    if not may_decide(actor, cooperative, wanted):
        raise CannotInvite("not_allowed", role=wanted.value)
    if not tidy_name:
        raise CannotInvite("name_missing")
    held = cooperative.memberships.active().filter(user__phone=number).first()
    if held is not None:
        raise CannotInvite("already_member", role=held.role)
    waiting = Invitation.objects.filter(cooperative=cooperative, status=Invitation.Status.WAITING)
    if waiting.filter(expires_at__gt=clock.now()).count() >= MOST_WAITING:
        raise CannotInvite("too_many", most=MOST_WAITING)
    waiting.filter(phone=number, expires_at__lte=clock.now()).update(
        status=Invitation.Status.WITHDRAWN, closed_at=clock.now()
    )
    token = new_code(TOKEN_LENGTH)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                code=new_code(8),
                cooperative=cooperative,
                phone=number,
                name=tidy_name,
                role=wanted,
                token_hash=hash_of(token),
                invited_by=actor.user,
                created_at=clock.now(),
                sent_at=clock.now(),
                expires_at=clock.now() + HOLDS,
            )
    except IntegrityError as error:
        raise CannotInvite("already_invited") from error
    record(actor=actor, action="invitation.sent", subject=invitation, cooperative=cooperative, role=wanted.value)
    _send(invitation, token)
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, actor: Actor) -> Invitation:
    """A new link by message; the old one opens nothing any more. Raises CannotInvite."""
    _check_may(invitation, actor)
    if clock.now() < invitation.sent_at + PAUSE:
        raise CannotInvite("too_soon")
    if invitation.sends >= MOST_SENDS:
        raise CannotInvite("too_often", most=MOST_SENDS)
    token, now = new_code(TOKEN_LENGTH), clock.now()
    same = _waiting(invitation).filter(sends=invitation.sends)
    fresh = {"token_hash": hash_of(token), "sends": F("sends") + 1, "sent_at": now, "expires_at": now + HOLDS}
    if not same.update(**fresh):
        raise CannotInvite("closed")
    invitation.refresh_from_db()
    record(actor=actor, action="invitation.sent_again", subject=invitation, cooperative=invitation.cooperative)
    _send(invitation, token)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, actor: Actor) -> Invitation:
    """Its link opens nothing any more. Raises CannotInvite."""
    _check_may(invitation, actor)
    if not _waiting(invitation).update(status=Invitation.Status.WITHDRAWN, closed_at=clock.now()):
        raise CannotInvite("closed")
    invitation.refresh_from_db()
    record(actor=actor, action="invitation.withdrawn", subject=invitation, cooperative=invitation.cooperative)
    return invitation


def hash_of(token: str) -> str:
    """Only this is kept: who reads the table opens no invitation. Typed from paper, spaces are forgiven.

    The link itself stands in the outbox until it is sent (`outbox.sending.ONCE`).
    """
    return hashlib.sha256("".join(token.upper().split()).encode()).hexdigest()


def _waiting(invitation: Invitation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(pk=invitation.pk, status=Invitation.Status.WAITING)


def _check_may(invitation: Invitation, actor: Actor) -> None:
    if not may_decide(actor, invitation.cooperative, Role(invitation.role)):
        raise CannotInvite("not_allowed", role=invitation.role)


def _send(invitation: Invitation, token: str) -> None:
    """Raises CannotInvite: a telephone that others keep writing to is left alone, whoever asks."""
    _check_day(invitation.cooperative)
    since = clock.now() - timedelta(days=1)
    sent = OutboxMessage.objects.filter(kind=KIND, to=invitation.phone, created_at__gt=since).count()
    if sent >= MOST_A_DAY:
        raise CannotInvite("too_often", most=MOST_A_DAY)
    known = User.objects.filter(phone=invitation.phone).values_list("language", flat=True).first()
    with override(known or "vi"):
        link = settings.SITE_URL.rstrip("/") + reverse("account_invitation", args=[token])
        until = show_datetime(invitation.expires_at, known or "vi")
        said = {"cooperative": invitation.cooperative.name, "role": invitation.get_role_display(), "until": until}
        words = gettext("Confirm that you want to sell as %(cooperative)s. Open before %(until)s: %(link)s")
        if invitation.invited_by is not None:
            words = gettext("%(cooperative)s invites you to work with them (%(role)s). Open before %(until)s: %(link)s")
    queue_message(
        kind=KIND,
        key=f"{invitation.code}:{invitation.sends}",
        to=invitation.phone,
        text=words % (said | {"link": link}),
        language=known or "vi",
        about=invitation,
    )


def _check_day(cooperative: Cooperative) -> None:
    """Counted in the audit, with the message that is about to leave: what was withdrawn has left too."""
    Cooperative.objects.filter(pk=cooperative.pk).update(code=F("code"))  # two at once queue here
    told = AuditEntry.objects.filter(
        cooperative=cooperative,
        action__in=("invitation.sent", "invitation.sent_again"),
        at__gt=clock.now() - timedelta(days=1),
    )
    most = MOST_OF_SELLER if cooperative.is_active else MOST_OF_APPLICANT
    if told.count() > most:
        raise CannotInvite("too_many_today", most=most)
