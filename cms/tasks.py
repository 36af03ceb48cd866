"""The worker's clock for this floor: pages appear and go when their editors said, and can be found."""

from __future__ import annotations

from django.core.management import call_command
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from cms.navigation import forget_frames
from cms.searching.indexing import index_pages


@db_periodic_task(crontab(minute="*/5"))
def publish_scheduled_pages() -> None:
    """Wagtail's own command: "go live at" and "expire at" of pages and snippets."""
    call_command("publish_scheduled", verbosity=0)
    forget_frames()


@db_periodic_task(crontab(minute="*"))
def index_changed_pages() -> None:
    index_pages()
