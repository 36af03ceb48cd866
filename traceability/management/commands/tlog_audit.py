from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from traceability.balance.rechecking import drifts
from traceability.certificates.logged import CertificateMatching
from traceability.events.ledger import check_ledger
from traceability.events.matching import Matching, check_files
from traceability.events.sealing import SealMatching
from traceability.labels.matching import IdentityMatching
from traceability.log.auditing import CHUNK, Report, audit_log
from traceability.log.keys import published_vkeys
from traceability.log.notes import BadNote, Tree, parse_checkpoint, verify_note
from traceability.log.parts import Finding


class Command(BaseCommand):
    help = "Read the whole log again; hold tables, movements, checkpoints and photos against it. Exit 1: not whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="one that others kept")
        parser.add_argument("--without-files", action="store_true", help="do not hash the photos again")
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes that read; all cores")

    def handle(self, *args: Any, **options: Any) -> None:
        held = [_tree_in(Path(name)) for name in options["checkpoint"]]
        report, seconds = examine(held=held, files=not options["without_files"], jobs=options["jobs"])
        self._say(report, seconds)

    def _say(self, report: Report, seconds: float) -> None:
        pace = f"{report.entries / max(seconds, 0.001):,.0f} entries/s"
        self.stdout.write(f"{report.entries} entries, {report.checkpoints} checkpoints, {seconds:.2f} s, {pace}")
        for finding in report.findings:
            self.stderr.write(str(finding))
        if not report.is_clean:
            raise CommandError(f"the log is not whole: {report.found} things do not fit")
        self.stdout.write("everything fits")


def examine(
    *, held: Sequence[Tree] = (), files: bool = True, chunk: int = CHUNK, jobs: int = 1
) -> tuple[Report, float]:
    """Everything there is to find, and how many seconds the log itself took."""
    begun = time.perf_counter()
    rooms = (Matching(), CertificateMatching(), IdentityMatching(), SealMatching())
    with _collecting_seldom():
        report = audit_log(rooms=rooms, held=held, chunk=chunk, jobs=jobs)
    seconds = time.perf_counter() - begun
    report.add(check_ledger())
    report.add(_sums())
    if files:
        report.add(check_files())
    return report, seconds


def _sums() -> Iterator[Finding]:
    for drift in drifts():
        said = f"its columns say {drift.on_hand[0]} and {drift.available[0]}"
        summed = f"its movements {drift.on_hand[1]} and {drift.available[1]}"
        yield Finding("sums", f"lot {drift.lot_code}", f"{said}, {summed}")


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Rows by the thousand and no rings among them: looking for some after every 700 takes a fifth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _tree_in(path: Path) -> Tree:
    try:
        return parse_checkpoint(verify_note(path.read_text(encoding="utf-8"), published_vkeys()))
    except (OSError, BadNote) as fault:
        raise CommandError(f"{path}: {fault}") from fault
