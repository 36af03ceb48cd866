"""The banks of NAPAS by their six-digit BIN (data/banks.json, see data/NOTICE.md).

Mergers rename banks: the list fills forms and gives a bank its name; what was agreed with a buyer is
kept on the ReceivingAccount.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "banks.json"


@dataclass(frozen=True)
class Bank:
    """One bank; ``takes_vietqr`` says whether a VietQR transfer can reach it."""

    bin: str
    short_name: str
    name: str
    takes_vietqr: bool


@cache
def all_banks() -> tuple[Bank, ...]:
    """Every bank with a BIN, each BIN once (the first row wins), sorted by short name."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))["banks"]
    by_bin: dict[str, Bank] = {}
    for row in rows:
        if row["bin"]:
            by_bin.setdefault(row["bin"], Bank(row["bin"], row["short_name"], row["name"], row["vietqr_transfer"]))
    return tuple(sorted(by_bin.values(), key=lambda bank: bank.short_name.casefold()))


def banks_that_take_vietqr() -> tuple[Bank, ...]:
    """The banks that may be offered for a receiving account."""
    return tuple(bank for bank in all_banks() if bank.takes_vietqr)


def bank_choices() -> list[tuple[str, str]]:
    """The same, for a select box: BIN, short and long name."""
    return [(bank.bin, f"{bank.short_name} – {bank.name}") for bank in banks_that_take_vietqr()]


def find_bank(bank_bin: str) -> Bank | None:
    """The bank of a BIN, or None."""
    return next((bank for bank in all_banks() if bank.bin == bank_bin), None)
