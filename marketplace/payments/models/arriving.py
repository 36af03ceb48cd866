"""What came: signed messages as they came, and money that arrived, once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.payments.models.asking import Payment
from marketplace.payments.states import InboxStatus, SourceCode


class InboxEvent(models.Model):
    """A signed message of a bank feed or card provider, kept as it came, processed later in its own transaction."""

    provider = models.CharField(_("sent by"), max_length=12, choices=SourceCode)
    account_key = models.CharField(max_length=64, blank=True)
    event_id = models.CharField(_("number of the message"), max_length=255)
    type = models.CharField(_("kind"), max_length=80, blank=True)
    livemode = models.BooleanField(default=True)
    api_version = models.CharField(max_length=40, blank=True)
    body = models.TextField()
    status = models.CharField(_("status"), max_length=12, choices=InboxStatus, default=InboxStatus.RECEIVED)
    outcome = models.CharField(_("outcome"), max_length=120, blank=True)
    attempts = models.PositiveIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(default=clock.now)
    error = models.CharField(_("error"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received"), default=clock.now)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)

    class Meta:
        verbose_name = _("message of a bank")
        verbose_name_plural = _("messages of banks")
        ordering = ["pk"]
        indexes = [models.Index(fields=["status", "next_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=InboxStatus.values), name="inbox_event_status_known"),
            models.CheckConstraint(condition=Q(provider__in=SourceCode.values), name="inbox_event_provider_known"),
            models.UniqueConstraint(fields=["provider", "account_key", "event_id"], name="inbox_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class Capture(models.Model):
    """Money that arrived, once. Without a payment it lies in suspense until a person matches it; nothing else of it
    ever changes, which triggers in the database refuse (community/guarding.py)."""

    set_once = ("payment",)
    forgettable = ("memo",)

    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="captures", verbose_name=_("payment")
    )
    provider = models.CharField(_("told by"), max_length=12, choices=SourceCode)
    account_key = models.CharField(max_length=64, blank=True)
    txn_id = models.CharField(_("transaction"), max_length=255)
    bank_reference = models.CharField(_("bank reference"), max_length=120, blank=True)
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    memo = models.CharField(_("words of the transfer"), max_length=500, blank=True)
    livemode = models.BooleanField(_("real money"), default=True)
    booked_at = models.DateTimeField(_("booked"))
    booked_on = models.DateField(_("booked on"))
    event = models.ForeignKey(InboxEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="captures")
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)

    class Meta:
        verbose_name = _("money received")
        verbose_name_plural = _("money received")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="capture_amount_positive"),
            models.CheckConstraint(condition=Q(provider__in=SourceCode.values), name="capture_provider_known"),
            models.UniqueConstraint(fields=["provider", "account_key", "txn_id"], name="capture_once"),
            # The same transfer told by two feeds of one account has two ids, but one bank reference.
            models.UniqueConstraint(
                fields=["account_key", "bank_reference", "amount_dong", "booked_on"],
                condition=~Q(bank_reference=""),
                name="capture_once_per_bank_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.txn_id}"
