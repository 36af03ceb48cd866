from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from community.outbox.sending import send_due


class Command(BaseCommand):
    help = "Send the messages that wait in the outbox (the worker does this each minute)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=200, help="at most so many messages")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{send_due(limit=options['limit'])} sent")
