"""What this face leaves to the worker. A lost job is made up for by the worker's clock."""

from __future__ import annotations

from django.db import transaction
from huey.contrib.djhuey import db_task

from traceability.labels.files import make_file
from traceability.labels.models import LabelFile, LabelRun


def draw_labels_later(run: LabelRun) -> None:
    """Ask the worker for the file of a large run, once it is committed; a small one is drawn when it is fetched."""
    if LabelFile.objects.filter(run=run, state=LabelFile.State.WAITING).exists():
        transaction.on_commit(lambda: draw_labels(run.pk))


@db_task()
def draw_labels(run_id: int) -> None:
    make_file(run_id)
