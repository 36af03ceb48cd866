"""The passport as it is served: compressed bodies, written by the worker, read with one SELECT.

A stored page counts only while ``version`` equals the batch's ``page_version`` and today is before ``valid_until``, so
a recall (or a certificate that ends at midnight) shows on the very next request: a page that does not match is drawn
afresh. ``valid_until`` is the first day on which the page would say something else by itself.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class PassportPage(models.Model):
    batch = models.ForeignKey("traceability.Batch", on_delete=models.CASCADE, related_name="passport_pages")
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField()
    valid_until = models.DateField(default=date.max)
    etag = models.CharField(max_length=40)
    html_gz = models.BinaryField()
    html_br = models.BinaryField(default=b"")

    class Meta:
        indexes = [models.Index(fields=["valid_until"]), models.Index(fields=["etag"])]
        constraints = [
            models.UniqueConstraint(fields=["batch", "language"], name="passport_page_once_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.language}"


class BatchReport(models.Model):
    """What somebody with a pack in hand told us about it."""

    class Reason(models.TextChoices):
        MISMATCH = "mismatch", _("Lot or dates differ from the pack")
        COPY = "copy", _("The label looks copied")
        QUALITY = "quality", _("Something is wrong with the goods")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    batch = models.ForeignKey(
        "traceability.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    code_as_given = models.CharField(_("code as given"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    words = models.CharField(_("words"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        verbose_name = _("report about a batch")
        verbose_name_plural = _("reports about batches")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=["mismatch", "copy", "quality", "other"]),
                name="batch_report_reason_known",
            ),
            models.CheckConstraint(condition=models.Q(status__in=["open", "closed"]), name="batch_report_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.code_as_given}"
