"""Which GTINs may stand on goods for sale: not those GS1 keeps for other uses.

Source: GS1 General Specifications §1.4, "GS1 Prefixes". We never make up a number: one comes from the cooperative's own
licence (893 in Viet Nam). Demonstrations use 952, which GS1 reserves for that.
"""

from __future__ import annotations

from community.errors import DomainError

DEMO_PREFIX = "952"
GTIN8_FILLING = "000000"

_RESTRICTED = ("02", "04", "2")  # numbers that mean something inside one shop only
_NOT_GOODS = (
    "05",
    "977",
    "978",
    "979",
    "980",
    "981",
    "982",
    "983",
    "984",
    "99",
)  # coupons, periodicals, books, refunds


class BadPrefix(DomainError):
    """A GTIN that may not name goods here; fact: gtin.

    Codes: restricted_prefix, not_goods, variable_measure, demo_prefix, no_number.
    """


def check_gtin_prefix(gtin: str, *, demo_allowed: bool) -> str:
    """``gtin`` (14 digits, check digit right) itself if it may name goods. Raises BadPrefix."""
    if not gtin.strip("0"):
        raise BadPrefix("no_number", gtin=gtin)
    if gtin[0] == "9":
        raise BadPrefix("variable_measure", gtin=gtin)
    prefixed = gtin[6:] if gtin.startswith(GTIN8_FILLING) else gtin[1:]
    restricted = ("0", "2") if gtin.startswith(GTIN8_FILLING) else _RESTRICTED
    if prefixed.startswith(restricted):
        raise BadPrefix("restricted_prefix", gtin=gtin)
    if prefixed.startswith(_NOT_GOODS):
        raise BadPrefix("not_goods", gtin=gtin)
    if prefixed.startswith(DEMO_PREFIX) and not demo_allowed:
        raise BadPrefix("demo_prefix", gtin=gtin)
    return gtin
