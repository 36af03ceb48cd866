"""Asking a feed's service over HTTP: GET, JSON, a time limit, no redirects. Call outside every transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from marketplace.payments.interface import ProviderFailed

SECONDS = 15
MOST_BYTES = 16 * 1024 * 1024
# Some services refuse Python's own name.
AGENT = "ChoNguon/1 (+reconciliation)"


class _NoRedirect(HTTPRedirectHandler):
    """A key must not follow to wherever an answer points."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def get_json(url: str, *, query: Mapping[str, str | int] | None = None, headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object of the answer. Raises ProviderFailed: ``unreachable`` or ``unreadable``."""
    address = f"{url}?{urlencode(query)}" if query else url
    request = Request(address, headers={"Accept": "application/json", "User-Agent": AGENT, **headers})
    try:
        with build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            body = answer.read(MOST_BYTES + 1)
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise ProviderFailed("unreachable", why=type(error).__name__) from None
    try:
        told = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise ProviderFailed("unreadable")
    return told
