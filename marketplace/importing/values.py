"""What is typed in the cells of a row, read strictly: a wrong price costs somebody money. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from community import clock
from community.errors import DomainError
from community.text.dates import parse_date
from community.text.folding import fold
from community.text.money import parse_dong
from community.text.quantities import parse_decimal_vi, to_base
from marketplace.listings.packs import MOST_BASE
from marketplace.listings.writing import MAX_PRICE_DONG
from traceability.events.recording import MOST_PACKS

MOST_DAYS = 3650
# Spoken unit → (unit of ``community.text.quantities``, how many of it).
UNITS: dict[str, tuple[str, int]] = {
    "g": ("g", 1), "gam": ("g", 1), "gram": ("g", 1), "gr": ("g", 1),
    "kg": ("kg", 1), "ky": ("kg", 1), "ki": ("kg", 1), "can": ("kg", 1), "kilogam": ("kg", 1), "kilo": ("kg", 1),
    "lang": ("g", 100), "yen": ("kg", 10), "ta": ("kg", 100), "tan": ("tan", 1),
    "ml": ("ml", 1), "cc": ("ml", 1), "l": ("litre", 1), "lit": ("litre", 1), "litre": ("litre", 1),
    "cai": ("piece", 1), "chiec": ("piece", 1), "con": ("piece", 1), "qua": ("piece", 1), "trai": ("piece", 1),
    "piece": ("piece", 1), "pcs": ("piece", 1), "chuc": ("piece", 10),
}  # fmt: skip
BASE_OF = {"g": "g", "kg": "g", "tan": "g", "ml": "ml", "litre": "ml", "piece": "piece"}
CONTAINERS = {"tui": "bag", "hop": "box", "chai": "bottle", "hu": "jar", "lo": "jar", "goi": "packet", "bao": "sack",
              "bag": "bag", "box": "box", "bottle": "bottle", "jar": "jar", "packet": "packet",
              "sack": "sack"}  # fmt: skip
PACK_WORDS = frozenset({"goi", "tui", "hop", "chai", "hu", "bao", "pack", "packs"})
_AMOUNT = re.compile(r"([0-9][0-9.,]*)\s*([^\W\d][\w\s]*)?\.?")
_LIFE = re.compile(r"([0-9]{1,4})\s*([^\W\d][\w\s]*)?")
_DAYS_IN = {"": 1, "ngay": 1, "d": 1, "day": 1, "days": 1, "thang": 30, "month": 30, "months": 30, "tuan": 7,
            "nam": 365, "year": 365, "years": 365}  # fmt: skip


class BadValue(DomainError):
    """Codes: not_an_amount, unknown_unit (fact: typed), not_a_life, other_unit, no_whole_packs, unknown_container."""


@dataclass(frozen=True, slots=True)
class Amount:
    """``number`` of ``unit`` (of ``community.text.quantities``): both as ``describe_pack`` wants them."""

    number: Decimal
    unit: str
    base: int

    @property
    def base_unit(self) -> str:
        return BASE_OF[self.unit]


def read_amount(typed: str, unit: str = "") -> Amount:
    """ "12,5 kg", "5 yến", "500" with "g" beside it. Raises ``BadValue`` or ``InvalidNumber``."""
    parts = _AMOUNT.fullmatch(typed.strip())
    if parts is None:
        raise BadValue("not_an_amount")
    raw = (parts[2] or unit).strip().rstrip(".").lower()
    if raw != "tá" and fold(raw) not in UNITS:
        raise BadValue("unknown_unit", typed=raw[:20])
    name, factor = ("piece", 12) if raw == "tá" else UNITS[fold(raw)]  # "tá", a dozen, folds to "tạ", 100 kg
    number = parse_decimal_vi(parts[1]) * factor
    return Amount(number, name, to_base(number, name))


def read_packs(typed: str, *, net_quantity_base: int, base_unit: str) -> int:
    """ "40" or "40 gói" are packs; "12,5 kg" is divided by what a pack holds, and must come out whole."""
    parts = _AMOUNT.fullmatch(typed.strip())
    if parts is None:
        raise BadValue("not_an_amount")
    spoken = fold(parts[2] or "")
    if not spoken or spoken in PACK_WORDS:
        return to_base(parse_decimal_vi(parts[1]), "piece")
    amount = read_amount(typed)
    if amount.base_unit != base_unit:
        raise BadValue("other_unit")
    packs, rest = divmod(amount.base, net_quantity_base)
    if rest:
        raise BadValue("no_whole_packs")
    return packs


def read_life(typed: str) -> int:
    """Days: "12 tháng", "270 ngày", "270"."""
    parts = _LIFE.fullmatch(typed.strip())
    days = int(parts[1]) * _DAYS_IN.get(fold(parts[2] or ""), 0) if parts else 0
    if not 0 < days <= MOST_DAYS:
        raise BadValue("not_a_life")
    return days


def read_container(typed: str) -> str:
    if not typed:
        return ""
    if fold(typed) not in CONTAINERS:
        raise BadValue("unknown_container")
    return CONTAINERS[fold(typed)]


def read_abv(typed: str) -> Decimal:
    """Percent by volume, 0.1 to 80."""
    percent = parse_decimal_vi(typed.replace("%", "").strip())
    if not Decimal("0.1") <= percent <= 80:
        raise BadValue("abv")
    return percent.quantize(Decimal("0.1"))


def read_price(typed: str) -> int:
    dong = parse_dong(typed)
    if not 0 < dong <= MAX_PRICE_DONG:
        raise DomainError("price_out_of_range")
    return dong


def read_weight(typed: str) -> int:
    """Grams, or with a unit: "1,2 kg"."""
    grams = read_amount(typed, "g").base if not typed.isdecimal() else to_base(parse_decimal_vi(typed), "g")
    if not 0 < grams <= MOST_BASE:
        raise DomainError("number_too_large")
    return grams


def read_past_day(typed: str) -> date:
    day = parse_date(typed)
    if day > clock.today():
        raise DomainError("day_to_come")
    if day.year < 2000:
        raise DomainError("not_a_date")
    return day


def some_packs(packs: int) -> int:
    if packs <= 0:
        raise DomainError("packs_needed")
    if packs > MOST_PACKS:
        raise DomainError("number_too_large")
    return packs
