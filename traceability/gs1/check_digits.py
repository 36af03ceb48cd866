"""GS1 check digits, and GTINs brought to the one length we store.

Source: GS1 General Specifications, "Standard check digit calculations": modulo 10, weights 3, 1, 3 … counted
from the right, the check digit itself left out. The same sum serves GTIN, GLN, SSCC, GSIN and GSRN.
A GTIN is always kept as text of 14 digits: as a number it loses its leading zero.
"""

from __future__ import annotations

import re

from community.errors import DomainError

GTIN_LENGTHS = (8, 12, 13, 14)
GLN_LENGTH = 13

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\-]+")


class BadKey(DomainError):
    """A GS1 key that cannot be right. Codes: not_digits, bad_length, bad_check_digit; fact: given."""


def check_digit(body: str) -> str:
    """The digit to put after ``body`` (a key without its check digit)."""
    if not _DIGITS.fullmatch(body):
        raise BadKey("not_digits", given=body)
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def has_valid_check_digit(key: str) -> bool:
    """True if ``key`` (digits, check digit last) adds up."""
    return len(key) > 1 and bool(_DIGITS.fullmatch(key)) and check_digit(key[:-1]) == key[-1]


def gtin14(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 as people type it, as 14 digits with leading zeros. Raises BadKey."""
    digits = _SEPARATORS.sub("", text)
    if not _DIGITS.fullmatch(digits):
        raise BadKey("not_digits", given=text)
    if len(digits) not in GTIN_LENGTHS:
        raise BadKey("bad_length", given=text)
    if not has_valid_check_digit(digits):
        raise BadKey("bad_check_digit", given=text)
    return digits.zfill(14)


def shown_gtin(gtin: str) -> str:
    """How a stored GTIN-14 is printed for people: 13 digits when the first is only filling."""
    return gtin[1:] if len(gtin) == 14 and gtin.startswith("0") else gtin


def gln13(text: str) -> str:
    """A GLN (13 digits, check digit right), spaces and dashes removed. Raises BadKey."""
    digits = _SEPARATORS.sub("", text)
    if not _DIGITS.fullmatch(digits):
        raise BadKey("not_digits", given=text)
    if len(digits) != GLN_LENGTH:
        raise BadKey("bad_length", given=text)
    if not has_valid_check_digit(digits):
        raise BadKey("bad_check_digit", given=text)
    return digits
