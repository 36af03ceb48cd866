"""Bring the books up to what happened before there were any: `manage.py rebook`. Safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.payments.proving.rebooking import rebook


class Command(BaseCommand):
    help = "Book money that came, was spent or was given back and is not in the books yet; nothing is booked twice."

    def handle(self, *args: Any, **options: Any) -> None:
        booked = rebook()
        for kind, count in sorted(booked.items()):
            self.stdout.write(f"{kind}: {count}")
        self.stdout.write(f"{booked.total()} facts booked; now run check_money")
