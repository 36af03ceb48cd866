"""The files of a run of labels: drawn on the spot when they are few, else by the worker into the private store.

What the worker did not get to (a lost job, a killed process) its clock finds by the state of the row.
"""

from __future__ import annotations

import logging
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import F

from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.labels.geometry import SHEETS
from traceability.labels.models import LabelFile, LabelRun
from traceability.labels.sheets import labels_pdf
from traceability.labels.wording import LabelFacts, net_content

MOST_TRIES = 3
FOLDER = PurePosixPath("labels")
log = logging.getLogger(__name__)


def label_facts(batch: Batch) -> LabelFacts:
    """A label is in Vietnamese, whoever prints it."""
    return LabelFacts(
        uri=batch_uri(batch),
        product=batch.product.name,
        net_content=net_content(batch.pack) if batch.pack else "",
        lot=batch.lot_code,
        packed_on=batch.packed_on,
        best_before_on=batch.best_before_on,
        cooperative=batch.cooperative.name,
        code=batch.public_code,
    )


def run_pdf(run: LabelRun) -> bytes:
    """The sheets of a run. ``run.sheet`` must be a paper of ours."""
    return labels_pdf([label_facts(run.batch)] * run.count, SHEETS[run.sheet], used=run.used)


def stored_pdf(run: LabelRun) -> bytes | None:
    """The file that the worker made; None while there is none."""
    made = LabelFile.objects.filter(run=run, state=LabelFile.State.READY).first()
    if made is None or not storages["private"].exists(made.name):
        return None
    with storages["private"].open(made.name) as file:
        return bytes(file.read())


def make_file(run_id: int) -> bool:
    """Draw and keep the file of one run; whether it is there now. A second worker at the same run does no harm."""
    waiting = LabelFile.objects.filter(run_id=run_id, state=LabelFile.State.WAITING, tries__lt=MOST_TRIES)
    if not waiting.update(tries=F("tries") + 1):
        return False
    run = LabelRun.objects.select_related("batch__product", "batch__pack", "batch__cooperative").get(pk=run_id)
    try:
        name = storages["private"].save(str(FOLDER / f"{run.code}.pdf"), ContentFile(run_pdf(run)))
    except Exception:
        log.exception("labels of run %s could not be drawn", run.code)
        LabelFile.objects.filter(run_id=run_id, tries__gte=MOST_TRIES).update(state=LabelFile.State.FAILED)
        return False
    LabelFile.objects.filter(run_id=run_id).update(state=LabelFile.State.READY, name=name)
    return True


def make_waiting_files(limit: int = 5) -> int:
    """What is due; how many files were made. Run by the worker's clock."""
    due = LabelFile.objects.filter(state=LabelFile.State.WAITING).order_by("pk").values_list("run_id", flat=True)
    return sum(make_file(run_id) for run_id in list(due[:limit]))
