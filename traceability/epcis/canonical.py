"""JSON in one byte form (RFC 8785): what is hashed into the log, so that anyone can compute the same bytes."""

from __future__ import annotations

from typing import Any

import rfc8785


class NotCanonical(ValueError):
    """A value RFC 8785 cannot write: not JSON, NaN or infinite, an integer beyond 2⁵³, a lone surrogate."""


def canonical_json(value: Any) -> bytes:
    """``value`` (dicts with text keys, lists, text, numbers, booleans, None) as RFC 8785 bytes. Raises NotCanonical."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, TypeError, RecursionError) as fault:
        raise NotCanonical(str(fault)) from fault
