"""All that is stored about the buyer of an order, as JSON: `manage.py export_buyer ABC234 > data.json`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.orders.models import Order
from marketplace.privacy.copying import file_of


class Command(BaseCommand):
    help = "Write what is stored about an order's buyer as JSON; that it was done is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order.objects.filter(code=options["code"].upper()).first()
        if order is None:
            raise CommandError("no such order")
        with override(order.language):
            told = file_of(order)
        record(actor=Actor.system("export_buyer"), action="order.data_exported", subject=order)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
