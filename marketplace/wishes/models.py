"""Who wants to hear when a pack is there again: one message, and nothing is kept after it."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock


def new_wish_token() -> str:
    return secrets.token_urlsafe(18)


class StockWishQuerySet(models.QuerySet["StockWish"]):
    def waiting(self) -> StockWishQuerySet:
        return self.filter(told_at=None)


class StockWish(models.Model):
    """Given with consent on the page that says for what. A row lives until its one message, at most half a year.

    ``token`` is the address under which it is taken back.
    """

    pack = models.ForeignKey(
        "traceability.Pack", on_delete=models.CASCADE, related_name="stock_wishes", verbose_name=_("pack")
    )
    contact = models.CharField(_("where the answer goes"), max_length=254)
    language = models.CharField(_("language"), max_length=5, default="vi")
    token = models.CharField(_("secret address"), max_length=32, unique=True, default=new_wish_token, editable=False)
    wished_at = models.DateTimeField(_("consented"), default=clock.now)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    objects = StockWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish to hear of goods")
        verbose_name_plural = _("wishes to hear of goods")
        ordering = ["pk"]
        indexes = [models.Index(fields=["told_at", "pack"])]
        constraints = [
            models.CheckConstraint(condition=~Q(contact=""), name="stock_wish_has_a_contact"),
            models.UniqueConstraint(
                fields=["pack", "contact"], condition=Q(told_at__isnull=True), name="stock_wish_once_while_it_waits"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
