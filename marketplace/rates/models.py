"""What the operator takes and what the law has withheld, as rows with dates: a rate is never a constant of the code.

A rule holds from its first day until the next rule of the same scope begins. Rows are closed by newer rows, never
edited: what an old order was charged must stay explainable.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community import clock
from community.append_only import AppendOnly
from community.cooperatives.models import Cooperative
from community.text.dates import show_date
from community.text.quantities import show_number


class CommissionRule(AppendOnly):
    """The operator's share in basis points; without a cooperative it is the rule for everybody."""

    cooperative = models.ForeignKey(
        "community.Cooperative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commission_rules",
        verbose_name=_("cooperative"),
    )
    bps = models.PositiveIntegerField(_("basis points (150 = 1.5 %)"))
    valid_from = models.DateField(_("from"))
    note = models.CharField(_("agreed where"), max_length=200, blank=True)
    created_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("commission rule")
        verbose_name_plural = _("commission rules")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(bps__lte=10_000), name="commission_rule_at_most_everything"),
            models.UniqueConstraint(fields=["cooperative", "valid_from"], name="commission_rule_once_a_day_each"),
            models.UniqueConstraint(
                fields=["valid_from"], condition=Q(cooperative__isnull=True), name="commission_rule_once_a_day_for_all"
            ),
        ]

    def __str__(self) -> str:
        language = (get_language() or "vi")[:2]
        percent = show_number(Decimal(self.bps) / 100, language)
        return str(_("%(percent)s %% from %(day)s")) % {"percent": percent, "day": show_date(self.valid_from, language)}


class TaxRule(AppendOnly):
    """What a platform withholds from a seller of this legal form. Applied only once a person confirmed the figures."""

    legal_form = models.CharField(_("legal form"), max_length=20, choices=Cooperative.LegalForm)
    vat_bps = models.PositiveIntegerField(_("VAT, basis points"))
    pit_bps = models.PositiveIntegerField(_("income tax, basis points"))
    on_shipping = models.BooleanField(_("also on delivery fees"), default=False)
    valid_from = models.DateField(_("from"))
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    confirmed_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("tax rule")
        verbose_name_plural = _("tax rules")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(vat_bps__lte=10_000) & Q(pit_bps__lte=10_000), name="tax_rule_at_most_everything"
            ),
            models.CheckConstraint(
                condition=Q(legal_form__in=Cooperative.LegalForm.values), name="tax_rule_form_known"
            ),
            models.UniqueConstraint(fields=["legal_form", "valid_from"], name="tax_rule_once_per_day"),
        ]

    def __str__(self) -> str:
        day = show_date(self.valid_from, (get_language() or "vi")[:2])
        return f"{self.get_legal_form_display()} · {day}"
