"""What the checks of the mass balance found, what cooperatives claim of their lots, and their monthly closings."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from traceability.products.models import BaseUnit


class Severity(models.TextChoices):
    INFO = "info", _("Notice")
    REVIEW = "review", _("To be explained")
    BLOCK = "block", _("Stops sale and claims")


# What another cooperative can bring about by drawing or naming our ground is asked about, and stops nobody.
OF_NEIGHBOURS = frozenset(
    {"one cooperative a growing area", "shared ground <= 30 %", "harvest of ground of two cooperatives <= cap"}
)
FREEZING = frozenset({"MB-2", "MB-5", "MB-6"})  # an open review of these keeps claims back until staff has looked
FORGOTTEN = "distance to plot, since forgotten"
FOR_STAFF = frozenset({"area as it was said first", "days since withdrawn spray >= interval", FORGOTTEN})


class CheckQuerySet(models.QuerySet["Check"]):
    def open(self) -> CheckQuerySet:
        return self.filter(cleared_at__isnull=True)

    def freezing(self) -> CheckQuerySet:
        """They keep claims back."""
        graver = self.open().filter(rule__in=FREEZING).exclude(severity=Severity.INFO)
        return graver.exclude(formula__in=OF_NEIGHBOURS)

    def worst_first(self) -> CheckQuerySet:
        rank = models.Case(
            models.When(severity=Severity.BLOCK, then=0), models.When(severity=Severity.REVIEW, then=1), default=2
        )
        return self.order_by(rank, "rule", "key")


class Check(models.Model):
    """One finding of one rule about one batch. ``key`` tells apart what one rule finds twice ("event:17").

    Open while ``cleared_at`` is empty. It is cleared by the next run that no longer finds it (``how`` "mended"), by
    the cooperative's explanation of a review, or by the staff's word; an answered finding comes back only with other
    figures (:attr:`figures`).
    """

    class How(models.TextChoices):
        MENDED = "mended", _("Mended")
        EXPLAINED = "explained", _("Explained")
        DISMISSED = "dismissed", _("Cleared by staff")
        CONFIRMED = "confirmed", _("Confirmed by staff")

    batch = models.ForeignKey("traceability.Batch", on_delete=models.CASCADE, related_name="checks")
    rule = models.CharField(max_length=8)
    key = models.CharField(max_length=60, blank=True)
    severity = models.CharField(max_length=8, choices=Severity)
    formula = models.CharField(max_length=60)
    observed = models.BigIntegerField()
    limit = models.BigIntegerField()
    inputs = models.JSONField(default=dict, blank=True)
    event = models.ForeignKey("traceability.Event", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_found_at = models.DateTimeField()
    last_found_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of the balance")
        verbose_name_plural = _("checks of the balance")
        ordering = ["-last_found_at", "-pk"]
        indexes = [models.Index(fields=["cleared_at", "severity"])]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "rule", "key"], condition=Q(cleared_at__isnull=True), name="check_open_once"
            ),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="check_severity_known"),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, how="") | Q(cleared_at__isnull=False, how__gt=""),
                name="check_cleared_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.severity}"

    @property
    def freezes(self) -> bool:
        return self.rule in FREEZING and self.severity != Severity.INFO and self.formula not in OF_NEIGHBOURS

    @property
    def can_explain(self) -> bool:
        """The cooperative's word is heard. Where claims wait, or it lifted a rule itself, staff has the last one."""
        return self.severity == Severity.REVIEW and self.formula not in FOR_STAFF

    @property
    def figures(self) -> tuple[str, int, int]:
        return self.severity, self.observed, self.limit


class OwnTimes(models.Model):
    """What a cooperative says of its own season of a line (``step`` "", ``months``) or of how long a step takes with it
    (minutes), and why. It counts once staff has accepted it; the newest accepted one, empty: as everybody's again."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted by staff")
        REFUSED = "refused", _("Not accepted by staff")
        REPLACED = "replaced", _("Asked anew")

    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="own_times")
    line = models.ForeignKey("traceability.ProductLine", on_delete=models.PROTECT, related_name="+")
    step = models.SlugField(max_length=40, blank=True)
    months = models.JSONField(default=list, blank=True)
    least_minutes = models.PositiveIntegerField(null=True, blank=True)
    most_minutes = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("own season or duration")
        verbose_name_plural = _("own seasons and durations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cooperative", "line", "step"], condition=Q(answer=""), name="own_times_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | Q(answer__gt="", answered_at__isnull=False),
                name="own_times_answer_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.step}"


class ClaimModel(models.TextChoices):
    """How a claim travels: kept apart by plot, kept apart by claim, or only counted."""

    IP = "IP", _("Identity preserved")
    SG = "SG", _("Segregated")
    MB = "MB", _("Mass balance")


class ClaimMass(models.Model):
    """How much of a lot the cooperative claims under a certificate; never more than its inputs can carry (MB-5)."""

    batch = models.ForeignKey("traceability.Batch", on_delete=models.CASCADE, related_name="claim_masses")
    certificate = models.ForeignKey("traceability.Certificate", on_delete=models.PROTECT, related_name="claim_masses")
    mass_base = models.BigIntegerField()
    model = models.CharField(max_length=2, choices=ClaimModel, default=ClaimModel.SG)
    claimed_at = models.DateTimeField()
    claimed_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "certificate"], name="claim_once_per_certificate"),
            models.CheckConstraint(condition=Q(mass_base__gt=0), name="claim_mass_positive"),
            models.CheckConstraint(condition=Q(model__in=ClaimModel.values), name="claim_model_known"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.mass_base}"


class Position(models.Model):
    """Where a phone was when a harvest was written down, in millionths of a degree. Kept for the checks alone: it is in
    no document, no log and no public answer, and may be deleted."""

    event = models.OneToOneField("traceability.Event", on_delete=models.CASCADE, related_name="position")
    latitude_e6 = models.IntegerField()
    longitude_e6 = models.IntegerField()
    accuracy_m = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    device = models.CharField(max_length=32, blank=True)  # a random mark of the browser; no number of a phone

    class Meta:
        indexes = [models.Index(fields=["device", "taken_at"])]

    def __str__(self) -> str:
        return f"{self.event_id} ±{self.accuracy_m} m"


class MonthClosing(models.Model):
    """One month of one line and kind of goods, counted and signed (MB-7). Written once: a signed month stays."""

    cooperative = models.ForeignKey("community.Cooperative", on_delete=models.PROTECT, related_name="closings")
    line = models.ForeignKey("traceability.ProductLine", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    base_unit = models.CharField(max_length=6, choices=BaseUnit)
    month = models.DateField()  # its first day
    opening_base = models.BigIntegerField()
    in_base = models.BigIntegerField()
    out_base = models.BigIntegerField()
    loss_base = models.BigIntegerField()
    closing_base = models.BigIntegerField()
    counted_base = models.BigIntegerField()
    adjusted_up_base = models.BigIntegerField(default=0)
    needs_inspection = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey("community.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-month", "line", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["cooperative", "line", "kind", "base_unit", "month"], name="month_closed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.line}"
