"""Which lot was made of which: a projection of the events in force, so a row goes when its event is declared wrong."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Edge(models.Model):
    """``parent_base`` (in the parent's base unit) of ``parent`` went into ``child`` in one event."""

    parent = models.ForeignKey(
        "traceability.Batch", on_delete=models.PROTECT, related_name="edges_down", db_index=False
    )
    child = models.ForeignKey("traceability.Batch", on_delete=models.PROTECT, related_name="edges_up", db_index=False)
    event = models.ForeignKey("traceability.Event", on_delete=models.PROTECT, related_name="edges")
    parent_base = models.BigIntegerField()

    class Meta:
        # Both directions are answered from an index alone, also at a million edges.
        indexes = [models.Index(fields=["child", "parent"], name="edge_up")]
        constraints = [
            models.UniqueConstraint(fields=["parent", "child", "event"], name="edge_once_per_event"),
            models.CheckConstraint(condition=Q(parent_base__gt=0), name="edge_amount_positive"),
            models.CheckConstraint(condition=~Q(parent=F("child")), name="edge_to_itself_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id} → {self.child_id}"


class Containment(models.Model):
    """A lot was in a container (box, pallet, tank; its EPC) from one event until another; ``until_at`` empty: still."""

    container = models.CharField(max_length=240)
    batch = models.ForeignKey("traceability.Batch", on_delete=models.PROTECT, related_name="containments")
    quantity_base = models.BigIntegerField(null=True, blank=True)
    put_in_by = models.ForeignKey("traceability.Event", on_delete=models.PROTECT, related_name="+")
    taken_out_by = models.ForeignKey(
        "traceability.Event", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["container", "from_at"]), models.Index(fields=["batch", "from_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")),
                name="containment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} in {self.container}"
