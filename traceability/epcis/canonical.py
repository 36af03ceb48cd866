"""JSON in one byte form (RFC 8785): what is hashed into the log, so that anyone can compute the same bytes."""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

# Where Python's own encoder may write other bytes: 5.0 for 5, 1e+16, integers that doubles do not hold, keys beyond
# the basic plane (sorted by UTF-16 there). Text that only looks so costs time, never a wrong byte.
_MAY_DIFFER = re.compile(
    r"\.0(?:[,}\]]|$)|[0-9]e[+-][0-9]|(?:^|[:\[,])-?[0-9]{16,}(?:[,}\]]|$)|[\U00010000-\U0010ffff]"
)
# The same in plain looks, several times sooner: without one of these nothing above can be found.
_ROUGHLY = (".0,", ".0}", ".0]", "e+", "e-")
_LONG_NUMBER = re.compile(r"[:\[,]-?[0-9]{16}")
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


class NotCanonical(ValueError):
    """A value RFC 8785 cannot write: not JSON, NaN or infinite, an integer beyond 2⁵³, a lone surrogate."""


class Canonical(str):
    """A text that :func:`canonical_text` wrote: it need not be written again to be hashed."""

    __slots__ = ()


def canonical_json(value: Any) -> bytes:
    """``value`` (dicts with text keys, lists, text, numbers, booleans, None) as RFC 8785 bytes. Raises NotCanonical."""
    return canonical_text(value).encode()


def canonical_text(value: Any, *, is_read: bool = False) -> Canonical:
    """As :func:`canonical_json`, before it is bytes. ``is_read``: ``value`` came from ``json_text.read_json``, so that
    there is nothing in it but JSON."""
    quick = _quick(value, is_read=is_read)
    if quick is not None:
        return Canonical(quick)
    try:
        return Canonical(rfc8785.dumps(value).decode())
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, TypeError, RecursionError) as fault:
        raise NotCanonical(str(fault)) from fault


def _quick(value: Any, *, is_read: bool) -> str | None:
    """The same text from Python's own encoder, several times sooner, or None where it could differ.

    Reading the text back finds what is no JSON (a key that is no text, a tuple); lone surrogates have no bytes.
    """
    try:
        text = _encode(value)
        if _may_differ(text) or not (is_read or json.loads(text) == value):
            return None
        text.encode()
    except (ValueError, TypeError, RecursionError):
        return None
    return text


def _may_differ(text: str) -> bool:
    """Whether ``_MAY_DIFFER`` is in it; most texts are through before it is tried."""
    is_number = text[0] not in '{["'
    looks_so = is_number or not text.isascii() or any(sign in text for sign in _ROUGHLY) or _LONG_NUMBER.search(text)
    return bool(looks_so) and _MAY_DIFFER.search(text) is not None
