"""The order of the Vietnamese alphabet: a ă â b c d đ e ê …; tones only decide between equal letters.

SQLite and Python put Đ, Ă and Ơ after Z. The key is ASCII digits and letters, so every database sorts it alike.
"""

from __future__ import annotations

import unicodedata

_ALPHABET = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: f"{rank:02x}" for rank, letter in enumerate(_ALPHABET, start=2)}
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
"""none, huyền, hỏi, ngã, sắc, nặng"""


def sort_key(text: str) -> str:
    """ "Đakrông" → a string that sorts after "Dung" and before "Em". Same letters, other tone: tone order."""
    letters: list[str] = []
    tones: list[str] = []
    for character in unicodedata.normalize("NFC", text).lower():
        parts = unicodedata.normalize("NFD", character)
        tone = next((mark for mark in parts if mark in _TONES), "")
        letter = unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else character
        letters.append(_RANK.get(letter, "01"))
        tones.append(_TONES.get(tone, "1"))
    return f"{''.join(letters)}00{''.join(tones)}"
