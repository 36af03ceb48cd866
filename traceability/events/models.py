"""What happened to a batch. The stored EPCIS 2.0 document (``body``) is the truth; the columns beside it are its
projection for queries. An event is never edited: a correction is a new event that names the old one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly, AppendOnlyQuerySet
from traceability.products.models import BaseUnit


class WhoSays(models.TextChoices):
    SELF = "self", _("Self-declared")
    THIRD_PARTY = "third_party", _("Third party")
    DEVICE = "device", _("Device")


class EventQuerySet(AppendOnlyQuerySet["Event"]):
    def in_force(self) -> EventQuerySet:
        """Events that nobody declared wrong: what counts for readiness, quantities and the next step."""
        return self.filter(declarations=None)


class Event(AppendOnly):
    event_id = models.CharField(max_length=240, unique=True)
    client_uuid = models.UUIDField(unique=True)
    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="events")
    batch = models.ForeignKey(
        "traceability.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    type = models.CharField(max_length=24)
    action = models.CharField(max_length=8, blank=True)
    biz_step = models.CharField(max_length=120, blank=True)
    disposition = models.CharField(max_length=120, blank=True)
    read_point = models.CharField(max_length=240, blank=True)
    biz_location = models.CharField(max_length=240, blank=True)
    transformation_id = models.CharField(max_length=240, blank=True)
    event_time = models.DateTimeField()
    tz_offset = models.CharField(max_length=6)
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    stage = models.CharField(max_length=40, blank=True)  # empty for an event another system captured
    stage_name = models.CharField(max_length=160, blank=True)
    stage_name_en = models.CharField(max_length=160, blank=True)
    body = models.TextField()
    body_sha256 = models.CharField(max_length=64)
    who_says = models.CharField(max_length=12, choices=WhoSays, default=WhoSays.SELF)
    actor = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")

    objects = EventQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["event_time", "pk"]
        indexes = [
            models.Index(fields=["batch", "event_time"]),
            models.Index(fields=["cooperative", "event_time"]),
            models.Index(fields=["event_time", "id"]),
            models.Index(fields=["received_at", "id"]),
            # For queries by a word, and to step from one word to the next.
            models.Index(fields=["type", "event_time"]),
            models.Index(fields=["biz_step", "event_time"]),
            models.Index(fields=["disposition", "event_time"]),
            models.Index(fields=["read_point", "event_time"]),
            models.Index(fields=["biz_location", "event_time"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(who_says__in=WhoSays.values), name="event_who_says_known"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.event_time:%Y-%m-%d}"

    @property
    def days_late(self) -> int:
        """Whole days between what happened and its arrival here; shown, never hidden."""
        return max(0, (self.received_at - self.event_time).days)


class ErrorDeclaration(AppendOnly):
    """Somebody said that an event did not happen, or not so (EPCIS errorDeclaration). The event stays as it was."""

    class Reason(models.TextChoices):
        DID_NOT_OCCUR = "did_not_occur", _("It did not happen")
        INCORRECT_DATA = "incorrect_data", _("The data were wrong")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="declarations")
    corrective = models.ForeignKey(Event, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    client_uuid = models.UUIDField(unique=True)
    reason = models.CharField(max_length=16, choices=Reason)
    note = models.CharField(max_length=300, blank=True)
    declared_at = models.DateTimeField()
    received_at = models.DateTimeField()
    body = models.TextField()  # the event document said again with its errorDeclaration
    actor = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["did_not_occur", "incorrect_data"]), name="error_declaration_reason_known"
            ),
            models.UniqueConstraint(fields=["event"], name="error_declaration_once_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.event_id}"


class EventItem(AppendOnly):
    """A lot, pack or box that took part in an event, and with how much; ``batch`` when it is one of ours."""

    class Role(models.TextChoices):
        OBJECT = "object", _("Object")
        INPUT = "input", _("Input")
        OUTPUT = "output", _("Output")
        PARENT = "parent", _("Container")
        CHILD = "child", _("Content")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="items")
    batch = models.ForeignKey(
        "traceability.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="event_items"
    )
    epc_uri = models.CharField(max_length=240)
    is_class = models.BooleanField(default=True)  # a lot (epcClass), not one serialised thing (epc)
    role = models.CharField(max_length=8, choices=Role)
    quantity_base = models.BigIntegerField(null=True, blank=True)
    base_unit = models.CharField(max_length=6, choices=BaseUnit, blank=True)

    class Meta:
        indexes = [models.Index(fields=["epc_uri", "role"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["object", "input", "output", "parent", "child"]), name="event_item_role_known"
            ),
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
