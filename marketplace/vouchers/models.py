"""A seller's own discounts by a code, and which parcel used one. Who bears it: docs/decisions/0137."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock

MOST_PERCENT = 50


class Voucher(models.Model):
    """A part of the goods' price, or a sum; of one seller, who bears it. Ended by date, by hand or when used up.

    ``uses`` is counted by an UPDATE that asks for less than ``most_uses``: the last one goes to one order only.
    """

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.PROTECT, related_name="vouchers", verbose_name=_("cooperative")
    )
    code = models.CharField(_("code"), max_length=20)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    dong = models.BigIntegerField(_("sum (đồng)"), null=True, blank=True)
    # Of a percentage: never more than this.
    most_dong = models.BigIntegerField(_("at most (đồng)"), null=True, blank=True)
    min_goods_dong = models.BigIntegerField(_("from goods for (đồng)"), default=0)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    most_uses = models.PositiveIntegerField(_("times in all"))
    per_phone = models.PositiveSmallIntegerField(_("times for one phone"), default=1)
    uses = models.PositiveIntegerField(_("used"), default=0)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        "community.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )

    class Meta:
        verbose_name = _("discount code")
        verbose_name_plural = _("discount codes")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "code"], name="voucher_code_once_per_seller"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9A-Z]{3,20}$"), name="voucher_code_is_plain"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True, dong__isnull=False, most_dong__isnull=True)
                | Q(percent__isnull=False, dong__isnull=True),
                name="voucher_percent_or_sum",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=1, percent__lte=MOST_PERCENT),
                name="voucher_percent_up_to_half",
            ),
            # At most half of the goods: a parcel always costs something, and a refund has something to go back to.
            models.CheckConstraint(
                condition=Q(dong__isnull=True) | Q(dong__gte=1, min_goods_dong__gte=F("dong") * 2),
                name="voucher_sum_up_to_half",
            ),
            models.CheckConstraint(
                condition=Q(most_dong__isnull=True) | Q(most_dong__gte=1), name="voucher_most_positive"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="voucher_days_in_order"),
            models.CheckConstraint(
                condition=Q(most_uses__gte=1, per_phone__gte=1, uses__lte=F("most_uses")), name="voucher_uses_counted"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def is_open(self, day: date) -> bool:
        """It can be used that day, while there are uses left."""
        return self.stopped_at is None and self.starts_on <= day <= self.ends_on


class VoucherUse(models.Model):
    """One parcel used one code. Given back once, when the parcel ends without goods."""

    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, related_name="used_by", verbose_name=_("discount code")
    )
    parcel = models.OneToOneField(
        "marketplace.Parcel", on_delete=models.PROTECT, related_name="voucher_use", verbose_name=_("parcel")
    )
    dong = models.BigIntegerField(_("discount (đồng)"))
    used_at = models.DateTimeField(_("used"), default=clock.now)
    given_back_at = models.DateTimeField(_("given back"), null=True, blank=True)

    class Meta:
        verbose_name = _("use of a discount code")
        verbose_name_plural = _("uses of discount codes")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(dong__gt=0), name="voucher_use_positive")]

    def __str__(self) -> str:
        return f"{self.voucher_id}: {self.parcel_id}"
