"""Web and worker live and die together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(parent: int) -> list[int]:
    """The oldest first; their numbers may begin anew between two of them."""
    kernel = Path(f"/proc/{parent}/task/{parent}/children")
    if kernel.exists():
        return [int(pid) for pid in kernel.read_text().split()]
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--sort=start_time", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in listed.stdout.split()]


def until(true, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen, int]]:
    port = free_port()
    environment = os.environ | {"DATA_DIR": str(tmp_path), "PORT": str(port), "DEMO": "1", "WEB_WORKERS": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    until(lambda: answers(port) or process.poll() is not None)
    yield process, port
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_asked_to_stop_both_end_and_all_is_well(served: tuple[subprocess.Popen, int]) -> None:
    process, port = served
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
        assert answer.status == 200
    both = children(process.pid)
    assert len(both) == 2
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert not answers(port)
    assert not [pid for pid in both if Path(f"/proc/{pid}").exists()]


def test_when_one_dies_the_other_is_ended_and_the_exit_code_says_so(served: tuple[subprocess.Popen, int]) -> None:
    process, port = served
    web, worker = children(process.pid)
    os.kill(worker, signal.SIGKILL)
    assert process.wait(30) != 0
    assert not answers(port)
    assert not Path(f"/proc/{web}").exists()


def test_a_taken_port_is_said_in_one_line(served: tuple[subprocess.Popen, int], tmp_path: Path) -> None:
    port = served[1]
    environment = os.environ | {"DATA_DIR": str(tmp_path), "PORT": str(port), "DEMO": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    second = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert second.returncode != 0
    assert "make run PORT=" in second.stderr
    assert "Traceback" not in second.stderr
