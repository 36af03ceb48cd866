"""Find memo codes in what a bank made of the buyer's words.

Banks prefix, suffix, glue, upper-case and cut memos. So: fold to A-Z0-9, look at every position
(a code may start inside another match), keep what passes its check character.
"""

from __future__ import annotations

import re
import unicodedata

from community.text.codes import ALPHABET
from marketplace.payments.asking.memo_codes import is_memo_code

MAX_MEMO = 2_000
_JUNK = re.compile(r"[^A-Z0-9]")
_OVERLAPPING = re.compile(rf"(?=(OC[{ALPHABET}]{{8}}))")


def normalise_memo(memo: str) -> str:
    """NFKD, marks and separators dropped, đ to d, capitals: only A-Z and 0-9 remain."""
    decomposed = unicodedata.normalize("NFKD", memo[:MAX_MEMO]).replace("đ", "d").replace("Đ", "D")
    return _JUNK.sub("", decomposed.upper())


def find_memo_codes(memo: str) -> list[str]:
    """Every distinct valid code in a memo, in order of appearance."""
    found = (match.group(1) for match in _OVERLAPPING.finditer(normalise_memo(memo)))
    return list(dict.fromkeys(code for code in found if is_memo_code(code)))
