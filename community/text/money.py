"""Đồng: whole numbers, shown with dots, read out in words, read in strictly."""

from __future__ import annotations

import re
import unicodedata

from community.errors import DomainError

NBSP = "\u00a0"
MOST_DONG = 999_999_999_999
"""A thousand billion less one: more in one field is a slip of the finger."""

_AMOUNT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
_SIGN = re.compile(r"\s*(?:₫|đ)$", re.IGNORECASE)
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 1_000_000_000


class InvalidMoney(DomainError):
    """`not_an_amount` or `amount_too_large` (fact `most`)."""


def show_dong(amount: int) -> str:
    """185000 → "185.000 ₫", with a no-break space."""
    return f"{amount:,}".replace(",", ".") + f"{NBSP}₫"


def parse_dong(text: str) -> int:
    """ "160.000", "160,000" or "160000" (a ₫ after it is allowed) → 160000. Nothing is guessed: "160k", "1.5", "-1"
    raise InvalidMoney, because a wrong price costs somebody money."""
    plain = _SIGN.sub("", unicodedata.normalize("NFKC", text).strip())
    if not _AMOUNT.fullmatch(plain):
        raise InvalidMoney("not_an_amount")
    digits = plain.replace(".", "").replace(",", "")
    if len(digits.lstrip("0")) > len(str(MOST_DONG)):
        raise InvalidMoney("amount_too_large", most=MOST_DONG)
    return int(digits)


def dong_in_words(amount: int) -> str:
    """185000 → "một trăm tám mươi lăm nghìn đồng"."""
    return f"{number_in_words(amount)} đồng"


def number_in_words(number: int) -> str:
    """Read a whole number the Vietnamese way: "linh" for an empty ten, "mốt", "lăm" after tens, "không trăm" inside."""
    if number < 0:
        return f"âm {number_in_words(-number)}"
    return " ".join(_read(number, inside=False)) or _DIGITS[0]


def _read(number: int, *, inside: bool) -> list[str]:
    """Words of `number`; `inside` when something larger was read before it (so 5 is "không trăm linh năm")."""
    billions, rest = divmod(number, _BILLION)
    words = [*_read(billions, inside=False), "tỷ"] if billions else []
    inside = inside or bool(words)
    for size, name in ((1_000_000, "triệu"), (1_000, "nghìn"), (1, "")):
        group, rest = divmod(rest, size)
        if group:
            words += [*_read_hundreds(group, inside=inside), *([name] if name else [])]
            inside = True
    return words


def _read_hundreds(group: int, *, inside: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or inside else []
    tens, unit = divmod(rest, 10)
    if tens == 0:
        return words + (["linh"] if words and unit else []) + ([_DIGITS[unit]] if unit else [])
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit == 1 and tens > 1:
        return [*words, "mốt"]
    if unit == 5:
        return [*words, "lăm"]
    return [*words, _DIGITS[unit]] if unit else words
