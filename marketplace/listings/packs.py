"""What follows from "500 g in a jar": base units, a name in two languages, a weight to ship."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from community.text.quantities import NBSP, InvalidNumber, parse_decimal_vi, show_quantity, to_base

MOST_BASE = 1_000_000
"""A tonne, a thousand litres, a million pieces: nobody sends more in one pack."""

UNITS = (
    ("g", gettext_lazy("g")),
    ("kg", gettext_lazy("kg")),
    ("ml", gettext_lazy("ml")),
    ("litre", gettext_lazy("litres")),
    ("piece", gettext_lazy("pieces")),
)
CONTAINERS = (
    ("bag", gettext_lazy("bag")),
    ("box", gettext_lazy("box")),
    ("bottle", gettext_lazy("bottle")),
    ("jar", gettext_lazy("jar")),
    ("packet", gettext_lazy("packet")),
    ("sack", gettext_lazy("sack")),
    ("", gettext_lazy("nothing special")),
)
_NAMES = {
    "bag": ("túi", "bag"),
    "box": ("hộp", "box"),
    "bottle": ("chai", "bottle"),
    "jar": ("hũ", "jar"),
    "packet": ("gói", "packet"),
    "sack": ("bao", "sack"),
}
# Grams of an empty pack, by guess; a craft piece is weighed by nobody before the first parcel.
_EMPTY_PACK_G = 50
_PIECE_G = 500


@dataclass(frozen=True, slots=True)
class DescribedPack:
    name: str
    name_en: str
    net_quantity_base: int
    base_unit: str
    ship_weight_g: int


def describe_pack(*, amount: str, unit: str, container: str) -> DescribedPack:
    """ "1,5", "kg", "bag" → túi 1,5 kg, 1500 g. Raises ``InvalidNumber`` (not_a_number, number_too_large, too_fine)."""
    base = to_base(parse_decimal_vi(amount), unit)
    if base < 1:
        raise InvalidNumber("not_a_number")
    if base > MOST_BASE:
        raise InvalidNumber("number_too_large")
    base_unit = {"kg": "g", "litre": "ml"}.get(unit, unit)
    return DescribedPack(
        name=_name(base, base_unit, container, "vi"),
        name_en=_name(base, base_unit, container, "en"),
        net_quantity_base=base,
        base_unit=base_unit,
        ship_weight_g=_ship_weight(base, base_unit),
    )


def container_of(name: str) -> str:
    """ "túi 500 g" → "bag"; "" for a name we did not give."""
    return next((kind for kind, (word, _english) in _NAMES.items() if name.startswith(f"{word} ")), "")


def _name(base: int, base_unit: str, container: str, language: str) -> str:
    kind = _NAMES[container][1 if language == "en" else 0] if container in _NAMES else ""
    if base_unit == "piece" and base == 1 and kind:
        return f"1 {kind}"
    content = show_quantity(base, base_unit, language).replace(NBSP, " ")
    if not kind:
        return content
    return f"{content} {kind}" if language == "en" else f"{kind} {content}"


def _ship_weight(base: int, base_unit: str) -> int:
    """A tenth more than the content, in tens of grams."""
    content = base * _PIECE_G if base_unit == "piece" else base
    return min(MOST_BASE, -(-(content * 11 // 10 + _EMPTY_PACK_G) // 10) * 10)


SUBGROUP_BY_LINE = {
    "rice": "1.2.a",
    "pastry": "1.3.b",
    "fresh_fruit": "1.1.a",
    "drying": "1.3.c",
    "cured_meat": "1.3.d",
    "coffee": "1.6.a",
    "herbal_extract": "3.3",
    "spice": "1.4.b",
    "noodles": "1.3.b",
    "smoked_dried": "1.3.d",
    "tea": "1.5.a",
    "fish_sauce": "1.4.a",
    "honey": "1.2.b",
    "poultry": "1.1.b",
    "spirit": "2.1.a",
    "craft": "4.1",
}
"""Under which OCOP subgroup goods of a line are most often filed; a seller may choose another."""

CONTAINER_BY_LINE = {"honey": "bottle", "spirit": "bottle", "fish_sauce": "bottle", "pastry": "box", "tea": "packet"}
