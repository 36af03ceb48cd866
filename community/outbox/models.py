"""Messages to people: written in the transaction of the act, sent later by a worker, once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.outbox.states import Way


class OutboxMessage(models.Model):
    """One message to one person. `(kind, key)` says it once: "order_paid" + the order's code cannot be queued twice.

    ``to`` is a telephone number (channel ``sms``) or an e-mail address. A message by telephone goes by Zalo, else as a
    text message, else to ``email`` when the person gave one. ``facts``: words for a template of Zalo ("code", "link").
    """

    class Channel(models.TextChoices):
        SMS = "sms", _("Telephone")
        EMAIL = "email", _("E-mail")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("about what"), max_length=60)
    key = models.CharField(_("about which"), max_length=120)
    channel = models.CharField(_("by"), max_length=10, choices=Channel, default=Channel.SMS)
    to = models.CharField(_("to"), max_length=254)
    email = models.EmailField(_("else by e-mail to"), blank=True)
    language = models.CharField(_("language"), max_length=5, default="vi")
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    facts = models.JSONField(default=dict, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("message written"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("message sent"), null=True, blank=True)
    way = models.CharField(_("left by"), max_length=10, choices=Way, blank=True)
    provider_ref = models.CharField(_("number at the carrier"), max_length=80, blank=True)
    delivered_at = models.DateTimeField(_("message arrived"), null=True, blank=True)
    # Ways that did not bring it: [{"way": "zns", "why": "not_reached"}].
    given_up = models.JSONField(default=list, blank=True, editable=False)
    # How often staff sent it once more: a carrier drops what it knows already by its number.
    rounds = models.PositiveSmallIntegerField(default=0, editable=False)
    last_error = models.CharField(_("why it failed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["status", "due_at"], name="outbox_due"),
            models.Index(fields=["provider_ref"], name="outbox_ref", condition=~Q(provider_ref="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="outbox_message_once"),
            models.CheckConstraint(name="outbox_channel", condition=Q(channel__in=["sms", "email"])),
            models.CheckConstraint(
                name="outbox_status", condition=Q(status__in=["waiting", "sending", "sent", "failed"])
            ),
            models.CheckConstraint(name="outbox_sent_has_time", condition=Q(sent_at__isnull=False) | ~Q(status="sent")),
            models.CheckConstraint(name="outbox_way_known", condition=Q(way__in=["", *Way.values])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.status})"

    @property
    def number_at_carrier(self) -> str:
        """Our number for this try: a carrier that has seen it drops the second one."""
        return f"cn-{self.pk}-{self.rounds}-{len(self.given_up)}"


class CarrierToken(models.Model):
    """A carrier's keys that change by themselves (Zalo gives a new pair each time), sealed with our own secret.

    ``born_of``: fingerprint of the key in the environment it began with: another one there begins anew.
    """

    name = models.CharField(max_length=20, unique=True)
    born_of = models.CharField(max_length=64)
    sealed = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    refreshing_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("keys of a carrier")

    def __str__(self) -> str:
        return self.name
