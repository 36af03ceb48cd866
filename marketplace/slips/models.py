"""Slips that are too many to draw while somebody waits: drawn by the worker, kept for an hour."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code

KEPT_FOR = timedelta(hours=1)
PATIENCE = timedelta(minutes=10)


def new_run_code() -> str:
    return new_code(16)


class SlipRun(models.Model):
    """``parcels``: their codes, in order. Who the buyers are stands only in the file."""

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.CASCADE, related_name="slip_runs", verbose_name=_("cooperative")
    )
    asked_by = models.ForeignKey(
        "community.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    code = models.CharField(_("code"), max_length=20, unique=True, default=new_run_code, editable=False)
    paper = models.CharField(_("paper"), max_length=8)
    parcels = models.JSONField(_("parcels"), default=list)
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)

    class Meta:
        verbose_name = _("run of packing slips")
        verbose_name_plural = _("runs of packing slips")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.code

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None and clock.now() - self.ready_at <= KEPT_FOR

    @property
    def is_waiting(self) -> bool:
        return self.ready_at is None and clock.now() - self.asked_at <= PATIENCE
