"""What was handed in: done at once while it is small, by the worker when it is large, kept as a job either way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from community import clock
from community.api_keys.models import ApiKey
from traceability.epcis.json_text import read_json
from traceability.epcis.problems import BadEvent
from traceability.events.capturing import Captured, CaptureRefused, capture
from traceability.exchange.answers import errors_told
from traceability.exchange.door import actor_of
from traceability.exchange.models import CaptureJob

AT_ONCE = 500
BEHAVIOURS = ("rollback", "proceed")
LATE_AFTER = timedelta(minutes=2)


@transaction.atomic
def capture_now(*, document: dict[str, Any], key: ApiKey, behaviour: str) -> CaptureJob:
    """Capture within this request. Raises BadEvent or CaptureRefused, and then there is no job either."""
    started = clock.now()
    captured = capture(
        document=document, cooperative=key.cooperative, actor=actor_of(key), proceed=behaviour == "proceed"
    )
    job = CaptureJob(cooperative=key.cooperative, api_key=key, behaviour=behaviour, created_at=started)
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


@transaction.atomic
def run_job(job_id: int) -> None:
    """Do a kept job; once, however often it is asked for. A key revoked meanwhile still stands behind what it sent."""
    job = CaptureJob.objects.select_for_update(of=("self",)).select_related("api_key", "cooperative").get(pk=job_id)
    if job.finished_at is not None:
        return
    job.api_key.cooperative = job.cooperative
    try:
        captured = capture(
            document=read_json(job.body),
            cooperative=job.cooperative,
            actor=actor_of(job.api_key),
            proceed=job.behaviour == "proceed",
        )
    except CaptureRefused as refused:
        captured = refused.facts["captured"]
    except BadEvent as fault:
        captured = Captured(refused={0: list(fault.problems)})
    _finish(job, captured)
    job.save()


def waiting_jobs() -> list[int]:
    """Jobs whose task was lost."""
    due = CaptureJob.objects.filter(finished_at__isnull=True, created_at__lt=clock.now() - LATE_AFTER)
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
