"""Asks for a file and builds it in the worker; who took it is written down."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import translation
from huey.contrib.djhuey import db_task

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.sheets.writing import write_csv_zip, write_workbook
from marketplace.exporting.models import KEPT_FOR, ExportKind, SheetExport
from marketplace.exporting.sheets import sheets_of
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
    build_export(export=SheetExport.objects.select_related("cooperative").get(pk=export_id))


def build_export(*, export: SheetExport) -> None:
    """The worker's; twice makes the same file. Files that are older than a day go."""
    _sweep()
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
    SheetExport.objects.filter(pk=export.pk).update(ready_at=clock.now(), size=path.stat().st_size)
    export.refresh_from_db()


def take_export(*, export: SheetExport, actor: Actor) -> Path | None:
    """The file, or None when it is gone; who took it is written down."""
    path = file_of(export)
    if not export.is_ready or not path.exists():
        return None
    record(actor=actor, action="sheet_export.taken", subject=export, cooperative=export.cooperative)
    return path


def file_of(export: SheetExport) -> Path:
    return Path(settings.DATA_DIR) / "exports" / f"{export.code}.{export.kind}"


def _sweep() -> None:
    old = SheetExport.objects.filter(ready_at__lt=clock.now() - KEPT_FOR)
    for export in old.only("code", "kind"):
        file_of(export).unlink(missing_ok=True)
