"""What of sheets is too long for a request. Each may be lost or run twice: the row says what is to be done."""

from __future__ import annotations

from huey.contrib.djhuey import db_task

from community.audit.actors import Actor
from community.mandates.acting import MandateOver, actor_under
from community.mandates.scopes import Scope
from marketplace.importing.applying import apply_import
from marketplace.importing.models import ImportStatus, SheetImport
from marketplace.importing.taking_in import check_again, give_back, read_upload
from marketplace.importing.undoing import undo_import

LAST = ("sheet_import.applied", "sheet_import.undone")
"""The line after which nothing is written any more."""


@db_task()  # type: ignore[untyped-decorator]  # huey has no types
def work_on_import(sheet_id: int) -> None:
    """Read, check, take in or undo: whatever this import waits for.

    Goods are taken in and taken back only for somebody who still may: the queue can be slow, and a role or a mandate
    be gone.
    """
    sheet = SheetImport.objects.select_related("cooperative", "asked_by", "author").get(pk=sheet_id)
    if sheet.status == ImportStatus.READING:
        if sheet.columns:
            check_again(sheet=sheet)
        else:
            read_upload(sheet=sheet)
    elif sheet.is_at_work:
        _carry_out(sheet, still_may(sheet))


def _carry_out(sheet: SheetImport, actor: Actor | None) -> None:
    try:
        if actor is None:
            give_back(sheet, code="not_allowed")
        elif sheet.status == ImportStatus.APPLYING:
            apply_import(sheet=sheet, actor=actor)
        elif sheet.status == ImportStatus.UNDOING:
            undo_import(sheet=sheet, actor=actor)
    except MandateOver:  # ended while it was at work: nothing of it was kept
        give_back(sheet, code="not_allowed")


def still_may(sheet: SheetImport) -> Actor | None:
    """As the desk's door asks, and the market has not stopped the seller meanwhile: as a member, or under the very
    mandate it was asked under: a newer one says yes to other things."""
    user, cooperative = sheet.asked_by or sheet.author, sheet.cooperative
    if not (user.is_active and cooperative.is_active):
        return None
    if code := sheet.mandate_code:
        return actor_under(code=code, helper=user, cooperative=cooperative, scope=Scope.IMPORT, last=LAST)
    held = cooperative.memberships.active().filter(user=user).first()
    return Actor.of(user, cooperative) if held is not None and held.may("list") else None
