"""How buyers rate a product: two numbers beside the listing, so that a list of cards counts nothing.

Apart from ``models`` because publishing a revision writes back every field of a listing. Written by the reviews' verbs.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Rating(models.Model):
    """The published reviews of a product: how many, and the sum of their stars."""

    product = models.OneToOneField(
        "traceability.Product", on_delete=models.PROTECT, related_name="rating", verbose_name=_("product")
    )
    count = models.PositiveIntegerField(default=0)
    stars_sum = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stars_sum__gte=F("count"), stars_sum__lte=F("count") * 5), name="rating_is_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.stars_sum}/{self.count}"

    @property
    def tenths(self) -> int:
        """45 for an average of 4.5; 0 without reviews. Rounded half up."""
        return (self.stars_sum * 20 + self.count) // (2 * self.count) if self.count else 0

    @property
    def average(self) -> Decimal:
        """As it is shown: 4.5."""
        return Decimal(self.tenths) / 10
