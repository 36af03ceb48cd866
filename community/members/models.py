from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Role
from community.text.codes import new_code


def new_card_code() -> str:
    return new_code(16)


class Invitation(models.Model):
    """A role offered to whoever holds this telephone. Its link is secret, holds once and for three days.

    ``invited_by`` is None where somebody asked to sell here for the first time (`community.onboarding`).
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Taken up")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    code = models.CharField(max_length=12, unique=True, editable=False)
    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("cooperative")
    )
    phone = models.CharField(_("phone"), max_length=16)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.WAITING)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    sends = models.PositiveSmallIntegerField(_("times sent"), default=1)
    expires_at = models.DateTimeField(_("expires at"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("taken up by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cooperative", "phone"], condition=Q(status="waiting"), name="invitation_waiting_once"
            ),
            models.CheckConstraint(
                name="invitation_status", condition=Q(status__in=["waiting", "accepted", "withdrawn"])
            ),
            models.CheckConstraint(
                name="invitation_role", condition=Q(role__in=["owner", "manager", "recorder", "packer", "viewer"])
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=Q(accepted_by__isnull=False) | ~Q(status="accepted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_role_display()} · {self.cooperative}"


class MemberCard(models.Model):
    """A printed card. Its code names the person on the sign-in page and opens nothing: the PIN does."""

    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="cards", verbose_name=_("membership")
    )
    code = models.CharField(max_length=20, unique=True, editable=False, default=new_card_code)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("member card")
        verbose_name_plural = _("member cards")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(revoked_at__isnull=True), name="member_card_one_valid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} ({self.made_at:%Y-%m-%d})"
