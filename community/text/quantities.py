"""Weights, volumes and counts. Stored as whole base units (g, ml, piece), spoken in kg, litres and pieces."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from community.errors import DomainError

NBSP = "\u00a0"

UNITS: dict[str, tuple[str, int]] = {
    "g": ("g", 1),
    "kg": ("g", 1_000),
    "yen": ("g", 10_000),
    "ta": ("g", 100_000),
    "tan": ("g", 1_000_000),
    "ml": ("ml", 1),
    "litre": ("ml", 1_000),
    "piece": ("piece", 1),
}
"""Spoken unit → (base unit, how many base units in one)."""

_NAMES = {
    "vi": {"g": "g", "kg": "kg", "ml": "ml", "litre": "lít", "piece": "cái"},
    "en": {"g": "g", "kg": "kg", "ml": "ml", "litre": "L", "piece": "pcs"},
    "km": {"g": "g", "kg": "kg", "ml": "ml", "litre": "លីត្រ", "piece": "គ្រឿង"},
}
_LARGER = {"g": "kg", "ml": "litre"}

_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,([0-9]{1,3}))?")
_PLAIN = re.compile(r"[0-9]+(?:[.,]([0-9]{1,3}))?")
_MOST_DIGITS = 12


class InvalidNumber(DomainError):
    """`not_a_number`, `number_too_large` or `too_fine` (the unit has no such fraction)."""


def show_number(number: Decimal | int, language: str = "vi") -> str:
    """1234.5 → "1.234,5" (vi, km) or "1,234.5" (en), without trailing zeros."""
    plain = f"{number:,f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.translate(str.maketrans(",.", ".,")) if language != "en" else plain


def show_quantity(base: int, unit: str, language: str = "vi") -> str:
    """3200000, "g" → "3.200 kg"; 1500, "g" → "1,5 kg"; 750, "ml" → "750 ml"; 640, "piece" → "640 cái" (NBSP)."""
    names = _NAMES.get(language, _NAMES["vi"])
    if unit in _LARGER and abs(base) >= 1_000:
        return f"{show_number(Decimal(base) / 1_000, language)}{NBSP}{names[_LARGER[unit]]}"
    return f"{show_number(base, language)}{NBSP}{names[unit]}"


def parse_decimal_vi(text: str) -> Decimal:
    """ "1,5", "1.5" → 1.5; "1.500" → 1500; "1.500,25" → 1500.25. At most three decimals. Raises InvalidNumber.

    The comma is always the decimal sign; a dot groups only where groups of three follow it ("1.5" has none).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(".", "")
    elif not _PLAIN.fullmatch(plain):
        raise InvalidNumber("not_a_number")
    number = Decimal(plain.replace(",", "."))
    if number >= 10**_MOST_DIGITS:
        raise InvalidNumber("number_too_large")
    return number


def to_base(number: Decimal, unit: str) -> int:
    """1.5, "kg" → 1500 (g). Raises InvalidNumber("too_fine") rather than round: half a piece is not a piece."""
    base = number * UNITS[unit][1]
    if base != base.to_integral_value():
        raise InvalidNumber("too_fine", unit=unit)
    return int(base)
