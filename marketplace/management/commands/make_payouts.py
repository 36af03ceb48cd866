"""Draft the payouts of a period: `manage.py make_payouts` for the last one, `--until 2026-11-01` for another."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from community import clock
from community.audit.actors import Actor
from community.text.money import show_dong
from marketplace.payouts.drafting import Drafted, last_period, make_payouts


class Command(BaseCommand):
    help = "Draft one payout per cooperative that is owed money the operator collected. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until", type=date.fromisoformat, help="the first day that no longer counts")
        parser.add_argument("--play", action="store_true", help="simulated money; in a demo only")

    def handle(self, *args: Any, until: date | None, play: bool, **options: Any) -> None:
        every = "week" if settings.PAYOUT_EVERY == "week" else "month"
        start, end = last_period(every, until or clock.today())
        period = (start, end) if until in (None, end) else (end, until)
        try:
            drafted = make_payouts(period=period, actor=Actor.system("make_payouts"), livemode=not play)
        except ValueError as refused:
            raise CommandError(str(refused)) from refused
        self._say(period, drafted)

    def _say(self, period: tuple[date, date], drafted: Drafted) -> None:
        for payout in drafted.payouts:
            self.stdout.write(f"{payout.code} {payout.cooperative.name}: {show_dong(payout.amount_dong)}")
        for cooperative, dong in drafted.carried:
            self.stdout.write(f"carried on: {cooperative.name} {show_dong(dong)}")
        for cooperative, dong in drafted.homeless:
            self.stderr.write(f"no bank account: {cooperative.name} {show_dong(dong)}")
        self.stdout.write(f"{len(drafted.payouts)} payouts drafted for {period[0]} to before {period[1]}")
