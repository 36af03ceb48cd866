"""Addresses as bytes on a socket, under the real servers: no spelling of a path opens another lot, none breaks it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.cast import Cast
from tests.config.test_serving import answers, free_port, until
from tests.making import PackPlan, make_product, make_published_batch
from traceability.batches.models import Batch

ROOT = Path(__file__).resolve().parents[3]
GTIN = "09521000000018"
PEOPLE, MACHINE = "text/html", "*/*"
COMMANDS: dict[str, Callable[[int], list[str]]] = {
    "gunicorn": lambda port: ["manage.py", "serve"],
    "runserver": lambda port: ["manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
    "granian": lambda port: ["-m", "granian", "--interface", "wsgi", "--port", str(port), "config.wsgi:application"],
}
DECODED_ONLY = {"granian"}
"""Gives no raw path under WSGI: what it has decoded already cannot be told from what was sent so."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Server:
    name: str
    port: int

    def __call__(self, target: str, accept: str = PEOPLE, method: str = "GET") -> Answer:
        lines = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(lines.encode("latin-1"))
            received = b"".join(iter(lambda: line.recv(65536), b""))
        head, _, body = received.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = dict(re.split(r":\s*", each, maxsplit=1) for each in rest)
        return Answer(int(first.split()[1]), {key.lower(): value for key, value in headers.items()}, body.decode())


@contextmanager
def running(name: str, folder: Path) -> Iterator[Server]:
    port = free_port()
    environment = os.environ | {"DATA_DIR": str(folder), "PORT": str(port), "DEMO": "1", "WEB_WORKERS": "1"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", **database_in(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *COMMANDS[name](port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "log").read_text()
        yield Server(name, port)
    finally:
        process.terminate()
        process.wait(30)


def database_in(folder: Path) -> dict[str, str]:
    """The test's own data for another process: a copy of the SQLite file, or the same PostgreSQL database."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "db.sqlite3")])
        return {"DATABASE_URL": ""}
    # The address the harness gave, with the name of the test's own database in it.
    theirs = urlsplit(os.environ["DATABASE_URL"])
    # urlunsplit drops the empty host of "postgres:///", and with it two slashes.
    return {"DATABASE_URL": f"{theirs.scheme}://{theirs.netloc}/{connection.settings_dict['NAME']}?{theirs.query}"}


@pytest.fixture
def batch(transactional_db: None, site_ready: None, cast: Cast) -> Batch:
    goods = make_product(cast.huong_que, packs=(PackPlan(gtin=GTIN),))
    return make_published_batch(goods.pack)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_spelling_of_a_path_opens_another_lot(name: str, batch: Batch, tmp_path: Path) -> None:
    lot = f"/01/{GTIN}/10/{batch.lot_code}"
    tails = ["%2F26", "%2f26", "%00", "%252F26", "%2500", "%4g", "%FF", "%C3%AA", "%20", "%0A", "%0D%0Ax:1", "%25", "%"]
    tails += [] if name in DECODED_ONLY else ["%2F21%2F7", "%2F..%2FX1"]
    with running(name, tmp_path) as ask:
        for whole in ("", "/"):
            assert ask(lot + whole).status == 200
            assert batch.lot_code in ask(lot + whole).body
            assert batch.public_code in ask(lot + whole, MACHINE).headers["location"]
        for tail in tails:
            for accept in (PEOPLE, MACHINE):
                seen = ask(lot + tail, accept)
                assert seen.status in (200, 307, 400, 404), (tail, seen)
                assert 'class="verdict' not in seen.body, (tail, seen)
                assert batch.public_code not in seen.headers.get("location", ""), (tail, seen)
        assert ask(f"//01/{GTIN}").status in (200, 400, 404)  # the goods, or nothing
        for target in (
            "/01",
            "/01/%",
            "/t/%00",
            "/t/%FF%FE",
            "/414/%00",
            "/l/%00",
            "/api/recall/t/%00",
        ):
            assert ask(target).status in (400, 404), target
        assert ask(lot.lower(), MACHINE).headers["location"].endswith(f"?lo={batch.lot_code.lower()}")
        check_answers(ask, lot)


def check_answers(ask: Server, lot: str) -> None:
    head = ask(lot, MACHINE, "HEAD")
    assert (head.status, head.body) == (307, "")
    assert ask(lot, PEOPLE, "HEAD").body == ""
    options = ask(lot, MACHINE, "OPTIONS")
    assert options.status == 204
    assert options.headers["access-control-allow-origin"] == "*"
    split = ask(f"{lot}?x=%0d%0aset-cookie:a=b&y=%2F", MACHINE)
    assert "set-cookie" not in split.headers
    assert split.headers["location"].endswith("?x=%0d%0aset-cookie:a=b&y=%2F")
    # The absolute form is what proxies send; Python's development server does not know it and finds nothing.
    assert ask(f"http://localhost{lot}", MACHINE).status in ((307, 404) if ask.name == "runserver" else (307,))
