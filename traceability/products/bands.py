"""What is plausible: how much comes out of a step, how long it takes, how much a plot can bear. Starting values come
from ``data/balance_bands.json``; the province sets its own. Shares are whole per mille, so no rule ever rounds."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from traceability.products.models import BaseUnit, ProductLine


class YieldBand(models.Model):
    """Output per input of one step, in per mille of base units (g of g, ml of g). ``step`` "" is the whole line.

    Below ``low`` or above ``high`` somebody looks; above ``most`` it cannot be. Minutes are from the youngest input.
    """

    line = models.ForeignKey(ProductLine, on_delete=models.CASCADE, related_name="bands")
    step = models.SlugField(max_length=40, blank=True)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    least_minutes = models.PositiveIntegerField(null=True, blank=True)
    most_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("usual yield")
        verbose_name_plural = _("usual yields")
        ordering = ["line", "step"]
        constraints = [
            models.UniqueConstraint(fields=["line", "step"], name="yield_band_once_per_step"),
            models.CheckConstraint(
                condition=Q(low__lte=F("high")) & Q(high__lte=F("most")), name="yield_band_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.step} {self.low}–{self.high} (≤ {self.most}) ‰"


class PlotCap(models.Model):
    """The most one hectare can bear in one season of a line. ``season_starts`` are "MM-DD", one per season."""

    line = models.OneToOneField(ProductLine, on_delete=models.CASCADE, related_name="plot_cap")
    kg_per_ha = models.PositiveIntegerField()
    season_starts = models.JSONField(default=list)
    is_perennial = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("what a plot can bear")
        verbose_name_plural = _("what plots can bear")
        ordering = ["line"]

    def __str__(self) -> str:
        return f"{self.line} {self.kg_per_ha} kg/ha"

    def season_of(self, day: date) -> date:
        """The first day of the season ``day`` is in."""
        return season_of(day, tuple(self.season_starts))


class AddedIngredient(models.Model):
    """What a recipe adds that is no lot of ours (water, salt, sugar): at most so many per mille of what comes out."""

    product = models.ForeignKey(
        "traceability.Product", verbose_name=_("product"), on_delete=models.CASCADE, related_name="added_ingredients"
    )
    name = models.CharField(_("what is added"), max_length=80)
    name_en = models.CharField(_("in English"), max_length=80, blank=True)
    most_per_mille = models.PositiveIntegerField(_("at most, in thousandths of what comes out"))

    class Meta:
        verbose_name = _("added ingredient")
        verbose_name_plural = _("added ingredients")
        ordering = ["product", "name"]
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="added_ingredient_once"),
            models.CheckConstraint(
                condition=Q(most_per_mille__gt=0) & Q(most_per_mille__lte=900), name="added_ingredient_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ≤ {self.most_per_mille} ‰"


class DayCapacity(models.Model):
    """How much raw goods of a line a cooperative says that it can work up in one day: thousands of ``base_unit``, so
    kilogrammes or litres (pieces are not asked about)."""

    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="capacities")
    line = models.ForeignKey(ProductLine, on_delete=models.CASCADE, related_name="+")
    base_unit = models.CharField(max_length=6, choices=BaseUnit, default=BaseUnit.GRAM)
    kg_per_day = models.PositiveIntegerField()

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "line", "base_unit"], name="day_capacity_once"),
            models.CheckConstraint(condition=Q(kg_per_day__gt=0), name="day_capacity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.kg_per_day} × 1000 {self.base_unit}"


def season_of(day: date, starts: tuple[str, ...]) -> date:
    """The last start on or before ``day``: 2026-02-10 with ("11-15", "04-15") → 2025-11-15."""
    days = [(int(start[:2]), int(start[3:])) for start in starts or ("01-01",)]
    begun = [date(year, month, dom) for year in (day.year - 1, day.year) for month, dom in days]
    return max(start for start in begun if start <= day)
