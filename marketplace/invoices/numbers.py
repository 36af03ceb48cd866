"""Numbers by which a buyer stands on an invoice: tax code and personal number. Pure.

A tax code (mã số thuế) has ten digits, the last a check digit; a branch adds a dash and three. Weights and modulus:
Circular 86/2024/TT-BTC names the form, the check digit is the tax office's own rule as invoicing programs use it.
A personal number (số định danh, CCCD) has twelve digits: province of birth, sex and century, year, six at random.
"""

from __future__ import annotations

import re

from community.errors import DomainError

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
TAX_CODE = re.compile(r"(\d{10})(?:-?(\d{3}))?")
PERSONAL = re.compile(r"(\d{3})(\d)(\d{2})\d{6}")
LAST_PROVINCE = 96


class BadNumber(DomainError):
    """``tax_code`` or ``personal_id``: not such a number, or one digit of it is wrong."""


def check_digit(nine: str) -> int:
    """The tenth digit of a tax code; 10 for nine digits that were never given out."""
    return 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True)) % 11


def tidy_tax_code(typed: str) -> str:
    """ "0101 243 150-001" → "0101243150-001". Raises :class:`BadNumber`."""
    match = TAX_CODE.fullmatch(re.sub(r"[\s.]", "", typed)) if typed.isascii() else None
    if match is None or check_digit(match[1][:9]) != int(match[1][9]):
        raise BadNumber("tax_code")
    return f"{match[1]}-{match[2]}" if match[2] else match[1]


def tidy_personal_id(typed: str) -> str:
    """Twelve digits, born in one of the provinces' numbers 001 to 096. Raises :class:`BadNumber`."""
    digits = re.sub(r"[\s.]", "", typed)
    match = PERSONAL.fullmatch(digits) if digits.isascii() else None
    if match is None or not 1 <= int(match[1]) <= LAST_PROVINCE:
        raise BadNumber("personal_id")
    return digits
