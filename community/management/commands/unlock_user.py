from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.accounts.models import User
from community.accounts.unlocking import unlock_user
from community.audit.actors import Actor
from community.text.phones import InvalidPhone, parse_phone


class Command(BaseCommand):
    help = "Let a person try PINs again after five wrong ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone", help="the phone number the person signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get(phone=parse_phone(options["phone"]))
        except (InvalidPhone, User.DoesNotExist) as error:
            raise CommandError("Nobody signs in with this number.") from error
        unlock_user(user=user, actor=Actor.system("command"))
        self.stdout.write("unlocked")
