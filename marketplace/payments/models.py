"""Money on its way: what was asked (Payment), what came (Capture, InboxEvent), what needs a person.

Rows are never deleted: a VietQR code that was shown once can be paid days later, and money is a fact.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from community import clock
from marketplace.payments.states import (
    LIVE_PAYMENT,
    ExceptionKind,
    ExceptionStatus,
    FeedCode,
    InboxStatus,
    PaymentStatus,
    ProviderCode,
    RefundStatus,
    SourceCode,
)


class ReceivingAccount(models.Model):
    """A bank account that buyers transfer to; without a cooperative it is the platform's own."""

    cooperative = models.ForeignKey(
        "community.Cooperative", null=True, blank=True, on_delete=models.PROTECT, related_name="receiving_accounts"
    )
    bank_bin = models.CharField(max_length=6)
    bank_name = models.CharField(max_length=80)
    account_number = models.CharField(max_length=19)
    holder = models.CharField(max_length=80)
    feed = models.CharField(max_length=12, choices=FeedCode, default=FeedCode.MANUAL)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(feed__in=FeedCode.values), name="receiving_account_feed_known"),
            models.UniqueConstraint(
                fields=["cooperative"],
                condition=Q(active=True, cooperative__isnull=False),
                name="receiving_account_one_active",
            ),
            models.UniqueConstraint(
                fields=["bank_bin", "account_number"], condition=Q(active=True), name="receiving_account_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.masked_number}"

    @property
    def masked_number(self) -> str:
        """The last four digits: what staff, lists and the log may show."""
        return "•" * max(len(self.account_number) - 4, 0) + self.account_number[-4:]

    @property
    def livemode(self) -> bool:
        """Is this real money? A simulated account never is."""
        return self.feed != FeedCode.SIMULATED


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
    order = models.ForeignKey("marketplace.Order", on_delete=models.PROTECT, related_name="payments")
    parcel = models.ForeignKey(
        "marketplace.Parcel", null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    provider = models.CharField(max_length=12, choices=ProviderCode)
    account = models.ForeignKey(
        ReceivingAccount, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    status = models.CharField(max_length=20, choices=PaymentStatus, default=PaymentStatus.CREATED)
    amount_dong = models.BigIntegerField()
    received_dong = models.BigIntegerField(default=0)
    memo_code = models.CharField(max_length=10, unique=True, null=True, blank=True)
    provider_ref = models.CharField(max_length=255, blank=True)
    redirect_url = models.TextField(blank=True)
    livemode = models.BooleanField(default=True)
    late = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
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

    provider = models.CharField(max_length=12, choices=SourceCode)
    account_key = models.CharField(max_length=64, blank=True)
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=80, blank=True)
    livemode = models.BooleanField(default=True)
    api_version = models.CharField(max_length=40, blank=True)
    body = models.TextField()
    status = models.CharField(max_length=12, choices=InboxStatus, default=InboxStatus.RECEIVED)
    outcome = models.CharField(max_length=120, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.now)
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(default=clock.now)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
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

    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="captures")
    provider = models.CharField(max_length=12, choices=SourceCode)
    account_key = models.CharField(max_length=64, blank=True)
    txn_id = models.CharField(max_length=255)
    bank_reference = models.CharField(max_length=120, blank=True)
    amount_dong = models.BigIntegerField()
    memo = models.CharField(max_length=500, blank=True)
    livemode = models.BooleanField(default=True)
    booked_at = models.DateTimeField()
    booked_on = models.DateField()
    event = models.ForeignKey(InboxEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="captures")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
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
    """Money owed back to a buyer. Requested by rules or people; sending it is a person's act."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    parcel = models.ForeignKey("marketplace.Parcel", on_delete=models.PROTECT, related_name="refunds")
    amount_dong = models.BigIntegerField()
    status = models.CharField(max_length=12, choices=RefundStatus, default=RefundStatus.REQUESTED)
    reason = models.CharField(max_length=40)
    requested_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=RefundStatus.values), name="refund_status_known"),
            models.UniqueConstraint(fields=["payment", "parcel", "reason"], name="refund_once_per_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.amount_dong}"


class PaymentException(models.Model):
    """Something about money that a person must decide. Opened once per cause, never silently dropped."""

    kind = models.CharField(max_length=24, choices=ExceptionKind)
    key = models.CharField(max_length=120, unique=True)
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="exceptions")
    parcel = models.ForeignKey(
        "marketplace.Parcel", null=True, blank=True, on_delete=models.PROTECT, related_name="payment_exceptions"
    )
    capture = models.ForeignKey(Capture, null=True, blank=True, on_delete=models.PROTECT, related_name="exceptions")
    event = models.ForeignKey(InboxEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="exceptions")
    amount_dong = models.BigIntegerField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=ExceptionStatus, default=ExceptionStatus.OPEN)
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resolution = models.CharField(max_length=300, blank=True)

    class Meta:
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
