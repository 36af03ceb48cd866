"""All that is stored about somebody who signs in, as JSON: `manage.py export_person 0912345678 > data.json`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import override

from community.audit.actors import Actor
from community.audit.recording import record
from community.privacy.finding import person_named
from community.privacy.own_data import data_of_person


class Command(BaseCommand):
    help = "Write what is stored about a member or helper as JSON; that it was done is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="telephone or e-mail")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_named(options["login"])
        with override(person.language):
            told = data_of_person(person)
        record(actor=Actor.system("export_person"), action="person.data_exported", subject=person)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
