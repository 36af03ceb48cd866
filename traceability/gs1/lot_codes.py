"""Lot codes and serials that we issue.

Policy (a narrow part of what GS1 allows): capital letters, digits and hyphen, 3 to 20 characters, so that a code needs
no escaping in a URI, survives being read out over the phone and fits a QR code's alphanumeric mode.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator
from datetime import date
from itertools import count

from community.errors import DomainError

LOT_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,19}")
SERIAL_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIAL_LENGTH = 10  # 50 bits: not guessable, still typed by hand


class BadLotCode(DomainError):
    """A lot or serial outside our policy. Code: bad_lot_code; fact: lot."""


def is_lot_code(text: str) -> bool:
    return LOT_CODE.fullmatch(text) is not None


def check_lot_code(text: str) -> str:
    """``text`` itself if it follows the policy. Raises BadLotCode."""
    if not is_lot_code(text):
        raise BadLotCode("bad_lot_code", lot=text)
    return text


def new_lot_code(day: date, taken: Collection[str]) -> str:
    """The next free lot of ``day``: L261105-A, L261105-B … L261105-Z, L261105-AA …"""
    return next(free_lot_codes(day, taken))


def free_lot_codes(day: date, taken: Collection[str]) -> Iterator[str]:
    """As :func:`new_lot_code`, one after the other, each once."""
    stem = f"L{day:%y%m%d}-"
    return (code for number in count(1) if (code := stem + _letters(number)) not in taken)


def new_serial() -> str:
    """A random serial for one pack, never sequential."""
    return "".join(secrets.choice(SERIAL_ALPHABET) for _ in range(SERIAL_LENGTH))


def _letters(number: int) -> str:
    """1 → A, 26 → Z, 27 → AA, like the columns of a spreadsheet."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
