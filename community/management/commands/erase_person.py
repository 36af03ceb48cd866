"""Forget somebody who signs in: `manage.py erase_person 0912345678 --reason "asked by letter of 3 May"`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.audit.actors import Actor
from community.privacy.erasing import CannotErasePerson, check_erasable, erase_person, what_stays
from community.privacy.finding import person_named


class Command(BaseCommand):
    help = "Empty every word about a member or helper; what was done stays, without the name. Says what stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="telephone or e-mail")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--dry-run", action="store_true", help="say what would stay, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_named(options["login"])
        try:
            stays = what_stays(person)
            if options["dry_run"]:
                check_erasable(person)
            else:
                erase_person(person=person, reason=options["reason"], actor=Actor.system("erase_person"))
        except CannotErasePerson as refused:
            facts = ", ".join(str(value) for value in refused.facts.values())
            raise CommandError(f"nothing was changed: {refused.code} {facts}".strip()) from refused
        self.stdout.write("Would be forgotten. What stays:" if options["dry_run"] else "Forgotten. What stays:")
        for what, count in stays.items():
            self.stdout.write(f"  {count} {what}")
