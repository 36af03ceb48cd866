"""manage.py set_up: what every site needs before its first visitor. Safe to run at every start."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.setting_up import set_up_site
from community.places.importing import import_places
from marketplace.moderation.setting_up import set_up_review
from traceability.products.importing import import_product_lines


class Command(BaseCommand):
    help = "Load places and product lines, make the home pages and the review of listings. Changes nothing twice."

    def handle(self, *args: Any, **options: Any) -> None:
        places = import_places()
        lines = import_product_lines()
        address = urlsplit(settings.SITE_URL)
        set_up_site(host=address.hostname or "localhost", port=address.port or (443 if settings.HTTPS else 80))
        set_up_review()
        self.stdout.write(f"{len(places.new)} new places, {lines.lines} product lines, pages and review ready")
