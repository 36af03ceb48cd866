"""What was handed in: done at once while it is small, by the worker when it is large, kept as a job either way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from community import clock
from community.api_keys.models import ApiKey
from traceability.epcis.incoming import Delivery, read_delivery
from traceability.epcis.json_text import read_json
from traceability.epcis.problems import BadEvent, Problem
from traceability.events.capturing import Captured, CaptureRefused, capture
from traceability.exchange.answers import errors_told
from traceability.exchange.door import actor_of
from traceability.exchange.models import CaptureJob

AT_ONCE = 500
BEHAVIOURS = ("rollback", "proceed")
LATE_AFTER = timedelta(minutes=2)
LOST_AFTER = timedelta(minutes=15)  # a worker that was stopped in the middle
MOST_TRIES = 3
GAVE_UP = Problem("", f"could not be stored: given up after {MOST_TRIES} tries, please tell us")


def capture_now(*, document: dict[str, Any], key: ApiKey, behaviour: str) -> CaptureJob:
    """Capture within this request. Raises BadEvent or CaptureRefused, and then there is no job either."""
    started = clock.now()
    delivery = read_delivery(document, now=started)  # before the transaction: it is half of the work
    job = CaptureJob(cooperative=key.cooperative, api_key=key, behaviour=behaviour, created_at=started)
    with transaction.atomic():
        captured = capture(
            document=delivery, cooperative=key.cooperative, actor=actor_of(key), proceed=behaviour == "proceed"
        )
        _finish(job, captured)
        job.save()
    return job


def capture_later(*, body: bytes, key: ApiKey, behaviour: str) -> CaptureJob:
    """Keep the text for the worker; whoever asks sees the job running."""
    return CaptureJob.objects.create(
        cooperative=key.cooperative,
        api_key=key,
        behaviour=behaviour,
        created_at=clock.now(),
        body=body.decode(),
    )


def run_job(job_id: int) -> None:
    """Do a kept job; once, however often it is asked for. A key revoked meanwhile still stands behind what it sent.

    What goes wrong on our side is raised and the job left for the sweep, until it failed ``MOST_TRIES`` times.
    """
    if not _take(job_id):
        return
    try:
        _run(job_id, _delivered(job_id))
    except Exception:
        CaptureJob.objects.filter(pk=job_id, finished_at=None).update(started_at=None)
        _give_up()
        raise


def _free() -> QuerySet[CaptureJob]:
    """Jobs that nobody does just now."""
    lost = Q(started_at__lt=clock.now() - LOST_AFTER)
    return CaptureJob.objects.filter(Q(started_at=None) | lost, finished_at=None)


def _take(job_id: int) -> bool:
    """Whether this worker is the one to do it: its start is written before the work, where every other sees it."""
    waiting = _free().filter(pk=job_id, tries__lt=MOST_TRIES)
    return waiting.update(started_at=clock.now(), tries=F("tries") + 1) == 1


@transaction.atomic
def _give_up() -> None:
    for job in _free().filter(tries__gte=MOST_TRIES).select_for_update(of=("self",)):
        _finish(job, Captured(refused={0: [GAVE_UP]}))
        job.save()


def _delivered(job_id: int) -> Delivery | Captured:
    """What the kept text holds, read before anything is locked: ten megabytes take seconds."""
    try:
        return read_delivery(
            read_json(CaptureJob.objects.values_list("body", flat=True).get(pk=job_id)), now=clock.now()
        )
    except BadEvent as fault:
        return Captured(refused={0: list(fault.problems)})


@transaction.atomic
def _run(job_id: int, delivered: Delivery | Captured) -> None:
    job = CaptureJob.objects.select_for_update(of=("self",)).select_related("api_key", "cooperative").get(pk=job_id)
    if job.finished_at is not None:
        return
    job.api_key.cooperative = job.cooperative
    _finish(job, delivered if isinstance(delivered, Captured) else _capture_for(job, delivered))
    job.save()


def _capture_for(job: CaptureJob, delivery: Delivery) -> Captured:
    proceed = job.behaviour == "proceed"
    try:
        return capture(document=delivery, cooperative=job.cooperative, actor=actor_of(job.api_key), proceed=proceed)
    except CaptureRefused as refused:
        captured: Captured = refused.facts["captured"]
        return captured


def waiting_jobs() -> list[int]:
    """Jobs whose task was lost, never one that is being done; those tried too often are told as failed."""
    _give_up()
    due = _free().filter(created_at__lt=clock.now() - LATE_AFTER)
    return list(due.order_by("pk").values_list("pk", flat=True))


def told(job: CaptureJob) -> dict[str, Any]:
    """The standard's capture job document, with our counts beside it."""
    running = job.finished_at is None
    return {
        "captureID": str(job.code),
        "createdAt": job.created_at.isoformat(),
        "finishedAt": None if job.finished_at is None else job.finished_at.isoformat(),
        "running": running,
        "success": running or job.success,
        "captureErrorBehaviour": job.behaviour,
        "errors": job.errors,
        "stored": job.stored,
        "alreadyStored": job.repeated,
    }


def _finish(job: CaptureJob, captured: Captured) -> None:
    job.finished_at = clock.now()
    job.stored, job.repeated = len(captured.stored), len(captured.repeated)
    job.received = job.stored + job.repeated + len(captured.refused)
    job.success = not captured.refused
    job.body = ""
    job.errors = [
        {"type": "epcisException:ValidationException", "title": each["detail"], **each}
        for each in errors_told(captured.problems)
    ]
