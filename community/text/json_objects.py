"""JSON from strangers."""

from __future__ import annotations

import json
from typing import Any


def read_object(body: bytes | str) -> dict[str, Any] | None:
    """The JSON object of a body, or None for anything else (also for a number too long to convert)."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
