"""Writers wait their turn in front of SQLite's lock; the gate opens again however a transaction ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from config.gated_sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db  # for leave to open databases at all: these have their own file

HOLD = """
import fcntl, sys
gate = open(sys.argv[1], "w")
fcntl.flock(gate, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def opened(path: Path, *, timeout: float = 20.0) -> DatabaseWrapper:
    options = {"timeout": timeout, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}
    told = {"ENGINE": "config.gated_sqlite", "NAME": str(path), "OPTIONS": options, "TIME_ZONE": None}
    told |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False, "TEST": {}}
    wrapper = DatabaseWrapper(told, alias="gated")
    wrapper.inc_thread_sharing()
    return wrapper


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "shop.sqlite3"
    one = opened(file)
    with one.cursor() as cursor:
        cursor.execute("CREATE TABLE stock (packs INTEGER)")
        cursor.execute("INSERT INTO stock VALUES (0)")
    one.close()
    return file


def write(one: BaseDatabaseWrapper, *, then: str = "commit") -> None:
    one.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with one.cursor() as cursor:
        cursor.execute("UPDATE stock SET packs = packs + 1")
    getattr(one, then)()
    if then != "close":
        one.set_autocommit(True)


def packs(path: Path) -> int:
    one = opened(path)
    with one.cursor() as cursor:
        found = cursor.execute("SELECT packs FROM stock").fetchone()[0]
    one.close()
    return int(found)


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_gate_opens_when_the_transaction_ends(path, end):
    first, second = opened(path), opened(path, timeout=0.5)
    write(first, then=end)
    write(second)
    assert packs(path) == (2 if end == "commit" else 1)
    first.close()
    second.close()


def test_a_connection_that_is_closed_inside_a_block_leaves_the_gate_open(path):
    first, second = opened(path), opened(path, timeout=0.5)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    first.in_atomic_block = True
    first.close()
    write(second)
    assert packs(path) == 1
    second.close()


def test_a_writer_waits_until_the_one_before_is_done(path):
    first, second = opened(path), opened(path)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    order: list[str] = []

    def come_second() -> None:
        write(second)
        order.append("second")

    thread = threading.Thread(target=come_second)
    thread.start()
    order.append("first")
    first.commit()
    first.set_autocommit(True)
    thread.join(timeout=20)
    assert order == ["first", "second"]
    first.close()
    second.close()


def test_who_waits_too_long_is_told_and_nothing_is_written(path):
    first, second = opened(path), opened(path, timeout=0.05)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with pytest.raises(OperationalError, match="locked"):
        write(second)
    first.rollback()
    assert packs(path) == 0
    first.close()
    second.close()


def test_a_process_that_dies_leaves_the_gate_open(path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, f"{path}.gate"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdout.readline().strip() == "held"
    waiting = opened(path, timeout=0.05)
    with pytest.raises(OperationalError):
        write(waiting)
    holder.kill()
    holder.wait()
    waiting.close()
    after = opened(path)
    write(after)
    assert packs(path) == 1
    after.close()
    holder.stdout.close()


def test_many_writers_at_once_lose_nothing(path):
    def write_often() -> None:
        mine = opened(path)
        for _ in range(20):
            write(mine)
        mine.close()

    threads = [threading.Thread(target=write_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert packs(path) == 160
