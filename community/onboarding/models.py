from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cooperatives.models import Cooperative
from community.photos.private import private_storage
from community.text.codes import new_code


def new_paper_code() -> str:
    return new_code(10)


def paper_path(_paper: models.Model, _name: str) -> str:
    return f"papers/{secrets.token_hex(16)}"


class SellerApplication(models.Model):
    """What a seller says of itself, and what the market's staff made of it. One row a seller; rounds are counted.

    Of an identity card only the last four digits are kept, and how staff saw it: never its picture.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being written")
        SENT = "sent", _("Sent, being looked at")
        RETURNED = "returned", _("More is asked for")
        APPROVED = "approved", _("Admitted")
        REFUSED = "refused", _("Refused")

    class Identity(models.TextChoices):
        IN_PERSON = "in_person", _("Identity card seen in person")
        VNEID = "vneid", _("Shown in VNeID")
        COMMUNE = "commune", _("Confirmed by the commune")

    cooperative = models.OneToOneField(
        Cooperative, on_delete=models.PROTECT, related_name="application", verbose_name=_("cooperative")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT, db_index=True)
    representative = models.CharField(_("who represents the seller"), max_length=120, blank=True)
    id_last4 = models.CharField(_("last 4 digits of the identity card"), max_length=4, blank=True)
    registration_no = models.CharField(_("registration number"), max_length=40, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    registered_by = models.CharField(_("registered by"), max_length=160, blank=True)
    club = models.CharField(_("farmers' club that sells through it"), max_length=160, blank=True)
    round = models.PositiveSmallIntegerField(_("times sent in"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    message = models.TextField(_("message to the seller"), blank=True)
    identity_seen = models.CharField(_("how the identity was seen"), max_length=20, choices=Identity, blank=True)

    class Meta:
        verbose_name = _("application of a seller")
        verbose_name_plural = _("applications of sellers")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="application_status",
                condition=Q(status__in=["draft", "sent", "returned", "approved", "refused"]),
            ),
            models.CheckConstraint(
                name="application_id_last4", condition=Q(id_last4="") | Q(id_last4__regex=r"^[0-9]{4}$")
            ),
            models.CheckConstraint(
                name="application_identity_seen",
                condition=Q(identity_seen__in=["in_person", "vneid", "commune"])
                | (Q(identity_seen="") & ~Q(status="approved")),
            ),
            models.CheckConstraint(name="application_sent_has_time", condition=Q(sent_at__isnull=False) | Q(round=0)),
        ]

    def __str__(self) -> str:
        return f"{self.cooperative} · {self.get_status_display()}"

    @property
    def code(self) -> str:
        """What the audit log calls it by."""
        return self.cooperative.code


class SellerPaper(models.Model):
    """A paper that proves what an application says: a picture or a PDF in the private folder. Taken back, never erased
    by the seller: staff may have decided by it."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("Certificate of registration")
        CONTRACT = "contract", _("Cooperation contract, certified by the commune")
        AUTHORITY = "authority", _("Paper that names the representative")
        OTHER = "other", _("Another paper")

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_paper_code)
    application = models.ForeignKey(
        SellerApplication, on_delete=models.PROTECT, related_name="papers", verbose_name=_("application")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    file = models.FileField(_("file"), storage=private_storage, upload_to=paper_path)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    removed_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("paper of a seller")
        verbose_name_plural = _("papers of sellers")
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(
                name="seller_paper_kind", condition=Q(kind__in=["registration", "contract", "authority", "other"])
            ),
            models.CheckConstraint(
                name="seller_paper_type", condition=Q(content_type__in=["image/jpeg", "application/pdf"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.application.cooperative}"
