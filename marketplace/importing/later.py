"""What of sheets is too long for a request. Each may be lost or run twice: the row says what is to be done."""

from __future__ import annotations

from huey.contrib.djhuey import db_task

from community.audit.actors import Actor
from marketplace.importing.applying import apply_import
from marketplace.importing.models import ImportStatus, SheetImport
from marketplace.importing.taking_in import check_again, read_upload
from marketplace.importing.undoing import undo_import


@db_task()  # type: ignore[untyped-decorator]  # huey has no types
def work_on_import(sheet_id: int) -> None:
    """Read, check, take in or undo: whatever this import waits for. For whoever asked, if still a member."""
    sheet = SheetImport.objects.select_related("cooperative", "asked_by", "author").get(pk=sheet_id)
    actor = Actor.of(sheet.asked_by or sheet.author, sheet.cooperative)
    if sheet.status == ImportStatus.READING:
        if sheet.columns:
            check_again(sheet=sheet)
        else:
            read_upload(sheet=sheet)
    elif sheet.status == ImportStatus.APPLYING:
        apply_import(sheet=sheet, actor=actor)
    elif sheet.status == ImportStatus.UNDOING:
        undo_import(sheet=sheet, actor=actor)
