"""In front of Django: a scan that this process answered before, and whose page still counts, gets that answer again.

One SELECT asks whether the stored page is still the one that was sent; then status, headers and body leave exactly as
Django made them, so no header is said twice in code (decision 0073). Whatever is asked in another way, and every page
that has changed, goes on to Django.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.db import Error

from traceability.passport.sending import CONDITIONS
from traceability.passport.shortcut import SENT, STARTS
from traceability.passport.storing import Sent, still_counts

MOST_KEPT = 512  # about four megabytes in each process
# All that an answer may depend on: whoever asks alike in these is answered alike.
ASKED = (
    "PATH_INFO",
    "RAW_URI",
    "REQUEST_URI",
    "QUERY_STRING",
    "HTTP_HOST",
    "SERVER_PORT",
    "wsgi.url_scheme",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
)
VARIES_BY = {"accept", "accept-encoding", "accept-language"}
Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it left, and the stored page it was made from."""

    sent: Sent
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class _Head(NamedTuple):
    status: str
    headers: list[tuple[str, str]]


class RepeatedScans:
    """Wraps the WSGI application. Threads share what is kept: each entry is whole, and is put in and read at once."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.kept: dict[Key, Kept] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_plain(environ):
            return self.application(environ, start_response)
        key = tuple(environ.get(name) for name in ASKED)
        kept = self.kept.get(key)
        if kept is None or not _still_counts(kept.sent):
            return self._pass_on(key, environ, start_response)
        start_response(kept.status, list(kept.headers))
        return [kept.body]

    def _pass_on(self, key: Key, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        head: list[_Head] = []

        def started(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            head.append(_Head(status, headers))
            return start_response(status, headers, *fault)

        answer = self.application(environ, started)
        sent = environ.get(SENT)
        if sent is None or len(head) != 1 or not _may_be_kept(head[0]):
            return answer
        try:
            body = b"".join(answer)
        finally:
            answer.close()  # type: ignore[attr-defined]
        if len(self.kept) >= MOST_KEPT:
            self.kept.clear()
        self.kept[key] = Kept(sent, head[0].status, tuple(head[0].headers), body)
        return [body]


def _is_plain(environ: WSGIEnvironment) -> bool:
    """A GET of a printed address, without a condition."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ["PATH_INFO"].startswith(STARTS)
        and not any(name in environ for name in CONDITIONS)
    )


def _may_be_kept(head: _Head) -> bool:
    told = {name.lower(): value for name, value in head.headers}
    varies = {word.strip().lower() for word in told.get("vary", "").split(",")}
    return head.status.startswith(f"{HTTPStatus.OK} ") and varies <= VARIES_BY and "set-cookie" not in told


def _still_counts(sent: Sent) -> bool:
    """Where the database does not answer, Django says so as it always does."""
    try:
        return still_counts(sent)
    except Error:
        return False
