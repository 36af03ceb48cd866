"""The site's own settings with what only tests need: a scratch data folder, quick hashing, jobs done at once."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ["DEMO"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs an event loop in our thread

from config.settings import *  # noqa: F403
from config.settings import CACHES, DATABASES, HUEY, STORAGES

HUEY |= {"immediate": True, "huey_class": "huey.MemoryHuey"}
for option in ("filename", "fsync", "url"):
    HUEY.pop(option, None)
MEDIA_BASE = Path(tempfile.mkdtemp(prefix="media"))  # uploads of tests never mix with the demo's
atexit.register(shutil.rmtree, MEDIA_BASE, ignore_errors=True)
MEDIA_ROOT = MEDIA_BASE / "public"
TLOG_KEYS_DIR = MEDIA_BASE / "keys"
STORAGES["private"]["OPTIONS"]["location"] = MEDIA_BASE / "private"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # look a file up when it is asked for, instead of listing all at the start
PAGES_KEPT_SECONDS = 0  # a test changes something and looks at once; test_kept_pages.py sets it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Wagtail remembers renditions by image id, and rolled-back tests use ids again.
CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", "[::1]"]
SITE_URL = ID_BASE_URL = "http://localhost:8000"
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # Test data need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
