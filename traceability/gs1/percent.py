"""Percent-encoding as GS1 Digital Link wants it (URI Syntax §6; vectors from the GS1 syntax engine).

Every byte is one character (Latin-1): values are CSET 82, so anything above is refused later by its linter.
A broken sequence (``%4g``) stays as it is. ``+`` is itself in a path and a space in a query.
"""

from __future__ import annotations

import re

_SEQUENCE = re.compile(r"%([0-9A-Fa-f]{2})")
_RESERVED = re.compile(r"[^A-Za-z0-9\-._~]")


def decode_path(text: str) -> str:
    return _SEQUENCE.sub(lambda match: chr(int(match[1], 16)), text)


def decode_query(text: str) -> str:
    return decode_path(text.replace("+", " "))


def encode_path(value: str) -> str:
    return _RESERVED.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), value)


def encode_query(value: str) -> str:
    return encode_path(value).replace("%20", "+")
