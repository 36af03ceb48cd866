"""Batches and the lot ledger: the one source of truth for how much of anything there is.

A quantity is an integer of base units (g, ml, piece). ``Posting`` rows are append-only; ``on_hand_base`` and
``available_base`` are their cached sums, moved by conditional UPDATEs and fenced by CHECK constraints.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly
from traceability.gs1.public_codes import new_public_code
from traceability.products.models import BaseUnit


class BatchQuerySet(models.QuerySet["Batch"]):
    def of_cooperative(self, cooperative: Any) -> BatchQuerySet:
        return self.filter(cooperative=cooperative)

    def published(self) -> BatchQuerySet:
        """Batches that have a public page: everything but drafts."""
        return self.exclude(status=Batch.Status.DRAFT)

    def may_leave(self, today: date) -> BatchQuerySet:
        """Published, unexpired, not stopped by a check; asks no other table."""
        return self.filter(
            Q(best_before_on__isnull=True) | Q(best_before_on__gte=today),
            status=Batch.Status.PUBLISHED,
            locked_at__isnull=True,
        )

    def on_sale(self, today: date) -> BatchQuerySet:
        """Batches that may leave, of active packs; how much they hold is for the caller to ask."""
        return self.may_leave(today).filter(pack__isnull=False, pack__status="active")

    def first_expired_first_out(self) -> BatchQuerySet:
        return self.order_by(F("best_before_on").asc(nulls_last=True), "pk")


class Batch(models.Model):
    class Kind(models.TextChoices):
        RAW = "raw", _("Raw material")
        INTERMEDIATE = "intermediate", _("In the making")
        FINISHED = "finished", _("Packed goods")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ON_HOLD = "on_hold", _("On hold")
        RECALLED = "recalled", _("Recalled")
        CLOSED = "closed", _("Closed")

    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="batches")
    product = models.ForeignKey("traceability.Product", on_delete=models.PROTECT, related_name="batches")
    pack = models.ForeignKey(
        "traceability.Pack", null=True, blank=True, on_delete=models.PROTECT, related_name="batches"
    )
    plot = models.ForeignKey(
        "traceability.Plot", null=True, blank=True, on_delete=models.PROTECT, related_name="batches"
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.FINISHED)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    material = models.CharField(max_length=120, blank=True)  # of a raw or intermediate lot: "lúa tươi"
    material_en = models.CharField(max_length=120, blank=True)
    lot_code = models.CharField(max_length=20)
    public_code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    harvested_from_on = models.DateField(null=True, blank=True)
    harvested_to_on = models.DateField(null=True, blank=True)
    produced_on = models.DateField(null=True, blank=True)
    packed_on = models.DateField(null=True, blank=True)
    best_before_on = models.DateField(null=True, blank=True)
    base_unit = models.CharField(max_length=6, choices=BaseUnit)
    on_hand_base = models.BigIntegerField(default=0)
    available_base = models.BigIntegerField(default=0)
    shortfall_base = models.BigIntegerField(default=0)  # what records say was taken beyond what there was
    locked_at = models.DateTimeField(null=True, blank=True)  # a check of the mass balance stops sale and claims
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    page_version = models.PositiveIntegerField(default=1)
    drawn_version = models.PositiveIntegerField(default=0, editable=False)  # the page_version of its stored pages
    is_demo = models.BooleanField(default=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["pack", "status", "best_before_on"]),
            models.Index(fields=["cooperative", "status"]),
            models.Index(fields=["lot_code"], name="batch_lot"),  # typed into the search box
            models.Index("status", F("page_version") - F("drawn_version"), name="batch_pages_to_draw"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["product", "lot_code"], name="batch_lot_once_per_product"),
            models.UniqueConstraint(fields=["pack", "lot_code"], name="batch_lot_once_per_pack"),
            models.CheckConstraint(condition=Q(lot_code__regex=r"^[A-Z0-9][A-Z0-9-]{2,19}$"), name="batch_lot_form"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "on_hold", "recalled", "closed"]),
                name="batch_status_known",
            ),
            models.CheckConstraint(condition=Q(kind__in=["raw", "intermediate", "finished"]), name="batch_kind_known"),
            models.CheckConstraint(condition=Q(base_unit__in=BaseUnit.values), name="batch_base_unit_known"),
            models.CheckConstraint(
                condition=Q(available_base__gte=0) & Q(available_base__lte=F("on_hand_base")),
                name="batch_available_between_zero_and_on_hand",
            ),
            models.CheckConstraint(
                condition=Q(shortfall_base=0) | (Q(shortfall_base__gt=0) & Q(available_base=0)),
                name="batch_shortfall_only_when_empty",
            ),
            models.CheckConstraint(
                condition=Q(kind="finished") | ~Q(material=""), name="batch_of_raw_goods_says_what_it_is"
            ),
            models.CheckConstraint(
                condition=Q(harvested_to_on__isnull=True) | Q(harvested_to_on__gte=F("harvested_from_on")),
                name="batch_harvest_window_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.lot_code

    @property
    def packs_available(self) -> int:
        """Whole packs that can still be bought from this batch."""
        return self.available_base // self.pack.net_quantity_base if self.pack else 0

    def is_expired(self, today: date) -> bool:
        return self.best_before_on is not None and self.best_before_on < today


class PostingKind(models.TextChoices):
    HARVEST = "harvest", _("Harvested")
    BUY = "buy", _("Bought in")
    IN = "in", _("Moved in")
    OUT = "out", _("Moved out")
    PACK = "pack", _("Packed")
    RESERVE = "reserve", _("Reserved")
    RELEASE = "release", _("Released")
    SELL = "sell", _("Sold")
    WASTE = "waste", _("Wasted")
    SAMPLE = "sample", _("Sampled")
    OWN_USE = "own_use", _("Own use")
    ADJUST = "adjust", _("Adjusted")
    RETURN = "return", _("Returned")


class Posting(AppendOnly):
    """One movement of one batch. ``key`` makes a movement happen once however often it is asked for."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=8, choices=PostingKind)
    quantity_base = models.BigIntegerField()
    on_hand_delta = models.BigIntegerField()
    available_delta = models.BigIntegerField()
    at = models.DateTimeField()
    key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    event = models.ForeignKey(
        "traceability.Event", null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    actor = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancels = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="cancelled_by"
    )  # the movement this one takes back, at the same moment

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity_base__gt=0), name="posting_quantity_positive"),
            models.CheckConstraint(condition=Q(kind__in=PostingKind.values), name="posting_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity_base}"
