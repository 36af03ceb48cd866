"""Asking a feed's service: what fails there is a failure of the provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community.calling import CallFailed
from community.calling import get_json as ask_for_json
from marketplace.payments.interface import ProviderFailed

MOST_BYTES = 16 * 1024 * 1024
AGENT = "ChoNguon/1 (+reconciliation)"


def get_json(url: str, *, query: Mapping[str, str | int] | None = None, headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object of the answer. Raises ProviderFailed: ``unreachable`` or ``unreadable``."""
    try:
        return ask_for_json(url, query=query, headers={"User-Agent": AGENT, **headers}, most_bytes=MOST_BYTES)
    except CallFailed as fault:
        if fault.code == "unreadable":
            raise ProviderFailed("unreadable") from None
        raise ProviderFailed("unreachable", why=fault.facts.get("why", "HTTPError")) from None
