"""What was handed in for capture and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class CaptureJob(models.Model):
    """One POST to ``/capture``. ``body`` is kept only until the job is done."""

    code = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="+")
    api_key = models.ForeignKey("community.ApiKey", on_delete=models.PROTECT, related_name="+")
    behaviour = models.CharField(max_length=8, default="rollback")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)  # by a worker; empty while it waits
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    success = models.BooleanField(default=False)
    body = models.TextField(blank=True)
    received = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["cooperative", "created_at", "id"], name="capture_job_of_cooperative"),
            models.Index(fields=["created_at"], condition=Q(finished_at__isnull=True), name="capture_job_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(behaviour__in=["rollback", "proceed"]), name="capture_job_behaviour_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)
