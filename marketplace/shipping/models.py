"""How a cooperative's goods reach their buyers: zones with fees, places to collect at, the days on which it sends."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.text.codes import new_code
from traceability.products.models import in_language

EVERY_DAY = 0b111_1111
"""Bit 0 is Monday, bit 6 Sunday."""


def new_zone_code() -> str:
    return new_code(6)


class ShippingZone(models.Model):
    """Places with one tariff. A commune wins over its province, both over "everywhere else"; see ``ZonePlace``."""

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.CASCADE, related_name="shipping_zones", verbose_name=_("cooperative")
    )
    code = models.CharField(_("code"), max_length=8, unique=True, default=new_zone_code, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    is_everywhere = models.BooleanField(_("everywhere else"), default=False)
    first_grams = models.PositiveIntegerField(_("first weight (g)"))
    first_dong = models.BigIntegerField(_("first fee (đồng)"))
    step_grams = models.PositiveIntegerField(_("each further (g)"))
    step_dong = models.BigIntegerField(_("adds (đồng)"))
    most_grams = models.PositiveIntegerField(_("heaviest parcel (g)"), null=True, blank=True)
    free_from_dong = models.BigIntegerField(_("free from (đồng)"), null=True, blank=True)
    carries_chilled = models.BooleanField(_("carries chilled goods"), default=False)
    chilled_dong = models.BigIntegerField(_("more for chilled goods (đồng)"), default=0)
    days_min = models.PositiveSmallIntegerField(_("days at least"))
    days_max = models.PositiveSmallIntegerField(_("days at most"))

    class Meta:
        verbose_name = _("delivery zone")
        verbose_name_plural = _("delivery zones")
        ordering = ["cooperative", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_grams__gt=0, step_grams__gt=0, first_dong__gte=0, step_dong__gte=0),
                name="shipping_zone_figures_sensible",
            ),
            models.CheckConstraint(condition=Q(days_max__gte=models.F("days_min")), name="shipping_days_in_order"),
            models.CheckConstraint(
                condition=Q(chilled_dong=0) | Q(carries_chilled=True, chilled_dong__gt=0),
                name="shipping_chilled_fee_needs_cold",
            ),
            models.CheckConstraint(
                condition=(Q(most_grams__isnull=True) | Q(most_grams__gt=0))
                & (Q(free_from_dong__isnull=True) | Q(free_from_dong__gt=0)),
                name="shipping_zone_limits_positive",
            ),
            models.UniqueConstraint(
                fields=["cooperative"], condition=Q(is_everywhere=True), name="shipping_one_zone_everywhere"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        return in_language(self.name, self.name_en)


class ZonePlace(models.Model):
    """A province or commune of a zone. ``cooperative`` is the zone's, so that one place is in one zone of a seller."""

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="places", verbose_name=_("zone"))
    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.CASCADE, related_name="+", verbose_name=_("cooperative")
    )
    unit = models.ForeignKey(
        "community.AdminUnit", on_delete=models.PROTECT, related_name="+", verbose_name=_("administrative unit")
    )

    class Meta:
        verbose_name = _("place of a delivery zone")
        verbose_name_plural = _("places of delivery zones")
        ordering = ["unit__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "unit"], name="shipping_place_in_one_zone"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.zone_id}"


class PickUpPointQuerySet(models.QuerySet["PickUpPoint"]):
    def on_offer(self) -> PickUpPointQuerySet:
        """Those a buyer may choose, with what their address needs."""
        return self.filter(is_open=True).select_related("commune__parent")


class PickUpPoint(models.Model):
    """Where buyers may collect their parcels themselves, for nothing. Closed, never deleted: parcels told of it."""

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.CASCADE, related_name="pick_up_points", verbose_name=_("cooperative")
    )
    code = models.CharField(_("code"), max_length=8, unique=True, default=new_zone_code, editable=False)
    name = models.CharField(_("name"), max_length=80)
    commune = models.ForeignKey(
        "community.AdminUnit", on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    address_line = models.CharField(_("house number, street or landmark"), max_length=160)
    hours = models.CharField(_("open hours"), max_length=120)
    phone = models.CharField(_("phone"), max_length=16)
    is_open = models.BooleanField(_("open"), default=True)

    objects = PickUpPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("pick-up point")
        verbose_name_plural = _("pick-up points")
        ordering = ["cooperative", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cooperative", "name"], condition=Q(is_open=True), name="pick_up_point_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place_text(self) -> str:
        """ "Kho hợp tác xã, ấp 3, Xã Trần Đề, Thành phố Cần Thơ"."""
        return f"{self.name}, {self.address_line}, {self.commune.full_name}"


class DispatchDays(models.Model):
    """On which weekdays a seller sends parcels; what is paid before the hour still goes on the same day."""

    cooperative = models.OneToOneField(
        "community.Cooperative", on_delete=models.CASCADE, related_name="dispatch_days", verbose_name=_("cooperative")
    )
    weekdays = models.PositiveSmallIntegerField(_("weekdays"))
    cut_off_hour = models.PositiveSmallIntegerField(_("until what hour"))

    class Meta:
        verbose_name = _("dispatch days")
        verbose_name_plural = _("dispatch days")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=EVERY_DAY), name="dispatch_on_some_weekday"
            ),
            models.CheckConstraint(
                condition=Q(cut_off_hour__gte=1, cut_off_hour__lte=24), name="dispatch_cut_off_is_an_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekdays:07b} {self.cut_off_hour}h"
