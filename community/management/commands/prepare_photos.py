from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from community.photos.lightening import can_be_made, heavy_photos, lighten_photos
from community.photos.rendering import render_missing

AT_ONCE = 50


class Command(BaseCommand):
    help = "Make every size of every photo now (WebP, the card for shared links, AVIF), as the worker does bit by bit."

    def handle(self, *args: Any, **options: Any) -> None:
        made = light = 0
        while done := render_missing(AT_ONCE):
            made += done
        while done := lighten_photos(seconds=60):
            light += done
        self.stdout.write(f"photos made ready: {made}, made lighter: {light}")
        if not can_be_made():
            self.stdout.write("This Pillow writes no AVIF: WebP is sent to everybody.")
        elif left := heavy_photos().count():
            self.stdout.write(f"could not be made lighter, see the log: {left}")
