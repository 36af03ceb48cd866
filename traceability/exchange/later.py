from __future__ import annotations

from huey.contrib.djhuey import db_task

from traceability.exchange.capture_jobs import run_job


@db_task()
def run_capture_job(job_id: int) -> None:
    """A large capture, in the worker. May be lost: the sweep of waiting jobs makes up for it."""
    run_job(job_id)
