"""Compare what goods are found and counted by with what it follows from: `manage.py rebuild_catalogue [--anew]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from community import clock
from marketplace.listings.sweeping import rebuild_catalogue, sweep_catalogue


class Command(BaseCommand):
    help = "Write anew what search, filters and counts are read from. Repeatable; the worker does it nightly."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="throw the index of words away first")

    def handle(self, *args: Any, **options: Any) -> None:
        mended = sweep_catalogue(today=clock.today()) + rebuild_catalogue(anew=options["anew"])
        self.stdout.write(f"{mended} rows written anew")
