"""Public codes: random, short, spoken over the telephone. Never a number that counts, never a primary key."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0/O and 1/I, which people confuse."""


def new_code(length: int) -> str:
    """A random code: 5 bits a letter, so 6 letters are a thousand million codes and 26 are beyond guessing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def tidy_code(text: str) -> str:
    """What somebody typed from paper → the code: upper case, without spaces and dashes, O read as nothing we issue."""
    return "".join(text.upper().replace("-", "").split())
