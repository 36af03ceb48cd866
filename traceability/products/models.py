"""What a cooperative makes: product lines with their steps, products, and the packs people can hold.

Prices are not here: this floor does not know money (see ``marketplace.listings``).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.text.codes import new_code
from community.text.languages import in_language as in_language


def new_product_code() -> str:
    return new_code(8)


def new_pack_code() -> str:
    return new_code(8)


class BaseUnit(models.TextChoices):
    """The only units quantities are stored in; all are integers."""

    GRAM = "g", _("gram")
    MILLILITRE = "ml", _("millilitre")
    PIECE = "piece", _("piece")


class StepKind(models.TextChoices):
    ORIGIN = "origin", _("Origin")
    INPUT = "input", _("Care and inputs")
    TRANSFORM = "transform", _("Processing")
    CHECK = "check", _("Check")
    PACK = "pack", _("Packing")
    STORE = "store", _("Storage")
    SHIP = "ship", _("Shipping")


class ProductLine(models.Model):
    """A way of making things (rice, honey, tea …) with the steps one expects to see."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    lot_unit = models.CharField(max_length=20)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        return in_language(self.name, self.name_en)


class LineStep(models.Model):
    """One expected step of a line. ``parameters`` is a list of
    ``{key, label_vi, label_en, unit, unit_en, typical_min, typical_max}``; ranges are hints, never limits."""

    line = models.ForeignKey(ProductLine, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=12, choices=StepKind)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    parameters = models.JSONField(default=list, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    mandatory = models.BooleanField(default=False)

    class Meta:
        ordering = ["line", "position"]
        constraints = [
            models.UniqueConstraint(fields=["line", "code"], name="line_step_code_once"),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="line_step_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        return in_language(self.name, self.name_en)


class ProductQuerySet(models.QuerySet["Product"]):
    def of_cooperative(self, cooperative: Any) -> ProductQuerySet:
        return self.filter(cooperative=cooperative)

    def active(self) -> ProductQuerySet:
        return self.filter(status=Product.Status.ACTIVE)


class Product(models.Model):
    """A good of one cooperative, in facts; its selling words are the ``Listing`` of the floor above."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")

    class SaleMode(models.TextChoices):
        ONLINE = "online", _("Sold online")
        AGE_GATED = "online_age_gated", _("Sold online to adults")
        SHOWCASE = "showcase_only", _("Shown, not sold online")

    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="products")
    line = models.ForeignKey(ProductLine, null=True, blank=True, on_delete=models.PROTECT, related_name="products")
    code = models.CharField(max_length=12, unique=True, default=new_product_code, editable=False)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    name_km = models.CharField(max_length=160, blank=True)
    ocop_subgroup = models.CharField(max_length=8, blank=True)
    brand = models.CharField(max_length=120, blank=True)
    photo = models.ForeignKey("community.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    storage = models.CharField(max_length=200, blank=True)
    ingredients = models.CharField(max_length=600, blank=True)
    # It must stay cold on its way: it goes only where the seller's carrier takes chilled goods.
    needs_cold = models.BooleanField(default=False)
    warnings = models.CharField(max_length=300, blank=True)
    allergens = models.JSONField(default=list, blank=True)
    standards = models.JSONField(default=list, blank=True)
    season_months = models.JSONField(default=list, blank=True)
    shelf_life_days = models.PositiveIntegerField(null=True, blank=True)
    abv_percent = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    sale_mode = models.CharField(max_length=20, choices=SaleMode, default=SaleMode.ONLINE)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["ocop_subgroup"]), models.Index(fields=["cooperative", "status"])]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["active", "archived"]), name="product_status_known"),
            models.CheckConstraint(
                condition=Q(sale_mode__in=["online", "online_age_gated", "showcase_only"]),
                name="product_sale_mode_known",
            ),
            # Spirits of 15 % and more may not be sold over the internet (Law 44/2019).
            models.CheckConstraint(
                condition=Q(abv_percent__isnull=True) | Q(abv_percent__lt=15) | Q(sale_mode="showcase_only"),
                name="product_strong_spirits_are_showcase",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        return in_language(self.name, self.name_en, self.name_km)

    @property
    def is_archived(self) -> bool:
        """Out of use: not sold, not made any more; its batches and orders stay."""
        return self.status == Product.Status.ARCHIVED

    @property
    def ocop_group(self) -> str:
        return self.ocop_subgroup.split(".")[0]


class Pack(models.Model):
    """What one buys and holds: a net content of a product, with its GTIN when it has one."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="packs")
    code = models.CharField(max_length=12, unique=True, default=new_pack_code, editable=False)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    net_quantity_base = models.BigIntegerField()
    base_unit = models.CharField(max_length=6, choices=BaseUnit)
    ship_weight_g = models.PositiveIntegerField()
    gtin = models.CharField(max_length=14, unique=True, null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)

    class Meta:
        ordering = ["product", "net_quantity_base"]
        constraints = [
            models.CheckConstraint(condition=Q(net_quantity_base__gt=0), name="pack_net_quantity_positive"),
            models.CheckConstraint(condition=Q(base_unit__in=BaseUnit.values), name="pack_base_unit_known"),
            models.CheckConstraint(condition=Q(status__in=["active", "archived"]), name="pack_status_known"),
            models.CheckConstraint(
                condition=Q(gtin__isnull=True) | Q(gtin__regex=r"^[0-9]{14}$"), name="pack_gtin_is_14_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.name}"

    @property
    def shown_name(self) -> str:
        return in_language(self.name, self.name_en)


class GtinRecord(models.Model):
    """Which pack a GTIN names and when it carried it. A number once printed leads to its pack for ever.

    ``since`` is empty for a number the pack had before this was kept; ``until`` is empty while it carries it.
    """

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="gtin_records")
    gtin = models.CharField(max_length=14, unique=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pack", "since"]
        constraints = [
            models.CheckConstraint(condition=Q(gtin__regex=r"^[0-9]{14}$"), name="gtin_record_is_14_digits"),
            models.UniqueConstraint(
                fields=["pack"], condition=Q(until__isnull=True), name="gtin_record_one_is_current"
            ),
        ]

    def __str__(self) -> str:
        return self.gtin
