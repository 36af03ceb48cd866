"""Vietnamese telephone numbers, mobile and landline. Stored as E.164, shown as people write them.

Mobile: 0 + 9 digits beginning 3, 5, 7, 8 or 9. Landline: 0 + 2 + 9 digits. The 11-digit 01x numbers died in 2018.
"""

from __future__ import annotations

import re
import unicodedata

from community.errors import DomainError

_SEPARATORS = re.compile(r"[\s.\-()/]+")
_COUNTRY = re.compile(r"^(?:\+84|0084|84(?=\d{9,10}$)|0)0?(?=\d)")
_MOBILE = re.compile(r"[35789][0-9]{8}")
_LANDLINE = re.compile(r"2[0-9]{9}")


class InvalidPhone(DomainError):
    """`not_a_phone`: the text is no Vietnamese telephone number."""


def parse_phone(text: str) -> str:
    """ "0912 345 678", "+84 912.345.678", "84912345678", "０９１２…" → "+84912345678". Raises InvalidPhone."""
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    national, prefixes = _COUNTRY.subn("", plain)
    if prefixes and (_MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national)):
        return f"+84{national}"
    raise InvalidPhone("not_a_phone")


def show_phone(phone: str) -> str:
    """ "+84912345678" → "0912 345 678"; landlines "028 3822 1234", "0299 3822 123". Anything else is shown as it is."""
    national = f"0{phone[3:]}" if phone.startswith("+84") else phone
    if len(national) == 10:
        return f"{national[:4]} {national[4:7]} {national[7:]}"
    if len(national) == 11 and national.startswith(("024", "028")):
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    if len(national) == 11 and national.startswith("02"):
        return f"{national[:4]} {national[4:8]} {national[8:]}"
    return phone
