from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from traceability.balance.models import Check
from traceability.balance.rechecking import recheck
from traceability.gs1.public_codes import normalise_public_code

MOST_SHOWN = 50


class Command(BaseCommand):
    """Check the ledger and the mass balance (MB-0 … MB-10). Ends with 1 when a lot is blocked or a sum is wrong."""

    help = "Checks every lot's ledger and mass balance; exit code 1 when a lot is blocked or a cached sum is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", default="", help="public code of one batch")
        parser.add_argument("--all", action="store_true", help="run every rule over every lot, however old")

    def handle(self, *args: Any, **options: Any) -> None:
        code = normalise_public_code(options["batch"]) if options["batch"] else ""
        result = recheck(public_code=code, everything=options["all"])
        if code and not result.lots:
            raise CommandError(f"no batch {options['batch']}")
        for drift in result.drifts[:MOST_SHOWN]:
            self.stdout.write(f"DRIFT {drift.lot_code}: on hand {drift.on_hand}, available {drift.available}")
        shown = Check.objects.open().worst_first().select_related("batch")
        if code:
            shown = shown.filter(batch__public_code=code)
        for check in shown[:MOST_SHOWN]:
            self.stdout.write(
                f"{check.severity.upper():6} {check.rule} {check.batch.lot_code} ({check.batch.public_code}): "
                f"{check.formula}; {check.observed} against {check.limit}"
            )
        self.stdout.write(
            f"{result.lots} lots checked, {result.open_checks} open ({result.blocks} blocks), "
            f"{len(result.drifts)} wrong sums"
        )
        if not result.is_sound:
            raise SystemExit(1)
