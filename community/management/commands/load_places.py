from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.places.aliasing import import_aliases
from community.places.importing import DATA, BadPlaces, import_places

SHOWN = 20


class Command(BaseCommand):
    help = "Load provinces, communes and old names. Reports new, gone and re-used codes; deletes nothing; repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=DATA, help="where provinces.json and communes.csv are")
        parser.add_argument("--accept", nargs="*", default=[], help="re-used or gone codes somebody has looked at")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_places(options["folder"], accept=frozenset(options["accept"]))
        except BadPlaces as error:
            raise CommandError(f"Nothing was changed: {error}") from error
        for word in ("new", "gone", "returned", "changed", "reused"):
            codes = getattr(report, word)
            shown = ", ".join(codes[:SHOWN]) + (" …" if len(codes) > SHOWN else "")
            self.stdout.write(f"{word}: {len(codes)}" + (f" ({shown})" if codes else ""))
        self.stdout.write(f"old names added: {import_aliases(options['folder'])}")
        if report.reused:
            self.stdout.write("Re-used codes were left as they are: check them, then run with --accept CODE …")
