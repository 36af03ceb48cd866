"""The question whether a buyer takes less, what was weighed, and what changed of a parcel because of either."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.append_only import AppendOnly


class Shortage(models.Model):
    """Not all of a parcel is there: the seller said how many of each line, and the buyer decides.

    What would go back, or need not be paid, is reckoned when the question is asked, so that the buyer gets what was
    shown. The parcel's ``asked_at`` is the guard: while it stands the parcel does not move.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("The buyer is asked")
        TAKEN = "taken", _("The buyer takes what there is")
        CANCELLED = "cancelled", _("The buyer cancelled the parcel")
        LAPSED = "lapsed", _("No answer in time")
        WITHDRAWN = "withdrawn", _("Taken back by the seller")
        ENDED = "ended", _("The parcel ended otherwise")

    parcel = models.ForeignKey(
        "marketplace.Parcel", on_delete=models.PROTECT, related_name="shortages", verbose_name=_("parcel")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN)
    goods_back_dong = models.BigIntegerField(_("back for goods (đồng)"))
    shipping_back_dong = models.BigIntegerField(_("back for delivery (đồng)"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    asked_by = models.ForeignKey(
        "community.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    answer_by = models.DateTimeField(_("answer until"))
    ended_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("question about missing goods")
        verbose_name_plural = _("questions about missing goods")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "taken", "cancelled", "lapsed", "withdrawn", "ended"]),
                name="shortage_status_known",
            ),
            models.CheckConstraint(
                condition=Q(goods_back_dong__gt=0) & Q(shipping_back_dong__gte=0), name="shortage_gives_back"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at__isnull=True) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="shortage_ends_once",
            ),
            models.UniqueConstraint(fields=["parcel"], condition=Q(status="open"), name="shortage_one_is_open"),
        ]
        indexes = [models.Index(fields=["answer_by"], condition=Q(status="open"), name="shortage_due")]

    def __str__(self) -> str:
        return f"{self.parcel_id}: {self.status}"

    @property
    def back_dong(self) -> int:
        return self.goods_back_dong + self.shipping_back_dong


class ShortageLine(AppendOnly):
    """So many packs of a line are there; only lines with too few."""

    shortage = models.ForeignKey(Shortage, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey("marketplace.OrderLine", on_delete=models.PROTECT, related_name="shortages")
    packs_there = models.PositiveIntegerField()
    packs_wanted = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("line of missing goods")
        verbose_name_plural = _("lines of missing goods")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["shortage", "line"], name="shortage_line_once"),
            models.CheckConstraint(condition=Q(packs_there__lt=F("packs_wanted")), name="shortage_line_is_short"),
        ]

    def __str__(self) -> str:
        return f"{self.packs_there}/{self.packs_wanted}"

    @property
    def packs_missing(self) -> int:
        return self.packs_wanted - self.packs_there


class Weighing(AppendOnly):
    """What the scale said of the packs of a line, in base units. The last one before the parcel leaves counts.

    One of no packs says that the parcel was opened again: what was weighed before counts no longer.
    """

    line = models.ForeignKey("marketplace.OrderLine", on_delete=models.PROTECT, related_name="weighings")
    packs = models.PositiveIntegerField()
    content_base = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey("community.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("weighing")
        verbose_name_plural = _("weighings")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(content_base__gt=0), name="weighing_has_content")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.content_base}"


class ParcelChange(AppendOnly):
    """Less goes than was ordered: what of the money goes back to the buyer, nothing where it is still to be paid.

    The refund's reason names this row.
    """

    class Cause(models.TextChoices):
        NOT_ENOUGH = "not_enough", _("Not all was there")
        WEIGHED = "weighed", _("Weighed less")

    parcel = models.ForeignKey(
        "marketplace.Parcel", on_delete=models.PROTECT, related_name="changes", verbose_name=_("parcel")
    )
    cause = models.CharField(_("why"), max_length=12, choices=Cause)
    shortage = models.OneToOneField(
        Shortage, null=True, on_delete=models.PROTECT, related_name="change", verbose_name=_("question")
    )
    goods_back_dong = models.BigIntegerField(_("back for goods (đồng)"))
    shipping_back_dong = models.BigIntegerField(_("back for delivery (đồng)"), default=0)
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("change of a parcel")
        verbose_name_plural = _("changes of parcels")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=["not_enough", "weighed"]), name="parcel_change_cause_known"),
            models.CheckConstraint(
                condition=Q(goods_back_dong__gte=0) & Q(shipping_back_dong__gte=0),
                name="parcel_change_never_asks_for_more",
            ),
            models.CheckConstraint(
                condition=Q(cause="weighed", shortage__isnull=True)
                | (Q(cause="not_enough") & Q(shortage__isnull=False)),
                name="parcel_change_of_a_question",
            ),
            models.UniqueConstraint(fields=["parcel"], condition=Q(cause="weighed"), name="parcel_weighed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id}: {self.cause}"

    @property
    def not_asked_dong(self) -> int:
        """What of the goods' price was not paid yet: it does not go back, less is asked for. Prefetch ``lines``."""
        return sum(told.back_dong for told in self.lines.all()) - self.goods_back_dong

    @property
    def back_dong(self) -> int:
        return self.goods_back_dong + self.shipping_back_dong


class LineChange(AppendOnly):
    """What of a line goes from now on; ``content_base`` where it was weighed."""

    change = models.ForeignKey(ParcelChange, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey("marketplace.OrderLine", on_delete=models.PROTECT, related_name="changes")
    packs = models.PositiveIntegerField()
    content_base = models.BigIntegerField(null=True)
    back_dong = models.BigIntegerField()

    class Meta:
        verbose_name = _("change of an order line")
        verbose_name_plural = _("changes of order lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["change", "line"], name="line_change_once"),
            models.CheckConstraint(condition=Q(back_dong__gte=0), name="line_change_never_asks_for_more"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.packs}"
