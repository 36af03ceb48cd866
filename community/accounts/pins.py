"""What a PIN may be: six digits that nobody guesses first."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from community.errors import DomainError

PIN_LENGTH = 6

_KEYPAD_LINES = ("147258", "258369", "159357", "147369", "789456", "456123", "321654", "987654", "963852", "852741")
"""Straight strokes on a telephone's keypad."""


class BadPin(DomainError):
    """`not_six_digits` or `too_easy`."""


def tidy_pin(text: str) -> str:
    """What was typed → what is compared: full-width digits and stray spaces are forgiven."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_pin(text: str) -> bool:
    return len(text) == PIN_LENGTH and text.isascii() and text.isdigit()


def check_pin(pin: str, *, phone: str | None = None) -> str:
    """The PIN itself, or BadPin. Refused: 000000, 123456, 654321, 121212, 123123, keypad strokes, the phone's end."""
    if not is_pin(pin):
        raise BadPin("not_six_digits", length=PIN_LENGTH)
    if _is_easy(pin) or (phone and phone.endswith(pin)):
        raise BadPin("too_easy")
    return pin


def _is_easy(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeats = any(pin == pin[:size] * (PIN_LENGTH // size) for size in (1, 2, 3))
    pairs_in_order = pin[0::2] == pin[1::2] and _is_run(pin[0::2])
    runs = len(steps) == 1 and steps <= {0, 1, 9}
    halves = len(set(pin[:3])) == 1 and len(set(pin[3:])) == 1
    return repeats or runs or pairs_in_order or halves or pin in _KEYPAD_LINES


def _is_run(digits: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return steps in ({1}, {9})
