"""What one person wants to do with a large sum, until a second one says yes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.payments.models.arriving import Capture
from marketplace.payments.models.asking import Payment
from marketplace.payments.models.disputing import Dispute
from marketplace.payments.states import ProposalAct, ProposalStatus


class Proposal(models.Model):
    """Nothing is booked before it is confirmed. ``key`` names what it is about ("capture:12"): one may wait for it.

    ``facts`` are what the act needs beside the rows: a reference, a day, who bears a loss.
    """

    act = models.CharField(_("what shall be done"), max_length=12, choices=ProposalAct)
    key = models.CharField(max_length=140)
    status = models.CharField(_("status"), max_length=12, choices=ProposalStatus, default=ProposalStatus.WAITING)
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    capture = models.ForeignKey(
        Capture,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
        verbose_name=_("money received"),
    )
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("payment")
    )
    dispute = models.ForeignKey(
        Dispute, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("dispute")
    )
    cooperative = models.ForeignKey(
        "community.Cooperative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cooperative"),
    )
    facts = models.JSONField(_("facts"), default=dict)
    note = models.CharField(_("note"), max_length=300, blank=True)
    proposed_at = models.DateTimeField(_("proposed at"), default=clock.now)
    proposed_by = models.ForeignKey(
        "community.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    ended_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    answer = models.CharField(_("why not"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("proposal about money")
        verbose_name_plural = _("proposals about money")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=ProposalAct.values), name="proposal_act_known"),
            models.CheckConstraint(condition=Q(status__in=ProposalStatus.values), name="proposal_status_known"),
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="proposal_amount_positive"),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.CONFIRMED) | ~Q(ended_by=F("proposed_by")),
                name="proposal_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(status=ProposalStatus.WAITING), name="proposal_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
