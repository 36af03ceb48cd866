from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """One message to one person. `(kind, key)` says it once: "order_paid" + the order's code cannot be queued twice."""

    class Channel(models.TextChoices):
        SMS = "sms", _("Text message")
        EMAIL = "email", _("E-mail")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.SMS)
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=5, default="vi")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["status", "due_at"], name="outbox_due")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="outbox_message_once"),
            models.CheckConstraint(name="outbox_channel", condition=Q(channel__in=["sms", "email"])),
            models.CheckConstraint(
                name="outbox_status", condition=Q(status__in=["waiting", "sending", "sent", "failed"])
            ),
            models.CheckConstraint(name="outbox_sent_has_time", condition=Q(sent_at__isnull=False) | ~Q(status="sent")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.status})"
