"""Money on its way: what was asked (Payment), what came (Capture, InboxEvent), what needs a person.

Rows are never deleted: a VietQR code that was shown once can be paid days later, and money is a fact.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.payments.states import (
    LIVE_PAYMENT,
    ExceptionKind,
    ExceptionStatus,
    InboxStatus,
    PaymentStatus,
    ProviderCode,
    RefundKind,
    RefundStatus,
    SourceCode,
)
from marketplace.receiving.models import ReceivingAccount


class PaymentQuerySet(models.QuerySet["Payment"]):
    def live(self) -> PaymentQuerySet:
        """Asked for, and neither complete nor given up."""
        return self.filter(status__in=LIVE_PAYMENT)

    def real_money(self) -> PaymentQuerySet:
        """What may appear in statements: never simulated money."""
        return self.filter(livemode=True)


class Payment(models.Model):
    """One request for money: of one parcel to its cooperative's account (vietqr), or of a whole order (stripe)."""

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
                condition=~Q(provider=ProviderCode.VIETQR)
                | Q(parcel__isnull=False, account__isnull=False, memo_code__isnull=False),
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
    """Money that arrived, once. Without a payment it lies in suspense until a person matches it."""

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
