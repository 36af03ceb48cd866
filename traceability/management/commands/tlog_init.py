from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from traceability.events.logged import enter_missing, sign_and_tell
from traceability.log.keys import key_path, open_key


class Command(BaseCommand):
    help = "Make the log's first key, enter what was recorded before it, sign a checkpoint. Again: no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        key = open_key()
        entered = enter_missing()
        checkpoint = sign_and_tell()
        if options["verbosity"] == 0:
            return
        self.stdout.write(f"{key.vkey}\nprivate key: {key_path(key)} (back it up; never into the repository)")
        self.stdout.write(f"{entered} older records entered; signed at size {checkpoint.size if checkpoint else 0}")
