"""What somebody may have meant who typed Telex without a keyboard for it, or one letter wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase

SHORTEST = 3
"""Letters of a word that may have a wrong one: of two, nearly everything is one letter away."""

_DOUBLED = re.compile(r"(aa|ee|oo|dd)")
_TONES = re.compile(r"(?<=[aeiouy])[srxzfj]|(?:(?<=[cmnpt])|(?<=ch|ng|nh))[srxzfj]$")
_VOWEL = re.compile(r"[aeiouy]")


def without_telex(word: str) -> str:
    """ "banhs" → "banh", "nuocws" → "nuoc", "xoafi" → "xoai", "ddinhj" → "dinh"; folded words in, folded out.

    w is no letter of Vietnamese; s, r, x, f, j and z are tones after a vowel or at the end; aa, ee, oo and dd are one
    letter. What has no vowel left was no Telex.
    """
    bare = _DOUBLED.sub(lambda found: found[0][0], word)
    bare = _TONES.sub("", bare.replace("w", ""))
    return bare if _VOWEL.search(bare) else word


def one_letter_off(word: str) -> Iterator[str]:
    """Every word with one letter left out, put in, changed, or two neighbours swapped; each may come twice."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        for letter in ascii_lowercase:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
