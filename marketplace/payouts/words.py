"""What a cooperative's bank statement and its phone say about a payout."""

from __future__ import annotations

from django.utils.translation import gettext, override

from community.text.dates import show_date
from community.text.folding import fold
from community.text.money import show_dong
from marketplace.payouts.models import Payout


def transfer_words(payout: Payout) -> str:
    """The memo of the transfer: what banks take everywhere, capital letters and digits, at most 50 characters."""
    period = f"{payout.period_start:%d%m}-{payout.period_end:%d%m%y}"
    words = f"CHO NGUON TRA TIEN HANG {payout.code} {period}"
    return ("MO PHONG " if not payout.livemode else "") + words


def bank_name_words(text: str) -> str:
    """A holder as banks write it: "HTX Hướng Hiệp" → "HTX HUONG HIEP"."""
    return " ".join(fold(text).upper().split())


def arrived_words(payout: Payout) -> str:
    """In Vietnamese: it goes to the cooperative's phone."""
    with override("vi"):
        return gettext(
            "%(sum)s for goods sold (from %(start)s, payout %(code)s) was sent to your account %(account)s at %(bank)s."
        ) % {
            "sum": show_dong(payout.amount_dong),
            "start": show_date(payout.period_start),
            "code": payout.code,
            "account": payout.masked_number,
            "bank": payout.bank_name,
        }
