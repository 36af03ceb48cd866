"""Payouts, the file that tells the bank of them, and dues that cooperatives pay. Amounts in đồng."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code
from marketplace.payouts.states import LIVE_PAYOUT, PayoutStatus


def new_payout_code() -> str:
    return new_code(8)


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=label
    )


class PayoutFile(models.Model):
    """Approved payouts handed to the bank together, as one file. A payout is in one file only, so is paid once."""

    code = models.CharField(_("code"), max_length=8, unique=True, default=new_payout_code, editable=False)
    livemode = models.BooleanField(_("real money"), default=True)
    made_at = models.DateTimeField(_("made"), default=clock.now)
    made_by = _person(_("made by"))

    class Meta:
        verbose_name = _("payout file")
        verbose_name_plural = _("payout files")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.code


class PayoutQuerySet(models.QuerySet["Payout"]):
    def live(self) -> PayoutQuerySet:
        """Neither cancelled nor come back: their entries are spoken for."""
        return self.filter(status__in=LIVE_PAYOUT)


class Payout(models.Model):
    """What a cooperative gets for one period, to the account it had when the payout was drafted.

    ``period_end`` is the first day that no longer counts. ``made_by`` is empty when the clock made it.
    """

    code = models.CharField(_("code"), max_length=8, unique=True, default=new_payout_code, editable=False)
    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.PROTECT, related_name="payouts", verbose_name=_("cooperative")
    )
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("up to, not with"))
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    livemode = models.BooleanField(_("real money"), default=True)
    status = models.CharField(_("status"), max_length=12, choices=PayoutStatus, default=PayoutStatus.DRAFT)
    account = models.ForeignKey(
        "marketplace.ReceivingAccount", on_delete=models.PROTECT, related_name="+", verbose_name=_("receiving account")
    )
    bank_bin = models.CharField(_("bank number"), max_length=6)
    bank_name = models.CharField(_("bank"), max_length=80)
    account_number = models.CharField(_("account number"), max_length=19)
    holder = models.CharField(_("account holder"), max_length=80)
    file = models.ForeignKey(
        PayoutFile, null=True, blank=True, on_delete=models.PROTECT, related_name="payouts", verbose_name=_("file")
    )
    made_at = models.DateTimeField(_("drafted"), default=clock.now)
    made_by = _person(_("drafted by"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = _person(_("approved by"))
    sent_at = models.DateTimeField(_("handed to the bank"), null=True, blank=True)
    sent_by = _person(_("handed over by"))
    paid_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    paid_by = _person(_("confirmed by"))
    bank_ref = models.CharField(_("reference of the bank"), max_length=120, blank=True)
    ended_at = models.DateTimeField(_("came back or cancelled"), null=True, blank=True)
    ended_by = _person(_("written down by"))
    failure = models.CharField(_("why"), max_length=200, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-period_end", "-pk"]
        indexes = [models.Index(fields=["status", "period_end"])]
        constraints = [
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="payout_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=PayoutStatus.values), name="payout_status_known"),
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="payout_period_has_days"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(made_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="payout_approved_by_another",
            ),
            models.UniqueConstraint(
                fields=["cooperative", "period_end", "livemode"],
                condition=Q(status__in=sorted(LIVE_PAYOUT)),
                name="payout_one_live_per_period",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def masked_number(self) -> str:
        return "•" * max(len(self.account_number) - 4, 0) + self.account_number[-4:]


class PayoutItem(models.Model):
    """One entry of the cooperative's ``payable`` account that a payout settles; ``amount_dong`` positive when the

    cooperative gets it. ``released`` when the payout failed or was cancelled: then another may settle the entry.
    """

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="items")
    entry = models.ForeignKey("marketplace.LedgerEntry", on_delete=models.PROTECT, related_name="payout_items")
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    released = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_dong=0), name="payout_item_is_something"),
            models.UniqueConstraint(fields=["entry"], condition=Q(released=False), name="payout_item_settled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.payout_id}: {self.amount_dong}"


class DuesPayment(models.Model):
    """Commission and tax that a cooperative owed and transferred to the operator, as a person read it on the bank's

    statement. A slip is undone, never deleted.
    """

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.PROTECT, related_name="dues_payments", verbose_name=_("cooperative")
    )
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    livemode = models.BooleanField(_("real money"), default=True)
    bank_ref = models.CharField(_("reference of the bank"), max_length=120)
    received_on = models.DateField(_("received on"))
    capture = models.ForeignKey(
        "marketplace.Capture",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dues_payments",
        verbose_name=_("money received"),
    )
    recorded_at = models.DateTimeField(_("written down"), default=clock.now)
    recorded_by = _person(_("written down by"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = _person(_("undone by"))
    undone_why = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("dues received")
        verbose_name_plural = _("dues received")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="dues_payment_positive"),
            models.CheckConstraint(condition=~Q(bank_ref=""), name="dues_payment_names_its_transfer"),
            models.UniqueConstraint(
                fields=["bank_ref"], condition=Q(undone_at__isnull=True), name="dues_payment_once_per_transfer"
            ),
            models.UniqueConstraint(
                fields=["capture"], condition=Q(undone_at__isnull=True), name="dues_payment_once_per_capture"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cooperative_id}: {self.amount_dong}"
