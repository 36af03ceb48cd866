"""The log: entries that only grow, the little that appending needs to know, and what was signed.

Triggers in the database forbid UPDATE and DELETE on entries and checkpoints (see ``triggers.py``).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from community.append_only import AppendOnly


class LogEntry(AppendOnly):
    """One leaf. ``seq`` counts from 0 without a gap; ``leaf`` is the very text that was hashed."""

    seq = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=60, db_index=True)  # "event:12": the row this entry tells of
    leaf = models.TextField()
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["seq"]
        constraints = [models.CheckConstraint(condition=Q(seq__gte=0), name="log_entry_seq_from_zero")]

    def __str__(self) -> str:
        return f"{self.seq} {self.subject}"


class PrivatePart(models.Model):
    """What an entry only commits to. Deleting the row erases the words; the log stays whole."""

    entry = models.OneToOneField(LogEntry, primary_key=True, on_delete=models.PROTECT, related_name="private_part")
    salt = models.BinaryField(max_length=32)
    body = models.TextField()

    def __str__(self) -> str:
        return f"private part of {self.entry_id}"


class LogHead(models.Model):
    """The one row that appending locks: how many leaves there are, and the roots of their complete subtrees."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    origin = models.CharField(max_length=200)  # the log's name for ever: "id.example.vn/tlog"
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes)
    last_recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="log_head_is_one_row"),
            models.CheckConstraint(condition=Q(size__gte=0), name="log_head_size_from_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class Subtree(AppendOnly):
    """The root of a complete subtree of 256 (level 8), 65,536 (16), … leaves, so that no proof reads the whole log."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    root = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="log_subtree_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class SigningKey(models.Model):
    """The public half of a key that signs checkpoints, published with its period for ever."""

    name = models.CharField(max_length=200)
    key_id = models.CharField(max_length=8)  # eight hex digits
    vkey = models.CharField(max_length=300, unique=True)
    active_from = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["active_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(retired_at__isnull=True), name="log_one_key_signs_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id}"


class Checkpoint(AppendOnly):
    """A signed note of a size and its root. ``note`` is the text others were given."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="checkpoints")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["size"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="log_checkpoint_of_something")]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"
