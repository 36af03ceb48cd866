"""Cells of a sheet. A text that a spreadsheet would run as a formula is made harmless: the reader sees a leading
apostrophe, never a computed value (OWASP "CSV injection")."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | Decimal | date | datetime | None
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def safe_text(value: object) -> str:
    """As it stands in the file: no control characters, no formula."""
    text = "" if value is None else str(value).translate(_CONTROL)
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) else text


def typed_text(text: str) -> str:
    """What :func:`safe_text` was given: our own files are read back as they were written."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(_STARTS) else text


def is_formula(text: str) -> bool:
    """A text that a spreadsheet would run. "- fresh" and "+84 …" as words with a space are not."""
    return re.match(r"[=@\t\r]|[+-](?=[^\s])", text) is not None
