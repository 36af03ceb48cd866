"""What was asked of a buyer. Rows are never deleted: a code shown once can be paid days later."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.payments.states import LIVE_PAYMENT, PaymentStatus, ProviderCode
from marketplace.receiving.models import ReceivingAccount


class PaymentQuerySet(models.QuerySet["Payment"]):
    def live(self) -> PaymentQuerySet:
        """Asked for, and neither complete nor given up."""
        return self.filter(status__in=LIVE_PAYMENT)


class Payment(models.Model):
    """One request for money: of one parcel to its cooperative's account, or of a whole order (card, platform)."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(
        "marketplace.Order", on_delete=models.PROTECT, related_name="payments", verbose_name=_("order")
    )
    parcel = models.ForeignKey(
        "marketplace.Parcel",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
        verbose_name=_("parcel"),
    )
    provider = models.CharField(_("way of paying"), max_length=12, choices=ProviderCode)
    account = models.ForeignKey(
        ReceivingAccount,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
        verbose_name=_("receiving account"),
    )
    status = models.CharField(_("status"), max_length=20, choices=PaymentStatus, default=PaymentStatus.CREATED)
    amount_dong = models.BigIntegerField(_("amount asked (đồng)"))
    received_dong = models.BigIntegerField(_("received (đồng)"), default=0)
    memo_code = models.CharField(_("transfer code"), max_length=10, unique=True, null=True, blank=True)
    provider_ref = models.CharField(max_length=255, blank=True)
    redirect_url = models.TextField(blank=True)
    livemode = models.BooleanField(_("real money"), default=True)
    late = models.BooleanField(_("came late"), default=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    expires_at = models.DateTimeField(_("until"))
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    # The buyer's own "I have transferred": something to look for, never a proof.
    claimed_at = models.DateTimeField(_("said to be transferred"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["status", "expires_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
            models.CheckConstraint(condition=Q(provider__in=ProviderCode.values), name="payment_provider_known"),
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(received_dong__gte=0), name="payment_received_not_negative"),
            models.CheckConstraint(
                condition=~Q(status=PaymentStatus.CONFIRMED) | Q(received_dong__gte=F("amount_dong")),
                name="payment_confirmed_is_paid",
            ),
            models.CheckConstraint(
                # Of one parcel to its cooperative's account, or of a whole order to the platform's.
                condition=~Q(provider=ProviderCode.VIETQR) | Q(account__isnull=False, memo_code__isnull=False),
                name="payment_vietqr_has_account_and_memo",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], condition=~Q(provider_ref=""), name="payment_provider_ref_once"
            ),
            models.UniqueConstraint(
                fields=["parcel", "provider"],
                condition=Q(status__in=sorted(LIVE_PAYMENT), parcel__isnull=False),
                name="payment_one_live_per_parcel",
            ),
            models.UniqueConstraint(
                fields=["order", "provider"],
                condition=Q(status__in=sorted(LIVE_PAYMENT), parcel__isnull=True),
                name="payment_one_live_per_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.memo_code or self.uuid}"

    @property
    def remaining_dong(self) -> int:
        """What is still to come; never negative."""
        return max(self.amount_dong - self.received_dong, 0)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_PAYMENT
