"""Real servers: the site as `serve` runs it, and WhiteNoise with the same bytes on the same gunicorn."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SITE = "import django; django.setup(); from config.serving import run_web; run_web()"
FILES = "from tests.bench.servers import serve_files; serve_files({folder!r}, {port})"


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Of the server and all its workers so far; 0 where there is no /proc. Other programs do not disturb it."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # ended meanwhile
            if fields[2] == str(self.pid):
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def site() -> Iterator[Server]:
    """The whole site: gunicorn with the settings and the database of this process."""
    with _running(SITE) as server:
        yield server


@contextmanager
def files(folder: Path) -> Iterator[Server]:
    """WhiteNoise over ``folder``, where name.br and name.gz stand beside name."""
    with _running(FILES, folder=str(folder)) as server:
        yield server


def serve_files(folder: str, port: int) -> None:
    """Runs until it is ended; gunicorn exactly as the site's."""
    import django

    django.setup()
    from whitenoise import WhiteNoise

    from config.serving import Web

    class Files(Web):
        def load(self) -> WhiteNoise:
            return WhiteNoise(lambda environ, start: start("404 Not Found", []) or [], root=folder, max_age=60)

    Files().run()


@contextmanager
def _running(code: str, **facts: object) -> Iterator[Server]:
    port = free_port()
    environment = os.environ | {"PORT": str(port), "SITE_URL": f"http://localhost:{port}", "LOG_LEVEL": "ERROR"}
    environment["READS_PER_MINUTE"] = "0"  # all requests come from one address
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    command = [sys.executable, "-c", code.format(port=port, **facts)]
    server = subprocess.Popen(command, env=environment, process_group=0)
    try:
        _wait_for(port, server)
        yield Server(port, server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
