"""What staff decided about money that lay in suspense. Decisions only grow: a wrong one is undone by a further row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.append_only import AppendOnly
from marketplace.payments.models.arriving import Capture
from marketplace.payments.models.asking import Payment
from marketplace.payments.states import DecisionAct


class SuspenseDecision(AppendOnly):
    """Part of a capture leaves suspense: to a payment, back to its sender, or out of our books.

    ``amount_dong`` is positive; the row that undoes another carries the same amount, negative.
    """

    forgettable = ("note",)

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(_("what was decided"), max_length=12, choices=DecisionAct)
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    reference = models.CharField(_("reference of the bank"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    decided_at = models.DateTimeField(_("decided"), default=clock.now)
    decided_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("decision about money")
        verbose_name_plural = _("decisions about money")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=DecisionAct.values), name="suspense_decision_act_known"),
            models.CheckConstraint(
                condition=Q(amount_dong__gt=0, undoes__isnull=True) | Q(amount_dong__lt=0, undoes__isnull=False),
                name="suspense_decision_amount_signed",
            ),
            models.CheckConstraint(
                condition=Q(act=DecisionAct.ATTACH, payment__isnull=False)
                | ~Q(act=DecisionAct.ATTACH) & Q(payment__isnull=True),
                name="suspense_decision_names_its_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.amount_dong}"
