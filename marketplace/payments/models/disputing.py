"""What a card's owner contests: the bank takes the money back first and asks afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from marketplace.payments.models.asking import Payment
from marketplace.payments.states import DisputeStatus, LossBearer


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> DisputeQuerySet:
        """Not over: undecided by the bank, or lost and nobody said who bears it. Payouts of its parcels wait."""
        return self.filter(Q(status=DisputeStatus.OPEN) | Q(status=DisputeStatus.LOST, borne_by=""))

    def against_us(self) -> DisputeQuerySet:
        """Undecided or lost: this money cannot be refunded as well."""
        return self.filter(status__in=[DisputeStatus.OPEN, DisputeStatus.LOST])


class Dispute(models.Model):
    """A card payment that its owner contests, as the provider tells of it. Never deleted.

    ``stage`` is the provider's own word (``needs_response``, ``warning_under_review`` …); while it is a warning no
    money has left. A lost one is borne by the operator or by the sellers: a person says which (``borne_by``).
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes", verbose_name=_("payment"))
    provider_ref = models.CharField(_("reference of the provider"), max_length=255, unique=True)
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    stage = models.CharField(_("stage at the provider"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=DisputeStatus, default=DisputeStatus.OPEN)
    told_at = models.DateTimeField(_("last told"))
    evidence_due_at = models.DateTimeField(_("answer until"), null=True, blank=True)
    opened_at = models.DateTimeField(_("since"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("money taken back"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    borne_by = models.CharField(_("loss borne by"), max_length=8, choices=LossBearer, blank=True)
    settled_at = models.DateTimeField(_("loss settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("settled by"),
    )

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["status", "evidence_due_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="dispute_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=DisputeStatus.values), name="dispute_status_known"),
            models.CheckConstraint(
                condition=Q(status=DisputeStatus.OPEN, closed_at__isnull=True)
                | (~Q(status=DisputeStatus.OPEN) & Q(closed_at__isnull=False)),
                name="dispute_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(borne_by="") | Q(borne_by__in=LossBearer.values, status=DisputeStatus.LOST),
                name="dispute_only_a_loss_is_borne",
            ),
        ]

    def __str__(self) -> str:
        return self.provider_ref
