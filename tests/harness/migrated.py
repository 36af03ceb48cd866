"""A migrated SQLite file kept between runs, because running ~200 migrations takes half a minute.

The file is keyed by the text of every migration of the house and the versions of the installed packages, so a
changed migration or a new Wagtail makes a new one. Old ones are deleted.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def template_path() -> Path:
    digest = hashlib.sha256()
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    for name in sorted(f"{one.name}=={one.version}" for one in distributions()):
        digest.update(name.encode())
    return Path(settings.DATA_DIR) / "test-templates" / f"{digest.hexdigest()[:16]}.sqlite3"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Of several processes that start together one migrates; the others wait here and copy what it kept."""
    door = template_path().parent.parent / "test-templates.lock"
    door.parent.mkdir(parents=True, exist_ok=True)
    with door.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def restore_into(database: Path) -> bool:
    """Put the kept file in place of the test database; False when there is none for this code."""
    kept = template_path()
    if not kept.exists():
        return False
    for old in database.parent.glob(f"{database.name}*"):
        old.unlink()
    shutil.copyfile(kept, database)
    return True


def keep() -> None:
    """Keep the freshly migrated database. VACUUM INTO writes one consistent file, WAL included."""
    kept = template_path()
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    half = kept.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:  # Django's own connection: indexes may use the functions it adds
        cursor.execute("VACUUM INTO %s", [str(half)])
    half.replace(kept)
