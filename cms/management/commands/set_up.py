"""manage.py set_up: what every site needs before its first visitor. Safe to run at every start."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from cms.setting_up import set_up_site
from cms.training.writing import write_lessons
from community.places.aliasing import import_aliases
from community.places.importing import PlacesReport, import_places
from community.places.models import AdminUnit
from marketplace.moderation.setting_up import set_up_review
from traceability.products.importing import import_product_lines


class Command(BaseCommand):
    help = "Load places and product lines, make the home pages and the review of listings. Changes nothing twice."

    def handle(self, *args: Any, **options: Any) -> None:
        places = import_places()
        import_aliases()
        lines = import_product_lines()
        address = urlsplit(settings.SITE_URL)
        set_up_site(host=address.hostname or "localhost", port=address.port or (443 if settings.HTTPS else 80))
        set_up_review()
        write_lessons()
        call_command("tlog_init", verbosity=0)
        today = AdminUnit.objects.current()
        self.stdout.write(
            f"  {today.provinces().count()} provinces and {today.communes().count()} communes of Viet Nam "
            f"({_changes(places)}); {lines.lines} ways of making goods; home pages; review of listings"
        )


def _changes(places: PlacesReport) -> str:
    """A first run adds all of them, a later one mostly none."""
    counts = {"new": places.new, "changed": places.changed, "gone": places.gone, "to be looked at": places.reused}
    told = [f"{len(found)} {word}" for word, found in counts.items() if found]
    return ", ".join(told) or "as before"
