"""Try the payment messages that wait: `manage.py process_inbox`. The worker does the same every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from community import clock
from marketplace.payments.hearing.inbox import process_due_events


class Command(BaseCommand):
    help = "Process payment messages that are waiting or failed before."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{process_due_events(now=clock.now())} messages tried")
