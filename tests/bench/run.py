"""One database: migrate, seed, run the cases, write the figures as JSON. Started by `python -m tests.bench`.

The database comes from DATA_DIR and DATABASE_URL, as everywhere.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from importlib import import_module
from pathlib import Path

# Capture comes twice: with an empty log, and among all that "log" filled it with. Growth begins with few lots, and its
# crowd stands in no log: the audit comes before it.
CASES = ("labels", "passport", "shop", "capture", "log", "capture", "growth", "trace", "sellout", "lists")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    import django

    django.setup()
    from tests.bench.figures import Figure
    from tests.bench.plan import FULL, QUICK
    from tests.bench.seeding import lay

    prepare_database()
    ground, plan = lay(), FULL if options.full else QUICK
    figures: list[Figure] = []
    for name in options.only.split(",") if options.only else CASES:
        begun = time.perf_counter()
        try:
            figures += import_module(f"tests.bench.cases.{name}").run(ground, plan)
        except Exception as fault:  # the other cases are still worth knowing
            figures.append(
                Figure(name, "could not be measured", 1, "", "<= 0", f"{type(fault).__name__}: {fault}"[:200])
            )
        print(f"  {name}: {time.perf_counter() - begun:.1f} s", flush=True)
        Path(options.out).write_text(json.dumps([one.row() for one in figures], ensure_ascii=False))


def prepare_database() -> None:
    """Migrated, with Wagtail's ground; SQLite from the file that tests keep when there is one."""
    from django.core.management import call_command
    from django.db import connection

    from tests.harness import migrated
    from tests.harness.ground import lay_ground

    kept = connection.vendor == "sqlite" and migrated.restore_into(Path(str(connection.settings_dict["NAME"])))
    if not kept:
        call_command("migrate", verbosity=0)
        if connection.vendor == "sqlite":
            migrated.keep()
    lay_ground()


if __name__ == "__main__":
    main()
