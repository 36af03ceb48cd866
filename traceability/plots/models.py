"""Fields, ponds, gardens and workshops: where things grow or are made, told to the public at commune level only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from community.text.codes import new_code


def new_plot_code() -> str:
    return new_code(8)


class Plot(models.Model):
    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="plots")
    code = models.CharField(max_length=12, unique=True, default=new_plot_code, editable=False)
    name = models.CharField(max_length=120)
    commune = models.ForeignKey("community.AdminUnit", on_delete=models.PROTECT, related_name="+")
    gln = models.CharField(max_length=13, unique=True, null=True, blank=True)
    growing_area_code = models.CharField(max_length=40, blank=True)
    area_m2 = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "name"], name="plot_name_once_per_cooperative"),
            models.CheckConstraint(
                name="plot_gln_is_13_digits", condition=Q(gln__isnull=True) | Q(gln__regex=r"^[0-9]{13}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name
