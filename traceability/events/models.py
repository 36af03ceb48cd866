"""What happened to a batch. The stored EPCIS 2.0 document (``body``) is the truth; the columns beside it are its
projection for queries. An event is never edited: a correction is a new event that names the old one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly
from traceability.products.models import BaseUnit


class WhoSays(models.TextChoices):
    SELF = "self", _("Self-declared")
    THIRD_PARTY = "third_party", _("Third party")
    DEVICE = "device", _("Device")


class Event(AppendOnly):
    event_id = models.CharField(max_length=120, unique=True)
    client_uuid = models.UUIDField(unique=True)
    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="events")
    batch = models.ForeignKey("traceability.Batch", on_delete=models.PROTECT, related_name="events")
    type = models.CharField(max_length=24)
    action = models.CharField(max_length=8, blank=True)
    biz_step = models.CharField(max_length=120, blank=True)
    disposition = models.CharField(max_length=120, blank=True)
    event_time = models.DateTimeField()
    tz_offset = models.CharField(max_length=6)
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    stage = models.CharField(max_length=40)
    stage_name = models.CharField(max_length=160)
    stage_name_en = models.CharField(max_length=160, blank=True)
    body = models.TextField()
    body_sha256 = models.CharField(max_length=64)
    who_says = models.CharField(max_length=12, choices=WhoSays, default=WhoSays.SELF)
    actor = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")

    class Meta:
        ordering = ["event_time", "pk"]
        indexes = [models.Index(fields=["batch", "event_time"])]
        constraints = [
            models.CheckConstraint(condition=Q(who_says__in=WhoSays.values), name="event_who_says_known"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.event_time:%Y-%m-%d}"

    @property
    def days_late(self) -> int:
        """Whole days between what happened and its arrival here; shown, never hidden."""
        return max(0, (self.received_at - self.event_time).days)


class EventItem(AppendOnly):
    """A batch that took part in an event, and with how much."""

    class Role(models.TextChoices):
        OBJECT = "object", _("Object")
        INPUT = "input", _("Input")
        OUTPUT = "output", _("Output")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="items")
    batch = models.ForeignKey(
        "traceability.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="event_items"
    )
    epc_uri = models.CharField(max_length=240)
    role = models.CharField(max_length=8, choices=Role)
    quantity_base = models.BigIntegerField(null=True, blank=True)
    base_unit = models.CharField(max_length=6, choices=BaseUnit, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=["object", "input", "output"]), name="event_item_role_known"),
            models.CheckConstraint(
                condition=Q(quantity_base__isnull=True) | Q(quantity_base__gt=0), name="event_item_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.epc_uri}"


class Evidence(AppendOnly):
    """A photo bound to its event by the hash that stands inside the event document."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="evidence")
    photo = models.ForeignKey("community.Photo", on_delete=models.PROTECT, related_name="evidence_of")
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.sha256[:12]
