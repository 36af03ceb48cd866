"""Keys that a demo makes for itself, so that `make run` needs no secret. Production gives its own by environment."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def demo_key(folder: Path, name: str) -> str:
    """Read the key file, making it first (mode 0600) when it is absent.

    Several processes may start at once: the key is written to a side file and *linked* into place, so that
    the first one wins and nobody reads half a key.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, side = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(side, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(side)
    return path.read_text().strip()
