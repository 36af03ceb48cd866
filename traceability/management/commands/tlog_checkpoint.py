from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from traceability.events.logged import sign_and_tell
from traceability.log.keys import NoKey
from traceability.log.proving import LogBroken


class Command(BaseCommand):
    help = "Sign the log as it is now and print the checkpoint, for others to keep (the worker does this by itself)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = sign_and_tell()
        except (LogBroken, NoKey) as fault:
            raise CommandError(f"nothing was signed: {fault}") from fault
        self.stdout.write(made.note if made else "the log is empty", ending="" if made else "\n")
