"""Dated papers. A badge is computed from a certificate valid today, never from a column of the product."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def valid_on(self, day: date) -> CertificateQuerySet:
        """Checked by the operator, begun, not expired and not revoked on ``day``."""
        return self.filter(
            Q(expires_on__isnull=True) | Q(expires_on__gte=day),
            Q(revoked_on__isnull=True) | Q(revoked_on__gt=day),
            issued_on__lte=day,
            checked_at__isnull=False,
        )

    def of_cooperative(self, cooperative: Any) -> CertificateQuerySet:
        return self.filter(cooperative=cooperative)


class Certificate(models.Model):
    class Scheme(models.TextChoices):
        OCOP = "ocop", "OCOP"
        VIETGAP = "vietgap", "VietGAP"
        GLOBALGAP = "globalgap", "GLOBALG.A.P."
        ORGANIC = "organic", _("Organic")
        HACCP = "haccp", "HACCP"
        ISO22000 = "iso22000", "ISO 22000"
        GI = "gi", _("Geographical indication")
        LAB_TEST = "lab_test", _("Laboratory test")

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.PROTECT, related_name="certificates", verbose_name=_("cooperative")
    )
    products = models.ManyToManyField(
        "traceability.Product", related_name="certificates", blank=True, verbose_name=_("products")
    )
    # What a growing certificate covers: these plots (none named: all of the cooperative's), and how much of them.
    plots = models.ManyToManyField(
        "traceability.Plot", related_name="certificates", blank=True, verbose_name=_("plots")
    )
    max_quantity_base = models.BigIntegerField(_("most it covers (g, ml or pieces)"), null=True, blank=True)
    scheme = models.CharField(_("kind of certificate"), max_length=12, choices=Scheme)
    number = models.CharField(_("number"), max_length=80)
    issuer = models.CharField(_("issued by"), max_length=160)
    issuer_en = models.CharField(_("issued by, in English"), max_length=160, blank=True)
    stars = models.PositiveSmallIntegerField(_("OCOP stars"), null=True, blank=True)
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    checked_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("checked by"),
    )
    is_demo = models.BooleanField(_("demo"), default=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_on"]
        indexes = [models.Index(fields=["scheme", "stars", "expires_on"])]
        constraints = [
            models.CheckConstraint(
                condition=(Q(scheme="ocop") & Q(stars__in=[3, 4, 5])) | (~Q(scheme="ocop") & Q(stars__isnull=True)),
                name="certificate_stars_only_for_ocop",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="certificate_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(max_quantity_base__isnull=True) | Q(max_quantity_base__gt=0),
                name="certificate_max_quantity_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.number}"

    def valid_on(self, day: date) -> bool:
        """The same rule as :meth:`CertificateQuerySet.valid_on`, for a row already in hand."""
        return (
            self.checked_at is not None
            and self.issued_on <= day
            and (self.expires_on is None or day <= self.expires_on)
            and (self.revoked_on is None or day < self.revoked_on)
        )
