"""Forget the buyer of an order: `manage.py erase_buyer ABC234 --reason "asked by letter of 3 May"`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.audit.actors import Actor
from marketplace.orders.models import Order
from marketplace.payments.forgetting import CannotErase, erase_buyer


class Command(BaseCommand):
    help = "Empty every word about the buyer of an ended order; sums, goods and codes stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order.objects.filter(code=options["code"].upper()).first()
        if order is None:
            raise CommandError("no such order")
        try:
            erase_buyer(order=order, reason=options["reason"], actor=Actor.system("erase_buyer"))
        except CannotErase as refused:
            raise CommandError(f"nothing was changed: {refused.code}") from refused
        self.stdout.write(f"The buyer of {order.code} is forgotten.")
