"""The worker's clock for this floor. Sweeps what the tables say is due; a lost or doubled run does no harm."""

from __future__ import annotations

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from traceability.passport.storing import store_stale_pages


@db_periodic_task(crontab(minute="*"))
def store_passport_pages() -> None:
    store_stale_pages()
