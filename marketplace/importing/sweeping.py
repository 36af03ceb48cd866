"""What nobody will finish: work that a stopped worker left, imports that nobody took in, files that nobody reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from community import clock
from marketplace.importing.models import AT_WORK, PATIENCE, ImportStatus, SheetImport
from marketplace.importing.taking_in import give_back

READ_WITHIN = timedelta(days=1)


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
            SheetImport.objects.filter(pk=pk, status=ImportStatus.READING).update(asked_at=clock.now())
            again.append(pk)
    return again
