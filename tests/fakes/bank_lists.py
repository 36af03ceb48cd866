"""A bank feed's API on 127.0.0.1: answers what a test put in, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.serving import Quiet, served


class FakeFeed:
    """``answers``: path → object (or bytes, or a status number), or a function of the query."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.url = ""

    def answer(self, path: str, query: dict[str, str]) -> Any:
        found = self.answers.get(path, 404)
        return found(query) if callable(found) else found


@contextmanager
def fake_feed() -> Iterator[FakeFeed]:
    """Served until the block ends."""
    fake = FakeFeed()

    class Handler(Quiet):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            fake.asked.append((parts.path, query, {name.lower(): value for name, value in self.headers.items()}))
            told = fake.answer(parts.path, query)
            if isinstance(told, int):
                self.send_response(told)
                self.send_header("Location", f"{fake.url}/elsewhere")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told if isinstance(told, bytes) else json.dumps(told).encode())

    with served(Handler) as fake.url:
        yield fake
