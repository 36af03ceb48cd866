"""What money bought."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly
from marketplace.payments.models.asking import Payment


class Spending(AppendOnly):
    """Which payment paid a parcel, once and for ever: out of its money a refund of the parcel goes back."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="spendings", verbose_name=_("payment"))
    parcel = models.OneToOneField(
        "marketplace.Parcel", on_delete=models.PROTECT, related_name="spending", verbose_name=_("parcel")
    )

    class Meta:
        verbose_name = _("parcel paid by a payment")
        verbose_name_plural = _("parcels paid by payments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.parcel_id}"
