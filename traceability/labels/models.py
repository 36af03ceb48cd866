"""How many labels of a batch exist: every printing is one row, whoever fetches its file, and however often."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly
from traceability.gs1.public_codes import new_public_code


class LabelRun(AppendOnly):
    """``count`` labels of one batch, numbers ``first_number`` … ``last_number`` of all that were ever made.

    sheet: a name of ``geometry.SHEETS``, or PRINTING_HOUSE (the code alone, as SVG and PNG). used: places of the first
    sheet that were printed before. reason: why there are more labels than packs. key: the form's own, makes it once.
    """

    PRINTING_HOUSE = "printing-house"

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    batch = models.ForeignKey("traceability.Batch", on_delete=models.PROTECT, related_name="label_runs")
    sheet = models.CharField(max_length=20)
    used = models.PositiveSmallIntegerField(default=0)
    first_number = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    key = models.UUIDField(unique=True)
    actor = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "label runs"
        constraints = [
            models.UniqueConstraint(fields=["batch", "first_number"], name="label_numbers_given_once"),
            models.CheckConstraint(condition=models.Q(count__gt=0), name="label_run_not_empty"),
            models.CheckConstraint(condition=models.Q(first_number__gt=0), name="label_numbers_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.first_number}–{self.last_number}"

    @property
    def last_number(self) -> int:
        return self.first_number + self.count - 1


class LabelFile(models.Model):
    """The file of a run that is too large to be drawn while somebody waits. Can be lost and made again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    run = models.OneToOneField(LabelRun, on_delete=models.PROTECT, related_name="file")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120, blank=True)  # in the private store

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "ready", "failed"]), name="label_file_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class LabelVoid(AppendOnly):
    """``count`` labels of a batch that are on no pack and never will be: spoilt, or left over and destroyed.

    A mistake is answered by a row with the opposite count that names the first (``cancels``).
    """

    class Why(models.TextChoices):
        SPOILT = "spoilt", _("Spoilt in printing or sticking")
        LEFT_OVER = "left_over", _("Left over, destroyed")

    batch = models.ForeignKey("traceability.Batch", on_delete=models.PROTECT, related_name="label_voids")
    count = models.IntegerField()
    why = models.CharField(max_length=10, choices=Why)
    key = models.UUIDField(unique=True)
    actor = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cancels = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="cancelled_by")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(count__gt=0, cancels__isnull=True) | models.Q(count__lt=0, cancels__isnull=False),
                name="label_void_counts_down_only_to_cancel",
            ),
            models.CheckConstraint(condition=models.Q(why__in=["spoilt", "left_over"]), name="label_void_why_known"),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.why}"
