"""Zalo, its key office and eSMS on 127.0.0.1, with real sockets: they answer as documented, and keep what came.

Zalo's refresh keys are good once; an access key that was taken back is refused with -124; eSMS drops a RequestId that
it has seen (124). ``answers``: what the next calls to a path get instead: an object, a status, or "hang up".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.serving import Quiet, served

SMS = "/json/SendMultipleMessage_V4_post_json/"
ZNS = "/message/template"
KEYS = "/v4/oa/access_token"


@dataclass
class FakeCarriers:
    url: str = ""
    calls: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    answers: dict[str, list[Any]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    refresh: str = "first-refresh"
    access: str = ""
    made: int = 0
    lock: Lock = field(default_factory=Lock)

    def sent(self, path: str) -> list[dict[str, Any]]:
        """What was posted there."""
        return [told for where, told, _headers in self.calls if where == path]

    def answer(self, path: str, told: dict[str, Any], headers: dict[str, str]) -> Any:
        with self.lock:
            self.calls.append((path, told, headers))
            if self.answers.get(path):
                return self.answers[path].pop(0)
            return {SMS: self._sms, ZNS: self._zns, KEYS: self._keys}.get(path, lambda *_: 404)(told, headers)

    def _sms(self, told: dict[str, Any], _headers: dict[str, str]) -> Any:
        if (told["ApiKey"], told["SecretKey"]) != ("api-key", "secret-key"):
            return {"CodeResult": "101", "ErrorMessage": "Authorize Failed"}
        if told["RequestId"] in self.seen:
            return {"CodeResult": "124", "ErrorMessage": f"Request exist {told['RequestId']}", "SendStatus": "5"}
        self.seen.add(told["RequestId"])
        return {"CodeResult": "100", "CountRegenerate": 0, "SMSID": f"sms-{len(self.seen)}"}

    def _zns(self, told: dict[str, Any], headers: dict[str, str]) -> Any:
        if not self.access or headers.get("access_token") != self.access:
            return {"error": -124, "message": "Access token invalid"}
        return {"error": 0, "message": "Success", "data": {"msg_id": f"zns-{len(self.calls)}", "sent_time": "1"}}

    def _keys(self, told: dict[str, Any], headers: dict[str, str]) -> Any:
        right = (told["app_id"], headers.get("secret_key"), told["grant_type"])
        if right != ("app-1", "app-secret", "refresh_token") or told["refresh_token"] != self.refresh:
            return {"error": -14014, "error_name": "Invalid refresh token"}
        self.made += 1
        self.access, self.refresh = f"access-{self.made}", f"refresh-{self.made}"
        return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}


@contextmanager
def fake_carriers() -> Iterator[FakeCarriers]:
    """Served until the block ends."""
    fake = FakeCarriers()

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_form = "urlencoded" in self.headers["Content-Type"]
            told = dict(parse_qsl(body)) if is_form else json.loads(body)
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = fake.answer(self.path, told, headers)
            if answer == "hang up":
                self.close_connection = True
                return
            self.send_response(answer if isinstance(answer, int) else 200)
            self.end_headers()
            self.wfile.write(b"" if isinstance(answer, int) else json.dumps(answer).encode())

    with served(Handler) as fake.url:
        yield fake
