"""Printed cards. The code on a card is random and can be revoked; alone it tells a first name and a cooperative."""

from __future__ import annotations

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.joining import may_decide
from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Role
from community.errors import DomainError
from community.members.models import MemberCard
from community.text.codes import tidy_code


class NoCard(DomainError):
    """`not_allowed`, `ended` (no member any more), `none` (there is no card to revoke)."""


@transaction.atomic
def issue_card(*, membership: Membership, actor: Actor) -> MemberCard:
    """A new card. The one before opens nothing from now on: it may be lost."""
    cooperative = membership.cooperative
    _check_may(membership, actor)
    # One at a time for a cooperative: two presses at once leave one card that holds.
    Cooperative.objects.filter(pk=cooperative.pk).update(code=cooperative.code)
    if not Membership.objects.active().filter(pk=membership.pk).exists():
        raise NoCard("ended")
    replaced = _valid(membership).update(revoked_at=clock.now())
    card = MemberCard.objects.create(membership=membership, made_at=clock.now())
    record(actor=actor, action="card.issued", subject=membership, cooperative=cooperative, replaced=replaced)
    return card


@transaction.atomic
def revoke_card(*, membership: Membership, actor: Actor) -> None:
    """The card was lost: it opens nothing from now on."""
    _check_may(membership, actor)
    if not _valid(membership).update(revoked_at=clock.now()):
        raise NoCard("none")
    record(actor=actor, action="card.revoked", subject=membership, cooperative=membership.cooperative)


def find_card(code: str) -> MemberCard | None:
    """The card with this code, if it holds and so do membership and account."""
    cards = MemberCard.objects.select_related("membership__user", "membership__cooperative")
    held = cards.filter(
        code=tidy_code(code)[:20],
        revoked_at__isnull=True,
        membership__ended_at__isnull=True,
        membership__user__is_active=True,
        membership__user__is_staff=False,
    )
    return held.exclude(membership__cooperative__status=Cooperative.Status.CEASED).first()


def card_link(card: MemberCard) -> str:
    """What is printed as QR code; never a telephone number."""
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("account_card", args=[card.code])


def _valid(membership: Membership) -> models.QuerySet[MemberCard]:
    return MemberCard.objects.filter(membership=membership, revoked_at__isnull=True)


def _check_may(membership: Membership, actor: Actor) -> None:
    if not may_decide(actor, membership.cooperative, Role(membership.role)):
        raise NoCard("not_allowed")
