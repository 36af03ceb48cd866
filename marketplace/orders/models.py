"""Orders as the buyer sees them, and one parcel per cooperative with a life of its own.

Every fact of the sale is copied onto the rows (names, prices, rates): history never changes when a product does.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from community.text.codes import new_code
from marketplace.orders.states import AllocationStatus, OrderStatus, ParcelStatus


def new_order_code() -> str:
    return new_code(6)


def new_order_token() -> str:
    """192 random bits: knowing the link is the buyer's only key, so it must not be guessable."""
    return secrets.token_urlsafe(24)


class Order(models.Model):
    code = models.CharField(max_length=8, unique=True, default=new_order_code, editable=False)
    token = models.CharField(max_length=40, unique=True, default=new_order_token, editable=False)
    form_token = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=16, choices=OrderStatus, default=OrderStatus.PENDING_PAYMENT)
    buyer_name = models.CharField(max_length=120)
    buyer_phone = models.CharField(max_length=16)
    buyer_email = models.EmailField(blank=True)
    commune = models.ForeignKey("community.AdminUnit", on_delete=models.PROTECT, related_name="+")
    place_text = models.CharField(max_length=200)
    landmark = models.CharField(max_length=300)
    alt_name = models.CharField(max_length=120, blank=True)
    alt_phone = models.CharField(max_length=16, blank=True)
    note = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=5, default="vi")
    goods_dong = models.BigIntegerField()
    shipping_dong = models.BigIntegerField()
    total_dong = models.BigIntegerField()
    placed_at = models.DateTimeField(default=timezone.now)
    hold_expires_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_known"),
            models.CheckConstraint(
                condition=Q(total_dong=F("goods_dong") + F("shipping_dong")) & Q(goods_dong__gt=0),
                name="order_total_is_its_parts",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def of_cooperative(self, cooperative: Any) -> ParcelQuerySet:
        """The only way a seller's screen reaches a parcel; never those whose money has not come."""
        return self.filter(cooperative=cooperative)

    def to_do(self) -> ParcelQuerySet:
        """Waiting for a hand of the cooperative."""
        return self.filter(status__in=[ParcelStatus.NEW, ParcelStatus.ACCEPTED, ParcelStatus.PACKED])


class Parcel(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels")
    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="parcels")
    code = models.CharField(max_length=12, unique=True, editable=False)
    status = models.CharField(max_length=20, choices=ParcelStatus, default=ParcelStatus.AWAITING_PAYMENT)
    seller_name = models.CharField(max_length=160)
    zone_name = models.CharField(max_length=80)
    days_min = models.PositiveSmallIntegerField()
    days_max = models.PositiveSmallIntegerField()
    goods_dong = models.BigIntegerField()
    shipping_dong = models.BigIntegerField()
    total_dong = models.BigIntegerField()
    commission_bps = models.PositiveIntegerField(default=0)
    commission_dong = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    packed_at = models.DateTimeField(null=True, blank=True)
    packed_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shipped_at = models.DateTimeField(null=True, blank=True)
    shipped_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    courier = models.CharField(max_length=80, blank=True)
    courier_code = models.CharField(max_length=60, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["cooperative", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["order", "cooperative"], name="parcel_once_per_cooperative"),
            models.CheckConstraint(condition=Q(status__in=ParcelStatus.values), name="parcel_status_known"),
            models.CheckConstraint(
                condition=Q(total_dong=F("goods_dong") + F("shipping_dong")) & Q(goods_dong__gt=0),
                name="parcel_total_is_its_parts",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OrderLine(models.Model):
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="lines")
    pack = models.ForeignKey("traceability.Pack", on_delete=models.PROTECT, related_name="order_lines")
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    pack_name = models.CharField(max_length=80)
    pack_name_en = models.CharField(max_length=80, blank=True)
    unit_price_dong = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    net_quantity_base = models.BigIntegerField()
    base_unit = models.CharField(max_length=6)
    total_dong = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "pack"], name="order_line_once_per_pack"),
            models.CheckConstraint(
                condition=Q(total_dong=F("unit_price_dong") * F("quantity")) & Q(quantity__gt=0),
                name="order_line_total_is_price_times_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def quantity_base(self) -> int:
        return self.quantity * self.net_quantity_base


class Allocation(models.Model):
    """Which batch a line's packs come from. This row is what makes an order traceable."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="allocations")
    batch = models.ForeignKey("traceability.Batch", on_delete=models.PROTECT, related_name="allocations")
    quantity_base = models.BigIntegerField()
    status = models.CharField(max_length=12, choices=AllocationStatus, default=AllocationStatus.HELD)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "status"])]
        constraints = [
            models.CheckConstraint(condition=Q(quantity_base__gt=0), name="allocation_quantity_positive"),
            models.CheckConstraint(condition=Q(status__in=AllocationStatus.values), name="allocation_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.quantity_base}"

    @property
    def packs(self) -> int:
        return self.quantity_base // self.line.net_quantity_base
