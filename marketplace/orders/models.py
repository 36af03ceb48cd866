"""Orders as the buyer sees them, and one parcel per cooperative with a life of its own.

Every fact of the sale is copied onto the rows (names, prices, rates): history never changes when a product does.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.text.codes import new_code
from marketplace.orders.corrected import LineAsSent, ParcelAsSent
from marketplace.orders.naming import NamedGoods
from marketplace.orders.states import ON_THE_WAY, AllocationStatus, OrderStatus, ParcelStatus


def new_order_code() -> str:
    return new_code(6)


def new_order_token() -> str:
    """192 random bits: knowing the link is the buyer's only key, so it must not be guessable."""
    return secrets.token_urlsafe(24)


class Order(models.Model):
    code = models.CharField(_("code"), max_length=8, unique=True, default=new_order_code, editable=False)
    token = models.CharField(_("secret address"), max_length=40, unique=True, default=new_order_token, editable=False)
    form_token = models.CharField(_("form key"), max_length=40, unique=True)
    status = models.CharField(_("status"), max_length=16, choices=OrderStatus, default=OrderStatus.PENDING_PAYMENT)
    buyer_name = models.CharField(_("buyer"), max_length=120)
    buyer_phone = models.CharField(_("buyer's phone"), max_length=16)
    buyer_email = models.EmailField(_("buyer's e-mail"), blank=True)
    commune = models.ForeignKey(
        "community.AdminUnit", on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    place_text = models.CharField(_("place"), max_length=200)
    landmark = models.CharField(_("house number, street or landmark"), max_length=300)
    alt_name = models.CharField(_("other receiver"), max_length=120, blank=True)
    alt_phone = models.CharField(_("other receiver's phone"), max_length=16, blank=True)
    note = models.CharField(_("note of the buyer"), max_length=300, blank=True)
    # No price goes with a gift; the words stand on its slip.
    is_gift = models.BooleanField(_("gift"), default=False)
    gift_words = models.CharField(_("words for the gift"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, default="vi")
    goods_dong = models.BigIntegerField(_("goods (đồng)"))
    shipping_dong = models.BigIntegerField(_("delivery (đồng)"))
    total_dong = models.BigIntegerField(_("total (đồng)"))
    placed_at = models.DateTimeField(_("placed"), default=timezone.now)
    hold_expires_at = models.DateTimeField(_("kept until"))
    # The buyer's own "I am 18 or older"; empty when nothing in the order asks for it.
    adult_confirmed_at = models.DateTimeField(_("said to be 18 or older"), null=True, blank=True)
    is_demo = models.BooleanField(_("demo"), default=False)
    # Since then nobody can tell whose order it was; sums, goods and codes stay.
    erased_at = models.DateTimeField(_("buyer forgotten"), null=True, blank=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
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


def came_to_seller(prefix: str = "") -> Q:
    """Parcels that are the seller's business: their money has come, or comes on delivery.

    ``prefix`` leads there from another table ("parcel__").
    """
    return Q(**{f"{prefix}paid_at__isnull": False}) | Q(**{f"{prefix}on_delivery": True})


def owed_on_delivery(prefix: str = "") -> Q:
    """On the way or delivered, and not paid yet."""
    facts = {"on_delivery": True, "paid_at__isnull": True, "status__in": ON_THE_WAY}
    return Q(**{f"{prefix}{name}": value for name, value in facts.items()})


def waits_for_money(prefix: str = "") -> Q:
    """Parcels that a buyer may pay now: before the seller hears of them, or on delivery."""
    return Q(**{f"{prefix}status": ParcelStatus.AWAITING_PAYMENT}) | owed_on_delivery(prefix)


def newest_first() -> tuple[Any, ...]:
    """Order by when they came to the seller (``Parcel.came_at``), the last first."""
    return (Case(When(on_delivery=True, then=F("order__placed_at")), default=F("paid_at")).desc(nulls_last=True),)


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def of_cooperative(self, cooperative: Any) -> ParcelQuerySet:
        """The only way a seller's screen reaches a parcel."""
        return self.filter(cooperative=cooperative)

    def to_do(self) -> ParcelQuerySet:
        """Waiting for a hand of the cooperative."""
        return self.filter(status__in=[ParcelStatus.NEW, ParcelStatus.ACCEPTED, ParcelStatus.PACKED])

    def waits_for_seller(self) -> ParcelQuerySet:
        """To do now: while a buyer is asked, the seller has nothing to do."""
        return self.to_do().filter(asked_at=None)


class Parcel(ParcelAsSent, models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels", verbose_name=_("order"))
    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.PROTECT, related_name="parcels", verbose_name=_("cooperative")
    )
    code = models.CharField(_("code"), max_length=12, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=20, choices=ParcelStatus, default=ParcelStatus.AWAITING_PAYMENT)
    seller_name = models.CharField(_("seller"), max_length=160)
    zone_name = models.CharField(_("delivery zone"), max_length=80)
    days_min = models.PositiveSmallIntegerField(_("days at least"))
    days_max = models.PositiveSmallIntegerField(_("days at most"))
    is_chilled = models.BooleanField(_("must stay cold"), default=False)
    # Where the buyer collects it; empty for what is delivered.
    pick_up_at = models.CharField(_("collected at"), max_length=400, blank=True)
    pick_up_hours = models.CharField(_("open hours"), max_length=120, blank=True)
    pick_up_phone = models.CharField(_("phone of the pick-up point"), max_length=16, blank=True)
    # The seller's rule as it was (bit 0: Monday), and what follows from it and from the money's time.
    dispatch_weekdays = models.PositiveSmallIntegerField(_("weekdays"), null=True, blank=True)
    dispatch_cut_off_hour = models.PositiveSmallIntegerField(_("until what hour"), null=True, blank=True)
    leaves_on = models.DateField(_("promised to leave"), null=True, blank=True)
    arrives_from = models.DateField(_("expected from"), null=True, blank=True)
    arrives_until = models.DateField(_("expected until"), null=True, blank=True)
    goods_dong = models.BigIntegerField(_("goods (đồng)"))
    shipping_dong = models.BigIntegerField(_("delivery (đồng)"))
    total_dong = models.BigIntegerField(_("total (đồng)"))
    commission_bps = models.PositiveIntegerField(_("commission (1/100 %)"), default=0)
    commission_dong = models.BigIntegerField(_("commission (đồng)"), default=0)
    vat_bps = models.PositiveIntegerField(_("VAT, basis points"), default=0)
    pit_bps = models.PositiveIntegerField(_("income tax, basis points"), default=0)
    vat_dong = models.BigIntegerField(_("VAT (đồng)"), default=0)
    pit_dong = models.BigIntegerField(_("income tax (đồng)"), default=0)
    tax_on_shipping = models.BooleanField(_("also on delivery fees"), default=False)
    # How the tax was treated: off, warn (reckoned only), withhold.
    tax_mode = models.CharField(_("treatment of tax"), max_length=8, default="off")
    # The seller sends it before the money comes: the buyer transfers when it arrives (or earlier).
    on_delivery = models.BooleanField(_("paid on delivery"), default=False)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    # While it stands the buyer is asked whether less will do, and the parcel does not move (orders/changes).
    asked_at = models.DateTimeField(_("buyer asked"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    packed_at = models.DateTimeField(_("packed"), null=True, blank=True)
    packed_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("packed by")
    )
    shipped_at = models.DateTimeField(_("sent"), null=True, blank=True)
    shipped_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    delivered_by = models.CharField(_("who says it arrived"), max_length=8, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    courier = models.CharField(_("carrier"), max_length=80, blank=True)
    courier_code = models.CharField(_("tracking number"), max_length=60, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["cooperative", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["order", "cooperative"], name="parcel_once_per_cooperative"),
            models.CheckConstraint(condition=Q(status__in=ParcelStatus.values), name="parcel_status_known"),
            models.CheckConstraint(
                condition=Q(total_dong=F("goods_dong") + F("shipping_dong")) & Q(goods_dong__gt=0),
                name="parcel_total_is_its_parts",
            ),
            models.CheckConstraint(condition=Q(tax_mode__in=["off", "warn", "withhold"]), name="parcel_tax_mode_known"),
            models.CheckConstraint(
                condition=Q(leaves_on__isnull=True, arrives_from__isnull=True, arrives_until__isnull=True)
                | Q(arrives_from__gte=F("leaves_on"), arrives_until__gte=F("arrives_from")),
                name="parcel_promise_in_order",
            ),
            models.CheckConstraint(
                condition=Q(pick_up_at="") | Q(shipping_dong=0), name="parcel_collected_pays_no_delivery"
            ),
            models.CheckConstraint(
                condition=Q(on_delivery=False) | ~Q(status=ParcelStatus.COMPLETED) | Q(paid_at__isnull=False),
                name="parcel_completed_is_paid",
            ),
            models.CheckConstraint(
                condition=~Q(status=ParcelStatus.RETURNED) | Q(on_delivery=True, paid_at__isnull=True),
                name="parcel_returned_is_unpaid",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def owes_on_delivery(self) -> bool:
        return self.on_delivery and self.paid_at is None and self.status in ON_THE_WAY

    @property
    def waits_for_money(self) -> bool:
        """May the buyer pay it now? The same as :func:`waits_for_money` says of rows."""
        return self.status == ParcelStatus.AWAITING_PAYMENT or self.owes_on_delivery

    @property
    def came_at(self) -> datetime | None:
        """Since when it is the seller's: of what is paid on delivery, since it was ordered."""
        return self.order.placed_at if self.on_delivery else self.paid_at


class OrderLine(NamedGoods, LineAsSent, models.Model):
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="lines", verbose_name=_("parcel"))
    pack = models.ForeignKey(
        "traceability.Pack", on_delete=models.PROTECT, related_name="order_lines", verbose_name=_("pack")
    )
    title = models.CharField(_("goods"), max_length=120)
    title_en = models.CharField(_("goods in English"), max_length=120, blank=True)
    pack_name = models.CharField(_("pack name"), max_length=80)
    pack_name_en = models.CharField(_("pack name in English"), max_length=80, blank=True)
    unit_price_dong = models.BigIntegerField(_("price of one (đồng)"))
    quantity = models.PositiveIntegerField(_("packs"))
    net_quantity_base = models.BigIntegerField(_("content of one pack"))
    base_unit = models.CharField(_("unit"), max_length=6)
    # Off all its packs together, by a code of the seller; the total is what is paid.
    discount_dong = models.BigIntegerField(_("discount (đồng)"), default=0)
    total_dong = models.BigIntegerField(_("total (đồng)"))

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "pack"], name="order_line_once_per_pack"),
            models.CheckConstraint(
                condition=Q(total_dong=F("unit_price_dong") * F("quantity") - F("discount_dong"))
                & Q(quantity__gt=0, discount_dong__gte=0, total_dong__gte=0),
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

    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("order line")
    )
    batch = models.ForeignKey(
        "traceability.Batch", on_delete=models.PROTECT, related_name="allocations", verbose_name=_("batch")
    )
    quantity_base = models.BigIntegerField(_("quantity"))
    status = models.CharField(_("status"), max_length=12, choices=AllocationStatus, default=AllocationStatus.HELD)

    class Meta:
        verbose_name = _("binding to a batch")
        verbose_name_plural = _("bindings to batches")
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
