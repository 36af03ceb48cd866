"""The worker's clock for this floor. Sweeps what the tables say is due; a lost or doubled run does no harm."""

from __future__ import annotations

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from traceability.balance.checking import check_records
from traceability.balance.positions import purge_positions
from traceability.balance.rechecking import recheck
from traceability.events.logged import try_to_sign
from traceability.events.sealing import seal_movements
from traceability.events.watching import flag_misfits
from traceability.exchange.capture_jobs import waiting_jobs
from traceability.exchange.later import run_capture_job
from traceability.fieldwork.later import draw_labels
from traceability.labels.files import make_waiting_files
from traceability.passport.storing import store_stale_pages

__all__ = ["draw_labels", "draw_waiting_labels", "run_capture_job", "run_waiting_captures", "store_passport_pages"]


@db_periodic_task(crontab(minute="*"))
def store_passport_pages() -> None:
    store_stale_pages()


@db_periodic_task(crontab(minute="*"))
def draw_waiting_labels() -> None:
    make_waiting_files()


@db_periodic_task(crontab(minute="*"))
def run_waiting_captures() -> None:
    for job_id in waiting_jobs():
        run_capture_job(job_id)


@db_periodic_task(crontab(minute="*/10"))
def sign_the_log() -> None:
    try_to_sign()


@db_periodic_task(crontab(minute="5"))
def seal_the_ledger() -> None:
    seal_movements()


@db_periodic_task(crontab(minute="50", hour="19"))  # 02:50 in Viet Nam
def watch_the_log() -> None:
    check_records(flag_misfits())


@db_periodic_task(crontab(minute="10", hour="19"))  # 02:10 in Viet Nam
def forget_old_places() -> None:
    purge_positions()


@db_periodic_task(crontab(minute="20", hour="19"))  # 02:20 in Viet Nam
def recheck_lots() -> None:
    recheck()
