from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly, AppendOnlyQuerySet


class AuditQuerySet(AppendOnlyQuerySet["AuditEntry"]):
    def about(self, subject: models.Model) -> AuditQuerySet:
        """Entries about one row, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("-pk")


class AuditEntry(AppendOnly):
    """One act: who did what to which thing, for which cooperative. `facts` hold no names, phones or addresses."""

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audit_entries",
        db_index=False,
    )
    actor_label = models.CharField(max_length=120)
    cooperative = models.ForeignKey(
        "community.Cooperative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audit_entries",
        db_index=False,
    )
    mandate_code = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    subject_code = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    forgettable = ("actor_label",)  # the name beside ``actor``, when a person is erased

    objects = AuditQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_entry_subject"),
            models.Index(fields=["cooperative", "-id"], name="audit_entry_of_seller"),
            models.Index(fields=["actor", "-id"], name="audit_entry_of_person"),
            models.Index(fields=["subject_code"], condition=~Q(subject_code=""), name="audit_entry_code"),
            models.Index(fields=["mandate_code"], condition=~Q(mandate_code=""), name="audit_entry_mandate"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.action} {self.subject_type} {self.subject_code}"
