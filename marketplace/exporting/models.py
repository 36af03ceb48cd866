"""A file somebody asked for: built by the worker, kept for a day."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code

KEPT_FOR = timedelta(hours=24)
PATIENCE = timedelta(minutes=10)


def new_export_code() -> str:
    return new_code(16)


class ExportKind(models.TextChoices):
    XLSX = "xlsx", _("Excel workbook")
    CSV = "zip", _("csv files in a zip")


class SheetExport(models.Model):
    """``with_buyers`` and ``with_money``: what whoever asked may see."""

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.CASCADE, related_name="sheet_exports", verbose_name=_("cooperative")
    )
    asked_by = models.ForeignKey(
        "community.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    code = models.CharField(_("code"), max_length=20, unique=True, default=new_export_code, editable=False)
    kind = models.CharField(_("kind"), max_length=5, choices=ExportKind)
    with_buyers = models.BooleanField(default=False)
    with_money = models.BooleanField(default=False)
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)

    class Meta:
        verbose_name = _("export of a cooperative's data")
        verbose_name_plural = _("exports of cooperatives' data")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=ExportKind.values), name="sheet_export_kind_known")]

    def __str__(self) -> str:
        return self.code

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None and clock.now() - self.ready_at <= KEPT_FOR

    @property
    def is_waiting(self) -> bool:
        return self.ready_at is None and clock.now() - self.asked_at <= PATIENCE

    @property
    def kept_until(self) -> object:
        return self.ready_at + KEPT_FOR if self.ready_at else None
