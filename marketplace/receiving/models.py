"""Bank accounts that buyers transfer to, and how their movements reach us."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.receiving.states import OPEN_CHANGE, ChangeStatus


def mask(number: str) -> str:
    """The last four characters: what lists, messages and the audit may show."""
    return "•" * max(len(number) - 4, 0) + number[-4:]


def in_groups(number: str) -> str:
    """In fours, easier to read aloud and to copy by eye."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


class FeedCode(models.TextChoices):
    """How the movements of a receiving account reach us."""

    SEPAY = "sepay", "SePay"
    PAYOS = "payos", "payOS"
    CASSO = "casso", "Casso"
    MANUAL = "manual", _("By hand")
    SIMULATED = "simulated", _("Simulated bank")


class ReceivingAccount(models.Model):
    """A bank account that buyers transfer to; without a cooperative it is the platform's own."""

    cooperative = models.ForeignKey(
        "community.Cooperative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="receiving_accounts",
        verbose_name=_("cooperative"),
    )
    bank_bin = models.CharField(_("bank number"), max_length=6)
    bank_name = models.CharField(_("bank"), max_length=80)
    account_number = models.CharField(_("account number"), max_length=19)
    holder = models.CharField(_("account holder"), max_length=80)
    feed = models.CharField(_("how transfers are told"), max_length=12, choices=FeedCode, default=FeedCode.MANUAL)
    active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)

    class Meta:
        verbose_name = _("receiving account")
        verbose_name_plural = _("receiving accounts")
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
        return mask(self.account_number)

    @property
    def number_in_groups(self) -> str:
        return in_groups(self.account_number)

    @property
    def livemode(self) -> bool:
        """Is this real money? A simulated account never is."""
        return self.feed != FeedCode.SIMULATED


class OnDeliveryTerms(models.Model):
    """What a cooperative decided about sending before the money comes; without a row it does not."""

    cooperative = models.OneToOneField(
        "community.Cooperative",
        on_delete=models.PROTECT,
        related_name="on_delivery_terms",
        verbose_name=_("cooperative"),
    )
    offered = models.BooleanField(_("offered"), default=False)
    most_dong = models.BigIntegerField(_("up to (đồng)"))
    changed_at = models.DateTimeField(_("changed"), default=clock.now)
    changed_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("changed by"),
    )

    class Meta:
        verbose_name = _("terms of transfer on delivery")
        verbose_name_plural = _("terms of transfer on delivery")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(most_dong__gte=0) & (Q(offered=False) | Q(most_dong__gt=0)), name="on_delivery_has_a_sum"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cooperative_id}: {self.most_dong if self.offered else 0}"


class AccountChange(models.Model):
    """A wish to receive money on another account, and what two people made of it. Rows are the history; none goes.

    Without a cooperative it is about the platform's own account. ``replaces`` is what was in use when it was wished.
    """

    cooperative = models.ForeignKey(
        "community.Cooperative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="account_changes",
        verbose_name=_("cooperative"),
    )
    bank_bin = models.CharField(_("bank number"), max_length=6)
    bank_name = models.CharField(_("bank"), max_length=80)
    account_number = models.CharField(_("account number"), max_length=19)
    holder = models.CharField(_("account holder"), max_length=80)
    feed = models.CharField(_("how transfers are told"), max_length=12, choices=FeedCode, default=FeedCode.MANUAL)
    status = models.CharField(_("status"), max_length=12, choices=ChangeStatus, default=ChangeStatus.PROPOSED)
    replaces = models.ForeignKey(
        ReceivingAccount,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("account until then"),
    )
    account = models.OneToOneField(
        ReceivingAccount,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="change",
        verbose_name=_("account since then"),
    )
    proposed_at = models.DateTimeField(_("asked for"), default=clock.now)
    proposed_by = models.ForeignKey(
        "community.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    approved_at = models.DateTimeField(_("checked"), null=True, blank=True)
    approved_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("checked by"),
    )
    effective_from = models.DateTimeField(_("takes effect"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of a receiving account")
        verbose_name_plural = _("changes of receiving accounts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "effective_from"])]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ChangeStatus.values), name="account_change_status_known"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="account_change_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[ChangeStatus.APPROVED, ChangeStatus.IN_FORCE])
                | Q(approved_by__isnull=False, effective_from__isnull=False),
                name="account_change_checked_before_use",
            ),
            models.CheckConstraint(
                condition=~Q(status=ChangeStatus.IN_FORCE) | Q(account__isnull=False),
                name="account_change_in_force_has_account",
            ),
            models.UniqueConstraint(
                fields=["cooperative"],
                condition=Q(status__in=sorted(OPEN_CHANGE), cooperative__isnull=False),
                name="account_change_one_open",
            ),
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status__in=sorted(OPEN_CHANGE), cooperative__isnull=True),
                name="account_change_one_open_platform",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.masked_number}"

    @property
    def masked_number(self) -> str:
        return mask(self.account_number)

    @property
    def number_in_groups(self) -> str:
        """In fours, as one reads it aloud: "7600 2051 1883 4"."""
        return in_groups(self.account_number)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_CHANGE
