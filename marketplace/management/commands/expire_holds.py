"""End unpaid parcels whose time is over: `manage.py expire_holds`. The worker does the same every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from community import clock
from marketplace.payments.ending.expiring import expire_due


class Command(BaseCommand):
    help = "Expire payments and parcels whose time to pay is over; their goods go back on sale."

    def handle(self, *args: Any, **options: Any) -> None:
        done = expire_due(now=clock.now())
        self.stdout.write(f"{done.parcels} parcels, {done.payments} transfers, {done.sessions} card sessions ended")
