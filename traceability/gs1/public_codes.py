"""Public codes of batches: ten Crockford base-32 characters, the last one a check character.

Nine random characters (45 bits) make a code unguessable; the tenth catches every single wrong character and every
swap of two characters, so that a code typed from a label never opens another batch by mistake.
The check is one parity symbol over GF(32): Σ vᵢ·αⁱ = 0 with α a root of x⁵ + x² + 1. The powers of α are distinct for
up to 31 places, hence single errors and swaps always show. Crockford's own check symbols (* ~ $ = U) do not suit URLs.
"""

from __future__ import annotations

import secrets

from community.errors import DomainError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", " ": None, "-": None, "\u00a0": None})
_REDUCTION = 0b100101


class BadPublicCode(DomainError):
    """A code that was never issued. Code: bad_public_code; fact: given."""


def new_public_code() -> str:
    """A fresh random code. Uniqueness is the database's to keep: retry on a clash."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + _check_character(body)


def normalise_public_code(typed: str) -> str:
    """What a person typed, as we write it: capitals, I and L as 1, O as 0, blanks and hyphens dropped."""
    return typed.strip().upper().translate(_LOOKALIKES)


def is_public_code(code: str) -> bool:
    """True if ``code`` (already normalised) has our shape and its check character fits."""
    return len(code) == LENGTH and all(c in _VALUE for c in code) and _check_character(code[:-1]) == code[-1]


def check_public_code(code: str) -> str:
    """``code`` itself if it is well-formed. Raises BadPublicCode."""
    if not is_public_code(code):
        raise BadPublicCode("bad_public_code", given=code)
    return code


def shown_public_code(code: str) -> str:
    """In two groups of five for people to read and type, kept on one line: 7K3F2 Q9XAB."""
    return f"{code[:5]}\u00a0{code[5:]}"


def _check_character(body: str) -> str:
    parity = 0
    for character in body:
        parity = _times_alpha(parity ^ _VALUE[character])
    return ALPHABET[parity]


def _times_alpha(value: int) -> int:
    doubled = value << 1
    return doubled ^ _REDUCTION if doubled & 0b100000 else doubled
