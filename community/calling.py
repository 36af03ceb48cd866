"""Asking another computer over HTTP: a time limit, a size limit, no redirects. Call outside every transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from community.errors import DomainError
from community.text.json_objects import read_object

SECONDS = 15
MOST_BYTES = 1024 * 1024
AGENT = "ChoNguon/1"  # some services refuse Python's own name


class CallFailed(DomainError):
    """``unreachable`` (facts: why, or status when it answered with 429 or 5xx), ``refused`` (facts: status),

    ``unreadable``. Addresses, bodies and keys are in no fact: they end in logs.
    """


class _NoRedirect(HTTPRedirectHandler):
    """A key must not follow to wherever an answer points."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def post_json(url: str, told: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The JSON object of the answer. Raises :class:`CallFailed`."""
    body = json.dumps(told, ensure_ascii=False).encode()
    return _answer(url, body, {"Content-Type": "application/json", **(headers or {})})


def post_form(url: str, told: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The same for fields of a form."""
    return _answer(
        url, urlencode(told).encode(), {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    )


def get_json(
    url: str,
    *,
    query: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
) -> dict[str, Any]:
    """The same without a body."""
    return _answer(f"{url}?{urlencode(query)}" if query else url, None, headers or {}, most_bytes)


def _answer(url: str, body: bytes | None, headers: Mapping[str, str], most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    request = Request(url, data=body, headers={"Accept": "application/json", "User-Agent": AGENT, **headers})
    try:
        with build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            read = answer.read(most_bytes + 1)
    except HTTPError as error:
        error.close()
        code = "unreachable" if error.code == 429 or error.code >= 500 else "refused"
        raise CallFailed(code, status=error.code) from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise CallFailed("unreachable", why=type(error).__name__) from None
    told = read_object(read) if len(read) <= most_bytes else None
    if told is None:
        raise CallFailed("unreadable")
    return told
