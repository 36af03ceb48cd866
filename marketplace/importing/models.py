"""A sheet somebody brought, and its rows as they were typed. The file itself is not kept once it is read."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code

UNDO_FOR = timedelta(hours=24)
PATIENCE = timedelta(minutes=10)  # a worker that was stopped leaves its import waiting; people may ask again


def new_import_code() -> str:
    return new_code(8)


class ImportStatus(models.TextChoices):
    READING = "reading", _("Being read")
    CHECKED = "checked", _("Checked")
    APPLYING = "applying", _("Being taken in")
    APPLIED = "applied", _("Taken in")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Taken back")
    UNREADABLE = "unreadable", _("Not readable")
    DROPPED = "dropped", _("Dropped")


AT_WORK = (ImportStatus.READING, ImportStatus.APPLYING, ImportStatus.UNDOING)


class SheetImport(models.Model):
    """``columns``: sheet → field → letter of its column; ``seen``: counts for the preview, and what was not used;

    ``refused``: why the last try failed: a code with its facts, told on the page. ``mandate_code``: under which
    ``asked_by`` asked for what waits or was done last; "" for members.
    """

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.CASCADE, related_name="sheet_imports", verbose_name=_("cooperative")
    )
    author = models.ForeignKey(
        "community.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_import_code, editable=False)
    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    status = models.CharField(_("status"), max_length=12, choices=ImportStatus, default=ImportStatus.READING)
    columns = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    refused = models.JSONField(default=dict, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"), default=clock.now)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mandate_code = models.CharField(_("mandate"), max_length=20, blank=True, editable=False)
    applied_at = models.DateTimeField(_("taken in"), null=True, blank=True)
    applied_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of a sheet")
        verbose_name_plural = _("imports of sheets")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ImportStatus.values), name="sheet_import_status_known")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.status in AT_WORK

    @property
    def is_stuck(self) -> bool:
        return self.is_at_work and clock.now() - self.asked_at > PATIENCE

    @property
    def can_be_undone(self) -> bool:
        since = self.applied_at
        return self.status == ImportStatus.APPLIED and since is not None and clock.now() - since <= UNDO_FOR

    @property
    def undo_until(self) -> object:
        return self.applied_at + UNDO_FOR if self.applied_at else None


class ImportRow(models.Model):
    """``values``: field → text as typed; ``faults``: [field, code, facts]; ``effects``: what taking it in does:

    "goods" | "pack" | "price" | "lot", none when everything is so already. ``made``: ids for the undo.
    """

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    sheet = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    effects = models.JSONField(default=list)
    made = models.JSONField(default=dict)
    is_bad = models.BooleanField(default=False)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["sheet_import", "place"], name="import_row_place_once")]
        indexes = [models.Index(fields=["sheet_import", "is_bad", "place"])]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"
