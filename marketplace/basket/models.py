"""What somebody means to buy, over several cooperatives. Known by a random cookie; holds no prices and no stock."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def new_basket_token() -> str:
    return secrets.token_urlsafe(18)


class Basket(models.Model):
    token = models.CharField(max_length=32, unique=True, default=new_basket_token)
    # Typed by the visitor; whose it is and whether it counts is asked with every quote.
    voucher_code = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")

    def __str__(self) -> str:
        return str(self.pk)


class BasketLine(models.Model):
    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    pack = models.ForeignKey("traceability.Pack", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    shown_price_dong = models.BigIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("basket line")
        verbose_name_plural = _("basket lines")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["basket", "pack"], name="basket_pack_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1) & Q(quantity__lte=999), name="basket_quantity_1_999"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.pack_id}"
