"""`manage.py serve`: the site and its worker in the foreground. `--prepare` first migrates and fills the demo."""

from __future__ import annotations

import argparse
import gc
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands

from config.health import unapplied_migrations
from config.serving import PortTaken, serve


class Command(BaseCommand):
    help = "Serve the site and run its worker until Ctrl-C."
    requires_system_checks: list[str] = []  # a second start must be quick; `make lint` and CI run the checks

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="migrate if needed and load the demo once")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["prepare"]:
            self.prepare()
        if not hasattr(os, "fork"):
            self.stderr.write("No fork on this system: serving without a worker.")
            call_command("runserver", f"{settings.HOST}:{settings.PORT}", use_reloader=False)
            return
        try:
            code = serve(self.announce)
        except PortTaken as error:
            raise CommandError(f"{error}. Choose another port: make run PORT=8001") from error
        if code:
            raise CommandError("The web server or the worker ended by itself; see above.", returncode=code)

    def prepare(self) -> None:
        """A later start finds nothing to do, and finds that out without loading what would do it."""
        is_behind = unapplied_migrations()
        lacks_demo = settings.DEMO and (is_behind or not self.sign_ins.exists()) and "demo" in get_commands()
        if is_behind or lacks_demo:
            gc.enable()  # manage.py starts without it, for speed; migrations leave gigabytes of rings behind
        if is_behind:
            self.stdout.write("Setting up the database …")
            call_command("migrate", verbosity=0, interactive=False)
        if lacks_demo:
            call_command("demo")

    @property
    def sign_ins(self) -> Path:
        """Written last by `demo`, so its absence says that the demo is not there yet, or not whole."""
        return Path(settings.DATA_DIR) / "demo-sign-ins.txt"

    def announce(self) -> None:
        lines = [
            "",
            f"  Chợ Nguồn      {settings.SITE_URL}/",
            f"  Seller's desk  {settings.SITE_URL}/ban-hang/",
            f"  Staff          {settings.SITE_URL}/quan-tri/",
        ]
        if settings.DEMO and self.sign_ins.exists():
            lines += ["", *("  " + line for line in self.sign_ins.read_text(encoding="utf-8").splitlines())]
        self.stdout.write("\n".join([*lines, "", "  Ctrl-C ends everything.", ""]))
        self.stdout.flush()
