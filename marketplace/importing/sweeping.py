"""What nobody will finish: work that a stopped worker left, imports that nobody took in, files that nobody reads."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from marketplace.importing.models import AT_WORK, PATIENCE, ImportRow, ImportStatus, SheetImport
from marketplace.importing.taking_in import CannotImport, cannot_read, drop_import, give_back

READ_WITHIN = timedelta(days=1)
UNUSED_FOR = timedelta(days=30)
WORKER = Actor.system("worker")


def release_stuck(*, now: datetime) -> list[int]:
    """What was to be taken in or back stands as before and says so; its work may still be queued: it then does nothing.

    Returns the ids of those to be read or checked once more, for a day after the file came.
    """
    stuck = SheetImport.objects.filter(status__in=AT_WORK, asked_at__lt=now - PATIENCE)
    again = []
    for pk in list(stuck.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():  # one that a worker holds at this moment is not stuck
            held = stuck.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if held is None or give_back(held, code="stopped"):
                continue
            if not held.columns and held.uploaded_at < now - READ_WITHIN:
                cannot_read(held, "lost", {})
                continue
            SheetImport.objects.filter(pk=pk, status=ImportStatus.READING).update(asked_at=clock.now())
            again.append(pk)
    return again


def drop_old(*, now: datetime) -> int:
    """What nobody took in or touched for a month is dropped with its rows; that it came stays. Returns how many."""
    waits = SheetImport.objects.filter(status__in=(ImportStatus.CHECKED, ImportStatus.UNREADABLE))
    done = 0
    for sheet in list(waits.filter(asked_at__lt=now - UNUSED_FOR).select_related("cooperative").order_by("pk")):
        with suppress(CannotImport):  # taken up at this moment
            drop_import(sheet=sheet, actor=WORKER)
            done += 1
    return done


def forget_rows(*, now: datetime) -> int:
    """Rows of what was taken in, and can be undone no more, go after a month; the goods and the counts stay. How many.

    The log and the audit say what was made of them; a sheet may hold words that nobody else needs.
    """
    done = (ImportStatus.APPLIED, ImportStatus.UNDONE)
    over = SheetImport.objects.filter(status__in=done, applied_at__lt=now - UNUSED_FOR)
    return ImportRow.objects.filter(sheet_import__in=over).delete()[0]


def sweep_files(*, now: datetime) -> int:
    """Files that wait for no reading go, an hour after they came; returns how many."""
    folder = Path(settings.DATA_DIR) / "imports"
    before = (now - timedelta(hours=1)).timestamp()
    there = [path for path in folder.iterdir() if path.stat().st_mtime < before] if folder.exists() else []
    codes = [path.name for path in there]
    wanted = set(SheetImport.objects.filter(code__in=codes, status=ImportStatus.READING).values_list("code", flat=True))
    gone = [path for path in there if path.name not in wanted]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
