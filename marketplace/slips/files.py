"""Many slips at once: asked for, drawn by the worker, gone after an hour. A file names buyers: it is nobody else's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from huey.contrib.djhuey import db_task

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from marketplace.orders.models import Order
from marketplace.slips.drawing import PAPERS, slips_pdf
from marketplace.slips.facts import printable, slip_of
from marketplace.slips.models import KEPT_FOR, SlipRun

DRAWN_AT_ONCE = 100
MOST_SLIPS = 1_000


@transaction.atomic
def ask_slips(*, cooperative: Cooperative, codes: Sequence[str], paper: str, actor: Actor) -> SlipRun:
    """More than are drawn at once. The same wish while one waits is that one. ``paper``: a name of PAPERS."""
    assert actor.user is not None
    Cooperative.objects.select_for_update(of=("self",)).get(pk=cooperative.pk)
    wish = {"paper": PAPERS[paper].name, "parcels": list(codes)[:MOST_SLIPS]}
    recent = SlipRun.objects.filter(cooperative=cooperative, asked_by=actor.user, ready_at=None).first()
    if recent is not None and recent.is_waiting and (recent.paper, recent.parcels) == (wish["paper"], wish["parcels"]):
        return recent
    run = SlipRun.objects.create(cooperative=cooperative, asked_by=actor.user, **wish)
    record(actor=actor, action="slips.asked", subject=run, cooperative=cooperative, count=len(run.parcels))
    return run


@db_task()  # type: ignore[untyped-decorator]  # huey has no types
def draw_slips_later(run_id: int) -> None:
    """One that waited so long that it was swept is not drawn any more."""
    if run := SlipRun.objects.select_related("cooperative").filter(pk=run_id, ready_at=None).first():
        draw_run(run)


def draw_run(run: SlipRun) -> None:
    """The worker's; twice makes the same file. A parcel whose buyer is no longer needed is left out."""
    path = file_of(run)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(slips_pdf([slip_of(each) for each in printable(run.cooperative, run.parcels)], PAPERS[run.paper]))
    fresh.chmod(0o600)
    os.replace(fresh, path)
    if not SlipRun.objects.filter(pk=run.pk).update(ready_at=clock.now()):
        path.unlink(missing_ok=True)  # swept meanwhile
        return
    run.refresh_from_db()


def take_file(run: SlipRun) -> bytes | None:
    """None when it is gone, or when a buyer was forgotten since it was drawn."""
    path = file_of(run)
    forgotten = Order.objects.filter(
        parcels__cooperative=run.cooperative_id, parcels__code__in=run.parcels, erased_at__gte=run.asked_at
    )
    if not run.is_ready or not path.exists() or forgotten.exists():
        return None
    return path.read_bytes()


def sweep_slips() -> int:
    """The clock's part: files go with their hour, and those nobody got; how many went."""
    folder = _folder()
    there = list(folder.iterdir()) if folder.exists() else []  # before the rows: a row is older than its file
    before = clock.now() - KEPT_FOR
    erased = Order.objects.filter(parcels__cooperative=OuterRef("cooperative"), erased_at__gte=OuterRef("asked_at"))
    SlipRun.objects.filter(ready_at__lt=before).delete()
    SlipRun.objects.filter(ready_at=None, asked_at__lt=before).delete()
    SlipRun.objects.filter(Exists(erased), ready_at__isnull=False).delete()
    kept = set(SlipRun.objects.values_list("code", flat=True))
    gone = [path for path in there if path.stem not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def file_of(run: SlipRun) -> Path:
    return _folder() / f"{run.code}.pdf"


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "slips"
