"""What is kept for a while: on one machine in each process, with Redis for all of them.

Two stores. ``default`` holds what must not be washed out: how often somebody asked or typed a wrong PIN. ``pages``
holds answers that visitors choose by what they ask for: it is small, and all of it ends by itself.

Both are of one release: they hold objects of our classes, and one that has moved or changed cannot be read. What
was kept before an update is not looked for after it, and ends by itself. Counts of limits begin anew with it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

MOST_COUNTED = 5000
MOST_PAGES = 3000
"""A page is four to eight kilobytes; its order, its counts and what stands beside it are three more entries."""


ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("community", "traceability", "marketplace", "cms")


@cache
def release(root: Path = ROOT) -> str:
    """Names the code that runs and what it is built on: eight letters, others after every update."""
    digest = hashlib.sha256()
    files = [file for floor in FLOORS for file in (root / floor).rglob("*.py") if "migrations" not in file.parts]
    for file in [root / "requirements.txt", *sorted(files)]:
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:8]


def caches_of(redis_url: str) -> dict[str, Any]:
    if redis_url:
        shared = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
        prefixes = {"default": release(), "pages": f"pages.{release()}"}
        return {name: shared | {"KEY_PREFIX": prefix} for name, prefix in prefixes.items()}
    return {"default": _in_process("counts", MOST_COUNTED), "pages": _in_process("pages", MOST_PAGES)}


def _in_process(name: str, most: int) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": most},
    }
