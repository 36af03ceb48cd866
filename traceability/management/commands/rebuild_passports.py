from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from traceability.batches.models import Batch
from traceability.passport.models import PassportPage
from traceability.passport.storing import BATCHES_AT_ONCE, store_stale_pages


class Command(BaseCommand):
    help = "Draw and store the pages of batches that are out of date (the worker does this each minute)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="draw every page anew, also those still up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            Batch.objects.exclude(drawn_version=0).update(drawn_version=0)
            PassportPage.objects.all().delete()  # pages without a stored copy are drawn on the spot meanwhile
        done = 0
        while batch_count := store_stale_pages(limit=BATCHES_AT_ONCE):
            done += batch_count
        self.stdout.write(f"{done} batches drawn")
