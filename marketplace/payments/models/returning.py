"""What goes back to a buyer."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.payments.models.asking import Payment
from marketplace.payments.states import RefundKind, RefundStatus


class Refund(models.Model):
    """Money owed back to a buyer. Requested by rules or people, approved by a person, sent by a bank or the card

    provider. ``to_*`` is the account the buyer typed on the order page; a card is refunded to itself.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    parcel = models.ForeignKey(
        "marketplace.Parcel",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="refunds",
        verbose_name=_("parcel"),
    )
    kind = models.CharField(_("what for"), max_length=8, choices=RefundKind, default=RefundKind.PARCEL)
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    status = models.CharField(_("status"), max_length=12, choices=RefundStatus, default=RefundStatus.REQUESTED)
    reason = models.CharField(_("reason"), max_length=40)
    note = models.CharField(_("note"), max_length=300, blank=True)
    to_bank_bin = models.CharField(_("buyer's bank"), max_length=6, blank=True)
    to_account = models.CharField(_("buyer's account"), max_length=19, blank=True)
    to_holder = models.CharField(_("account holder"), max_length=80, blank=True)
    provider_ref = models.CharField(_("reference of the provider"), max_length=255, blank=True)
    bank_ref = models.CharField(_("reference of the bank"), max_length=120, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    requested_at = models.DateTimeField(_("requested"), default=clock.now)
    requested_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("requested by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("approved by"),
    )
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("sent by"),
    )
    ended_at = models.DateTimeField(_("arrived"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=RefundStatus.values), name="refund_status_known"),
            models.CheckConstraint(condition=Q(kind__in=RefundKind.values), name="refund_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=RefundKind.PARCEL) | Q(parcel__isnull=False), name="refund_of_goods_names_its_parcel"
            ),
            models.UniqueConstraint(fields=["payment", "parcel", "reason"], name="refund_once_per_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.amount_dong}"
