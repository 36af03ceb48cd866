"""With REDIS_URL the same code shares its cache and its queue through Redis."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = """
import django; django.setup()
from django.core.cache import cache
from huey.contrib.djhuey import HUEY
cache.set("price", 185000); HUEY.put("order", 7)
print(cache.get("price"), HUEY.get("order"), type(HUEY).__name__)
"""


def test_cache_and_queue_live_in_redis(redis_url: str, tmp_path: Path) -> None:
    environment = os.environ | {"REDIS_URL": redis_url, "DATA_DIR": str(tmp_path), "DEMO": "1", "PYTHONPATH": str(ROOT)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["185000", "7", "PriorityRedisHuey"], done.stderr
    assert not (tmp_path / "queue.sqlite3").exists()
