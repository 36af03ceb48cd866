"""The ten characters a buyer writes into the transfer's memo: ``OC`` + 7 random + 1 check character.

Random, so that codes cannot be guessed and do not tell how many orders there are; ten characters fit the
shortest memo field of any bank; the check character (Luhn, modulo 32) catches every single wrong
character and swapped neighbours, so that a typing error is "unmatched" and never somebody else's order.
"""

from __future__ import annotations

from community.text.codes import ALPHABET, new_code

PREFIX = "OC"
BODY_LENGTH = 7
CODE_LENGTH = len(PREFIX) + BODY_LENGTH + 1


def check_character(body: str) -> str:
    """Luhn modulo 32 over the body (without the prefix); raises ValueError for a foreign character."""
    total = 0
    factor = 2
    for character in reversed(body):
        addend = factor * ALPHABET.index(character)
        total += addend // 32 + addend % 32
        factor = 3 - factor
    return ALPHABET[-total % 32]


def new_memo_code() -> str:
    """A fresh random code such as ``OCDKQ7P62S`` (2^35 possibilities; the database keeps it unique)."""
    body = new_code(BODY_LENGTH)
    return PREFIX + body + check_character(body)


def is_memo_code(text: str) -> bool:
    """Is this, exactly, a code whose check character fits?"""
    body = text[len(PREFIX) : -1]
    if len(text) != CODE_LENGTH or not text.startswith(PREFIX) or any(c not in ALPHABET for c in text[len(PREFIX) :]):
        return False
    return check_character(body) == text[-1]
