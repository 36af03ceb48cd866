#!/usr/bin/env python3
"""Django's command line. Called with any Python, it goes on in .venv when Django is only there."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        python = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
        if not python.exists() or sys.prefix == str(python.parent.parent):
            raise SystemExit("Django is not installed. Run `make run` first: it makes .venv.") from None
        os.execv(python, [str(python), *sys.argv])
    if "serve" in sys.argv[1:2]:
        gc.disable()  # loading makes many objects and frees none: half a second less; config.serving enables it again
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
