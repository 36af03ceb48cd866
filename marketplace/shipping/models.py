"""How far a cooperative delivers and what it costs: zones by province, a first weight and steps after it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from traceability.products.models import in_language


class ShippingZone(models.Model):
    """A zone without provinces is "everywhere else"; the first zone (by position) that names the province wins."""

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.CASCADE, related_name="shipping_zones", verbose_name=_("cooperative")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    provinces = models.ManyToManyField("community.AdminUnit", blank=True, related_name="+", verbose_name=_("provinces"))
    first_grams = models.PositiveIntegerField(_("first weight (g)"))
    first_dong = models.BigIntegerField(_("first fee (đồng)"))
    step_grams = models.PositiveIntegerField(_("each further (g)"))
    step_dong = models.BigIntegerField(_("adds (đồng)"))
    days_min = models.PositiveSmallIntegerField(_("days at least"))
    days_max = models.PositiveSmallIntegerField(_("days at most"))

    class Meta:
        verbose_name = _("delivery zone")
        verbose_name_plural = _("delivery zones")
        ordering = ["cooperative", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_grams__gt=0, step_grams__gt=0, first_dong__gte=0, step_dong__gte=0),
                name="shipping_zone_figures_sensible",
            ),
            models.CheckConstraint(condition=Q(days_max__gte=models.F("days_min")), name="shipping_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        return in_language(self.name, self.name_en)
