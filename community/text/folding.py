"""One way to compare Vietnamese words: without accents, case or stray spaces. Used for search and slugs."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]")
"""Latin combining marks only. Dropping all of category Mn would break Khmer (ស្ករ → សករ)."""

_INVISIBLE = str.maketrans("", "", "\u200b\ufeff\u00ad")
"""Zero-width space, byte-order mark and soft hyphen: pasted from chat apps, never typed on purpose."""


_LONE_FINAL_Y = re.compile(r"(?<=[^\W\d_aeiouy])y\b")


def fold(text: str) -> str:
    """ "Hướng  Hóa" → "huong hoa", "Đường" → "duong". Khmer stays as written. Folding twice changes nothing.

    Compose (phones and macOS send NFD), lower, drop Latin tone and vowel marks, đ → d, squeeze white space.
    """
    lowered = unicodedata.normalize("NFC", text.translate(_INVISIBLE)).lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFD", lowered)).replace("đ", "d")
    return " ".join(unicodedata.normalize("NFC", bare).lower().split())


def fold_for_search(text: str) -> str:
    """`fold`, and the final y that many write as i: "mỳ" = "mì", "Kỳ" = "Kì". Not in "quy", "thủy", "tay"."""
    return _LONE_FINAL_Y.sub("i", fold(text))


def as_written(text: str) -> str:
    """Without case, stray spaces and ways of composing, but with accents: "dưa" (melon) is not "dừa" (coconut)."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).lower().split())


def compact(text: str) -> str:
    """`fold` without any spaces: "Đa Krông" and "Đakrông" are one place."""
    return fold(text).replace(" ", "")
