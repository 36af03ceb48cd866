from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from traceability.events.logged import sign_and_tell
from traceability.log.keys import NoKey, key_path, rotate_key
from traceability.log.proving import LogBroken


class Command(BaseCommand):
    help = "Let a new key sign from now on. The old one stays published with its period; its private half is deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sign_and_tell()
        except NoKey as fault:  # the file is lost: that is why one rotates
            self.stderr.write(f"not signed by the old key: {fault}")
        except LogBroken as fault:
            raise CommandError(f"not rotated: {fault}. Run tlog_audit first.") from fault
        key = rotate_key()
        self.stdout.write(
            f"{key.vkey}\n"
            f"private key: {key_path(key)}\n"
            "Now: 1. back that file up, apart from the database; it must belong to the user who runs the site. "
            "2. Send the line above to all who keep checkpoints, by another way than this site. "
            "3. See that /tlog/vkey shows both keys. The next checkpoint is signed by the new one (docs/log.md)."
        )
