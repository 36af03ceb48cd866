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


class NotCanonical(ValueError):
    """A value RFC 8785 cannot write: not JSON, NaN or infinite, an integer beyond 2⁵³, a lone surrogate."""


def canonical_json(value: Any) -> bytes:
    """``value`` (dicts with text keys, lists, text, numbers, booleans, None) as RFC 8785 bytes. Raises NotCanonical."""
    quick = _quick(value)
    if quick is not None:
        return quick
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, TypeError, RecursionError) as fault:
        raise NotCanonical(str(fault)) from fault


def _quick(value: Any) -> bytes | None:
    """The same bytes from Python's own encoder, several times sooner, or None where they could differ.

    Reading the text back finds what is no JSON (a key that is no text, a tuple); lone surrogates have no bytes.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        return None if _MAY_DIFFER.search(text) or json.loads(text) != value else text.encode()
    except (ValueError, TypeError, RecursionError):
        return None
