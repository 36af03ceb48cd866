"""What a bank told when it was asked, and the statements that staff uploaded."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.payments.states import SourceCode, StatementStatus
from marketplace.receiving.models import ReceivingAccount


class Reconciliation(models.Model):
    """One time a feed was asked for its list. ``differences`` are rows of the report (see reconciling.py)."""

    source = models.CharField(_("asked"), max_length=12, choices=SourceCode)
    since = models.DateTimeField(_("from"))
    started_at = models.DateTimeField(_("asked at"), default=clock.now)
    told = models.PositiveIntegerField(_("incoming transfers told"), default=0)
    found = models.PositiveIntegerField(_("missed before, found now"), default=0)
    differences = models.JSONField(_("differences"), default=list)
    error = models.CharField(_("error"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("reconciliation with a bank")
        verbose_name_plural = _("reconciliations with banks")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["source", "started_at"])]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class StatementFormat(models.Model):
    """Which column of a bank's file holds what, as somebody said the last time. ``columns``: field → heading."""

    bank_bin = models.CharField(max_length=6, unique=True)
    columns = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.bank_bin


class Statement(models.Model):
    """A bank's file of movements. Its bytes lie in DATA_DIR/statements under their hash; ``seen`` is the preview."""

    account = models.ForeignKey(
        ReceivingAccount, on_delete=models.PROTECT, related_name="statements", verbose_name=_("receiving account")
    )
    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("file"), max_length=120)
    status = models.CharField(_("status"), max_length=12, choices=StatementStatus, default=StatementStatus.UPLOADED)
    columns = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField(_("uploaded"), default=clock.now)
    uploaded_by = models.ForeignKey(
        "community.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    confirmed_at = models.DateTimeField(_("taken in"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("taken in by"),
    )

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=StatementStatus.values), name="statement_status_known"),
            models.UniqueConstraint(
                fields=["account", "sha256"],
                condition=~Q(status=StatementStatus.DROPPED),
                name="statement_file_once_per_account",
            ),
        ]

    def __str__(self) -> str:
        return self.name
