"""Bank accounts that buyers transfer to, and how their movements reach us."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock


class FeedCode(models.TextChoices):
    """How the movements of a receiving account reach us."""

    SEPAY = "sepay", "SePay"
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
        """The last four digits: what staff, lists and the log may show."""
        return "•" * max(len(self.account_number) - 4, 0) + self.account_number[-4:]

    @property
    def livemode(self) -> bool:
        """Is this real money? A simulated account never is."""
        return self.feed != FeedCode.SIMULATED
