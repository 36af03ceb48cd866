"""Whether words hold a web address: names go into text messages, where a telephone makes a link of it."""

from __future__ import annotations

import re
import unicodedata

_ENDINGS = (
    "com|net|org|vn|info|biz|xyz|top|site|online|shop|store|club|vip|link|click|app|me|io|cc|ly|gl|tk|ml|ga|cf|gq|win"
    "|asia|pro|live|icu|page|dev|web|tech|fun|mobi|ru|cn"
)
_LINK = re.compile(rf"://|\bwww\.|\w\.(?:{_ENDINGS})\b|\w\.[a-z0-9-]{{2,}}/", re.IGNORECASE)


def holds_link(words: str) -> bool:
    """True for "://", "www.", a usual ending (bit.ly) or a name before a slash; abbreviations (SX-TM.DV) pass."""
    return _LINK.search(unicodedata.normalize("NFKC", words)) is not None
