"""Dated papers. A badge is computed from a certificate valid today, never from a column of the product."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.photos.paper_files import paper_path, paper_storage
from community.text.codes import new_code


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
        return self.checked_at is not None and self.holds_on(day)

    def holds_on(self, day: date) -> bool:
        """By its dates alone, whether or not somebody has looked at it."""
        return (
            self.issued_on <= day
            and (self.expires_on is None or day <= self.expires_on)
            and (self.revoked_on is None or day < self.revoked_on)
        )


def new_scan_code() -> str:
    return new_code(10)


class CertificateScan(models.Model):
    """A photo or PDF of the paper, in the private folder: what staff compares. The newest counts, none is erased."""

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_scan_code)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="scans", verbose_name=_("certificate")
    )
    file = models.FileField(_("file"), storage=paper_storage, upload_to=paper_path)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        "community.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("scan of a certificate")
        verbose_name_plural = _("scans of certificates")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="certificate_scan_type", condition=Q(content_type__in=["image/jpeg", "application/pdf"])
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CoverRequest(models.Model):
    """A seller says: this paper covers that product. It counts once staff has compared it with the paper."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for staff")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back by the seller")

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="cover_requests", verbose_name=_("certificate")
    )
    product = models.ForeignKey(
        "traceability.Product", on_delete=models.PROTECT, related_name="cover_requests", verbose_name=_("product")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING, db_index=True)
    asked_by = models.ForeignKey(
        "community.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    words = models.CharField(_("message to the seller"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("question whether a certificate covers goods")
        verbose_name_plural = _("questions whether certificates cover goods")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cover_request_status", condition=Q(status__in=["waiting", "confirmed", "refused", "withdrawn"])
            ),
            models.UniqueConstraint(
                name="cover_request_waits_once", fields=["certificate", "product"], condition=Q(status="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} · {self.product}"
