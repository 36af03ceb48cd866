"""What about money needs a person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.payments.models.arriving import Capture, InboxEvent
from marketplace.payments.models.asking import Payment
from marketplace.payments.states import ExceptionKind, ExceptionStatus


class PaymentException(models.Model):
    """Something about money that a person must decide. Opened once per cause, never silently dropped."""

    kind = models.CharField(_("what happened"), max_length=24, choices=ExceptionKind)
    key = models.CharField(_("cause"), max_length=120, unique=True)
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="exceptions", verbose_name=_("payment")
    )
    parcel = models.ForeignKey(
        "marketplace.Parcel",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payment_exceptions",
        verbose_name=_("parcel"),
    )
    capture = models.ForeignKey(
        Capture,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exceptions",
        verbose_name=_("money received"),
    )
    event = models.ForeignKey(
        InboxEvent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exceptions",
        verbose_name=_("message of a bank"),
    )
    amount_dong = models.BigIntegerField(_("amount (đồng)"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=ExceptionStatus, default=ExceptionStatus.OPEN)
    facts = models.JSONField(_("facts"), default=dict)
    opened_at = models.DateTimeField(_("since"), default=clock.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by")
    )
    resolution = models.CharField(_("what was decided"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("money to look into")
        verbose_name_plural = _("money to look into")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["status", "kind"])]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ExceptionKind.values), name="payment_exception_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=ExceptionStatus.values), name="payment_exception_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
