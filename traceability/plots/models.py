"""Fields, ponds, gardens and workshops: where things grow or are made, told to the public at commune level only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from community.append_only import AppendOnly
from community.text.codes import new_code


def new_plot_code() -> str:
    return new_code(8)


class PlotQuerySet(models.QuerySet["Plot"]):
    def in_use(self) -> PlotQuerySet:
        """Those that new harvests may name; what closed ones gave stays as it is."""
        return self.filter(closed_at=None)


class Plot(models.Model):
    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="plots")
    code = models.CharField(max_length=12, unique=True, default=new_plot_code, editable=False)
    name = models.CharField(max_length=120)
    commune = models.ForeignKey("community.AdminUnit", on_delete=models.PROTECT, related_name="+")
    gln = models.CharField(max_length=13, unique=True, null=True, blank=True)
    growing_area_code = models.CharField(max_length=40, blank=True)
    area_m2 = models.PositiveBigIntegerField(null=True, blank=True)
    # Corners as [longitude, latitude], the first one again at the end; never shown to the public (``outlines``).
    outline = models.JSONField(null=True, blank=True)
    measured_m2 = models.PositiveBigIntegerField(null=True, blank=True)  # of the outline, on the ellipsoid
    # Its box, to ask the database which outlines come near each other.
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    # Where others drew the same ground: the area of all of them together, each metre once (``balance.ground``).
    own_m2 = models.PositiveBigIntegerField(null=True, blank=True)  # with those of the same cooperative
    same_m2 = models.PositiveBigIntegerField(null=True, blank=True)  # with neighbours, where staff says it is the same
    asked_m2 = models.PositiveBigIntegerField(null=True, blank=True)  # with neighbours that nobody has ruled on
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PlotQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["west", "east"])]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "name"], name="plot_name_once_per_cooperative"),
            models.CheckConstraint(
                name="plot_gln_is_13_digits", condition=Q(gln__isnull=True) | Q(gln__regex=r"^[0-9]{13}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counted_m2(self) -> int | None:
        """The area that counts: measured where there is an outline, else as it was typed."""
        return self.measured_m2 or self.area_m2


class Overlap(models.Model):
    """Ground that two outlines have in common: found when either is drawn, gone when either changes.

    ``percent`` of the smaller one. Both are looked at by the balance; neither cooperative is told who the other is.
    """

    plot = models.ForeignKey(Plot, on_delete=models.CASCADE, related_name="overlaps")
    other = models.ForeignKey(Plot, on_delete=models.CASCADE, related_name="+")
    shared_m2 = models.PositiveBigIntegerField()
    percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plot", "other"], name="overlap_once")]

    def __str__(self) -> str:
        return f"{self.plot_id}/{self.other_id} {self.percent} %"


class GroundRuling(AppendOnly):
    """Staff has looked at two outlines of different cooperatives: the same ground, or not. The newest one counts.

    "Not the same" is said of the outlines as they are, so it ends when what they share (``shared_m2``) changes.
    ``plot`` has the lower id.
    """

    plot = models.ForeignKey(Plot, on_delete=models.PROTECT, related_name="rulings")
    other = models.ForeignKey(Plot, on_delete=models.PROTECT, related_name="+")
    is_same = models.BooleanField()
    shared_m2 = models.PositiveBigIntegerField()
    note = models.CharField(max_length=300)
    ruled_at = models.DateTimeField()
    ruled_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(plot__lt=models.F("other")), name="ground_ruling_lower_first"),
        ]

    def __str__(self) -> str:
        return f"{self.plot_id}/{self.other_id} {'same' if self.is_same else 'apart'}"


class Treatment(models.Model):
    """Something sprayed or spread on a plot, after which ``wait_days`` are kept before harvest (its PHI); None: the
    days on the package are not known, and what is usual for the line counts.

    Written once; taken back by saying so, never deleted.
    """

    set_once = ("withdrawn_at", "withdrawn_by")

    plot = models.ForeignKey(Plot, on_delete=models.PROTECT, related_name="treatments")
    substance = models.CharField(max_length=120)
    treated_on = models.DateField()
    wait_days = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    key = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-treated_on", "-pk"]
        indexes = [models.Index(fields=["plot", "treated_on"])]

    def __str__(self) -> str:
        return f"{self.substance} {self.treated_on}"
