"""Asks for a file and builds it in the worker; who took it is written down; after a day it goes."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from huey.contrib.djhuey import db_task

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.sheets.writing import write_csv_zip, write_workbook
from marketplace.exporting.models import KEPT_FOR, ExportKind, SheetExport
from marketplace.exporting.sheets import sheets_of
from marketplace.orders.models import Order
from marketplace.payments.providers.registry import simulated_is_on


@transaction.atomic
def ask_export(
    *, cooperative: Cooperative, kind: str, with_buyers: bool, with_money: bool, actor: Actor
) -> SheetExport:
    """One at a time: while one is being built, that one is answered."""
    assert actor.user is not None
    Cooperative.objects.select_for_update(of=("self",)).get(pk=cooperative.pk)
    wish = {"kind": ExportKind(kind), "with_buyers": with_buyers, "with_money": with_money}
    recent = SheetExport.objects.filter(cooperative=cooperative, asked_by=actor.user, ready_at=None, **wish).first()
    if recent is not None and recent.is_waiting:
        return recent
    export = SheetExport.objects.create(cooperative=cooperative, asked_by=actor.user, **wish)
    record(actor=actor, action="sheet_export.asked", subject=export, cooperative=cooperative, kind=export.kind)
    return export


@db_task()  # type: ignore[untyped-decorator]  # huey has no types
def build_export_later(export_id: int) -> None:
    """One that waited so long that it was swept is not made any more."""
    if export := SheetExport.objects.select_related("cooperative").filter(pk=export_id).first():
        build_export(export=export)


def build_export(*, export: SheetExport) -> None:
    """The worker's; twice makes the same file."""
    if export.ready_at is not None:
        return
    path = file_of(export)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    rights = {"with_buyers": export.with_buyers, "with_money": export.with_money}
    with translation.override("vi"):
        sheets = sheets_of(export.cooperative, livemode=not simulated_is_on(), **rights)
        (write_workbook if export.kind == ExportKind.XLSX else write_csv_zip)(fresh, sheets)
    fresh.chmod(0o600)
    os.replace(fresh, path)
    facts = {"ready_at": clock.now(), "size": path.stat().st_size}
    if not SheetExport.objects.filter(pk=export.pk).update(**facts):
        path.unlink(missing_ok=True)  # swept meanwhile
        return
    export.refresh_from_db()


def take_export(*, export: SheetExport, actor: Actor) -> Path | None:
    """The file, or None when it is gone or names a buyer who was forgotten since; who took it is written down."""
    path = file_of(export)
    if not export.is_ready or not path.exists() or _names_forgotten().filter(pk=export.pk).exists():
        return None
    record(actor=actor, action="sheet_export.taken", subject=export, cooperative=export.cooperative)
    return path


def sweep_exports() -> int:
    """The clock's part: files go when their day is over, and sooner when a buyer in them was forgotten.

    With them go files nobody ever got: of a worker that stopped, of a row that is gone. So what somebody had us forget
    is on our disk for an hour more at most, and no file is handed out meanwhile. Returns how many files went.
    """
    folder = _folder()
    there = list(folder.iterdir()) if folder.exists() else []  # before the rows: a row is older than its file
    before = clock.now() - KEPT_FOR
    over = Q(ready_at__lt=before) | Q(ready_at=None, asked_at__lt=before) | Q(pk__in=_names_forgotten().values("pk"))
    SheetExport.objects.filter(pk__in=list(SheetExport.objects.filter(over).values_list("pk", flat=True))).delete()
    kept = SheetExport.objects.in_bulk([path.stem for path in there], field_name="code")
    gone = [path for path in there if path.stem not in kept or _is_left_over(path, kept[path.stem])]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def file_of(export: SheetExport) -> Path:
    return _folder() / f"{export.code}.{export.kind}"


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def _is_left_over(path: Path, export: SheetExport) -> bool:
    """Half a file, whose whole is there or whose worker stopped."""
    return path.suffix == ".new" and not export.is_waiting


def _names_forgotten() -> QuerySet[SheetExport]:
    """Finished files with buyers, asked for before one of the cooperative's buyers was forgotten."""
    forgotten = Order.objects.filter(
        parcels__cooperative=OuterRef("cooperative"), erased_at__gte=OuterRef("asked_at")
    ).order_by()
    return SheetExport.objects.filter(Exists(forgotten), with_buyers=True, ready_at__isnull=False)
