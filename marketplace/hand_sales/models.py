"""Sales that began elsewhere: at a market, by telephone. Of the same lots as the shop's; the money never touches it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code
from marketplace.orders.naming import NamedGoods

UNDO_FOR = timedelta(hours=24)


def new_sale_code() -> str:
    return new_code(8)


class SoldWhere(models.TextChoices):
    MARKET = "market", _("Sold at a market")
    PHONE = "phone", _("Sold by phone")
    DOOR = "door", _("Sold at our place")


class PaidHow(models.TextChoices):
    """Only noted: no money of these sales passes the site."""

    CASH = "cash", _("In cash")
    TRANSFER = "transfer", _("By bank transfer, to us")
    LATER = "later", _("Not yet")


class HandSaleQuerySet(models.QuerySet["HandSale"]):
    def of_cooperative(self, cooperative: Any) -> HandSaleQuerySet:
        return self.filter(cooperative=cooperative)

    def standing(self) -> HandSaleQuerySet:
        """Those that were not taken back."""
        return self.filter(undone_at=None)


class HandSale(models.Model):
    """What was sold on one day at one place, written down afterwards. ``key`` is the form's: sent twice is one sale."""

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.PROTECT, related_name="hand_sales", verbose_name=_("cooperative")
    )
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_sale_code, editable=False)
    key = models.UUIDField(_("form key"), unique=True)
    where = models.CharField(_("where it began"), max_length=8, choices=SoldWhere)
    place = models.CharField(_("which market"), max_length=120, blank=True)
    day = models.DateField(_("day of the sale"))
    paid = models.CharField(_("how it was paid"), max_length=8, choices=PaidHow)
    total_dong = models.BigIntegerField(_("total (đồng)"))
    buyer_name = models.CharField(_("buyer"), max_length=120, blank=True)
    buyer_phone = models.CharField(_("buyer's phone"), max_length=16, blank=True)
    written_at = models.DateTimeField(_("written down"), default=clock.now)
    written_by = models.ForeignKey(
        "community.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("written down by")
    )
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    # Since then nobody can tell who bought; goods and sums stay.
    erased_at = models.DateTimeField(_("buyer forgotten"), null=True, blank=True)

    objects = HandSaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale outside the shop")
        verbose_name_plural = _("sales outside the shop")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["cooperative", "day"])]
        constraints = [
            models.CheckConstraint(condition=Q(where__in=SoldWhere.values), name="hand_sale_where_known"),
            models.CheckConstraint(condition=Q(paid__in=PaidHow.values), name="hand_sale_paid_known"),
            models.CheckConstraint(condition=Q(total_dong__gte=0), name="hand_sale_total_not_negative"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(buyer_name="", buyer_phone=""), name="hand_sale_erased_is_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def may_be_undone(self) -> bool:
        return self.undone_at is None and self.written_at > clock.now() - UNDO_FOR

    @property
    def undo_until(self) -> Any:
        return self.written_at + UNDO_FOR


class HandSaleLine(NamedGoods, models.Model):
    """So many packs of one batch; ``event`` is the record of it, which the log holds."""

    sale = models.ForeignKey(HandSale, on_delete=models.PROTECT, related_name="lines", verbose_name=_("sale"))
    batch = models.ForeignKey(
        "traceability.Batch", on_delete=models.PROTECT, related_name="hand_sale_lines", verbose_name=_("batch")
    )
    event = models.OneToOneField(
        "traceability.Event", on_delete=models.PROTECT, related_name="+", verbose_name=_("record")
    )
    title = models.CharField(_("goods"), max_length=160)
    title_en = models.CharField(_("goods in English"), max_length=160, blank=True)
    pack_name = models.CharField(_("pack name"), max_length=80)
    pack_name_en = models.CharField(_("pack name in English"), max_length=80, blank=True)
    quantity = models.PositiveIntegerField(_("packs"))
    unit_price_dong = models.BigIntegerField(_("price of one (đồng)"))
    net_quantity_base = models.BigIntegerField(_("content of one pack"))
    total_dong = models.BigIntegerField(_("total (đồng)"))

    class Meta:
        verbose_name = _("line of a sale outside the shop")
        verbose_name_plural = _("lines of sales outside the shop")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sale", "batch"], name="hand_sale_line_once_per_batch"),
            models.CheckConstraint(
                condition=Q(total_dong=F("unit_price_dong") * F("quantity"))
                & Q(quantity__gt=0)
                & Q(unit_price_dong__gte=0),
                name="hand_sale_line_total_is_price_times_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"
