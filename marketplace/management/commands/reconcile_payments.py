"""Ask the banks' feeds what came: `manage.py reconcile_payments --since 2026-11-01`. The worker asks every ten minutes.

Ends with 1 when a feed could not be asked.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community import clock
from marketplace.payments.feeds.lists import sources
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.hearing.reconciling import reconcile_all

LONGEST = timedelta(days=200)


class Command(BaseCommand):
    help = "Compare with SePay, payOS and Casso, and take in what was missed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", help="first day, e.g. 2026-11-01 (default: two days ago)")

    def handle(self, *args: Any, since: str | None = None, **options: Any) -> None:
        if not sources():
            raise CommandError("No feed can be asked here: set SEPAY_API_TOKEN or CASSO_API_KEY.")
        runs = reconcile_all(since=_day(since) if since else None)
        for run in runs:
            said = run.error or f"{run.told} told, {run.found} were missed, {len(run.differences)} lines to look at"
            self.stdout.write(f"{run.source}: {said}")
        if any(run.error for run in runs):
            sys.exit(1)


def _day(words: str) -> datetime:
    try:
        day = datetime.strptime(words, "%Y-%m-%d").replace(tzinfo=BANK_ZONE)
    except ValueError:
        raise CommandError("--since wants a day such as 2026-11-01.") from None
    if not clock.now() - LONGEST <= day <= clock.now():
        raise CommandError("--since must be in the last 200 days.")
    return day
