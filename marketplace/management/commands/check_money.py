"""Prove the books: `manage.py check_money`. Ends with 1 and the list when anything does not fit."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.payments.proving.checking import RULES
from marketplace.payouts.checking import check_all_money


class Command(BaseCommand):
    help = "Check every invariant of orders, payments, payouts and books; changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        misfits = check_all_money()
        for misfit in misfits:
            self.stderr.write(f"{misfit.rule}: {misfit.what}")
        if misfits:
            sys.exit(1)
        self.stdout.write(f"Money fits: {len(RULES)} rules hold.")
