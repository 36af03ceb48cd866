"""Which of the eight masks a QR symbol wears (ISO/IEC 18004, 7.8): the one with the fewest penalty points.

A symbol is one integer: bit ``y * (size + 1) + x`` is 1 where the module is dark. The spare bit that ends each row is
always 0, so that a shift by one never joins two rows; a shift by ``size + 1`` goes one row down. Whole rules become a
few shifts of that integer, about a hundred times faster than walking over modules.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import qrcode

MASKS = range(8)
FINDER, BLOCK, BALANCE = 40, 3, 10
# Light four wide, then dark-light as in a finder pattern 1:1:3:1:1, and the same the other way round.
FINDER_LIKE = ("00001011101", "10111010000")


def bits_of(modules: list[list[bool | None]]) -> int:
    """The integer of a matrix of modules."""
    rows = ("".join("1" if module else "0" for module in row)[::-1] for row in modules)
    return int("0".join(reversed(list(rows))), 2)


def rows_of(bits: int, size: int) -> tuple[tuple[bool, ...], ...]:
    """The matrix of an integer, from top and left, True for dark."""
    signs = f"{bits:0{size * (size + 1) - 1}b}"[::-1]
    return tuple(tuple(sign == "1" for sign in signs[y * (size + 1) :][:size]) for y in range(size))


def best_masked(code: Any) -> tuple[int, int]:
    """(bits, mask) of a ``qrcode.QRCode`` of level M, data and version known; of equals the lowest mask wins."""
    code.makeImpl(False, 0)
    bits, size = bits_of(code.modules), code.modules_count
    changes = _changes(code.version)
    mask = min(MASKS, key=lambda mask: penalty(bits ^ changes[mask], size))
    return bits ^ changes[mask], mask


@cache
def _changes(version: int) -> tuple[int, ...]:
    """What changes from mask 0 to each mask: the same modules whatever the data, drawn once by qrcode itself."""
    code: Any = qrcode.QRCode(version=version, error_correction=qrcode.ERROR_CORRECT_M)
    drawn = []
    for mask in MASKS:
        code.makeImpl(False, mask)
        drawn.append(bits_of(code.modules))
    return tuple(bits ^ drawn[0] for bits in drawn)


def penalty(dark: int, size: int) -> int:
    """N1 + N2 + N3 + N4 of the standard's table 11."""
    light = dark ^ _all(size)
    points = 0
    for step in (1, size + 1):
        points += _runs(dark, step) + _runs(light, step) + FINDER * _finder_like(dark, light, step)
    points += BLOCK * (_blocks(dark, size) + _blocks(light, size))
    return points + BALANCE * (abs(100 * dark.bit_count() - 50 * size * size) // (5 * size * size))


@cache
def _all(size: int) -> int:
    return int("0".join(["1" * size] * size), 2)


def _runs(one: int, step: int) -> int:
    """A run of n ≥ 5 modules of a colour costs n − 2: its places for five in a row (n − 4) and two for its start."""
    two = one & one >> step
    five = two & two >> 2 * step & one >> 4 * step
    return five.bit_count() + 2 * (five & ~(five << step)).bit_count()


def _finder_like(dark: int, light: int, step: int) -> int:
    count = 0
    for pattern in FINDER_LIKE:
        found = -1
        for place, colour in enumerate(pattern):
            found &= (dark if colour == "1" else light) >> place * step
        count += found.bit_count()
    return count


def _blocks(one: int, size: int) -> int:
    wide = one & one >> 1
    return (wide & wide >> size + 1).bit_count()
