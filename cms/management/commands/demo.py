"""manage.py demo: fill an empty site with the demo shop, once. Refused where real goods are sold."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cms.demo.helping import PIN, TUAN
from cms.demo.loading import is_loaded, load_demo
from cms.demo.sellers import DEMO_PIN, STAFF_EMAIL, STAFF_PASSWORD

SIGN_INS = f"""\
Demo sign-ins (sample people; the simulated bank moves no real money)
  Lan   seller, HTX Hương Quê Trần Đề      phone 0900 000 001   PIN {DEMO_PIN}
  Sơn   packer of the same cooperative     phone 0900 000 901   PIN {DEMO_PIN}
  Tuấn  helper of three communes           phone {TUAN[1][:4]} {TUAN[1][4:7]} {TUAN[1][7:]}   PIN {PIN}
  Hoa   moderator and editor, /quan-tri/   {STAFF_EMAIL}   {STAFF_PASSWORD}
"""


class Command(BaseCommand):
    help = "Fill an empty site with the demo shop. A loaded demo is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This site is not a demo (DEMO=0): sample goods are refused here.")
        if is_loaded():
            call_command("tlog_init", verbosity=0)  # a demo older than the log gets its entries
            return
        self.stdout.write("Loading the demo shop (once, about two minutes) …")
        call_command("set_up", stdout=self.stdout)
        load_demo(say=self.stdout.write)
        call_command("tlog_init", verbosity=0)  # and the demo ends with a signed log
        (settings.DATA_DIR / "demo-sign-ins.txt").write_text(SIGN_INS, encoding="utf-8")
        self.stdout.write("The demo shop is ready.")
