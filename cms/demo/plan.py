"""The demo's cast and goods, read from the shipped file. Product kinds and places are real; sellers, prices, stars
and batches are invented, and every screen says so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from traceability.gs1.check_digits import check_digit

PRODUCTS_FILE = Path(__file__).parent / "data" / "products.json"
SEED = 20261122
# GS1 keeps prefix 952 for demonstrations; nothing of ours may look like a Vietnamese 893 number.
DEMO_GTIN_STEM = "0952100"

_UNITS = {"kg": ("g", 1000), "g": ("g", 1), "lít": ("ml", 1000), "ml": ("ml", 1)}
_CONTENT = re.compile(r"(\d+(?:,\d+)?)\s*(kg|g|lít|ml)\b")
_LEGAL_FORM = {
    "cooperative": "cooperative",
    "cooperative_group": "group",
    "household": "household",
    "enterprise": "enterprise",
}
_SALE_MODE = {
    "online": "online",
    "online_age_gated_cashless": "online_age_gated",
    "showcase_only": "showcase_only",
    "booking": "showcase_only",
}


@dataclass(frozen=True, slots=True)
class DemoGood:
    """One of the 60 products and its seller."""

    number: int
    sku: str
    name: str
    name_en: str
    name_km: str
    subgroup: str
    stars: int | None
    certificate: str
    seller: str
    legal_form: str
    commune_code: str
    price_dong: int
    pack_name: str
    pack_name_en: str
    net_base: int
    base_unit: str
    ship_weight_g: int
    shelf_life_days: int | None
    chilled: bool
    line: str
    season_months: list[int]
    allergens: list[str]
    abv_percent: float | None
    sale_mode: str
    blurb: str
    blurb_en: str

    @property
    def is_service(self) -> bool:
        return self.subgroup.startswith("6")

    @property
    def gtin(self) -> str | None:
        """Most have a demonstration GTIN; every seventh has none and is known by its own code."""
        if self.number % 7 == 6 or self.is_service:
            return None
        stem = f"{DEMO_GTIN_STEM}{self.number:06d}"
        return stem + check_digit(stem)

    def chance(self, purpose: str) -> Random:
        """A dice of its own for every good and purpose: adding one never changes another."""
        return Random(f"{SEED}:{self.sku}:{purpose}")


@cache
def demo_goods() -> tuple[DemoGood, ...]:
    rows: list[dict[str, Any]] = json.loads(PRODUCTS_FILE.read_text("utf-8"))["products"]
    return tuple(_good(number, row) for number, row in enumerate(rows, start=1))


def _good(number: int, row: dict[str, Any]) -> DemoGood:
    net_base, base_unit = _net_content(row["unit_vi"])
    return DemoGood(
        number=number,
        sku=row["sku"],
        name=row["name_vi"],
        name_en=row["name_en"],
        name_km=row.get("name_km", ""),
        subgroup=row["ocop_subgroup"],
        stars=row["stars_demo"],
        certificate=row["certificate_demo_status"],
        seller=row["producer_demo"],
        legal_form=_LEGAL_FORM[row["producer_type"]],
        commune_code=row["commune_code"],
        price_dong=row["price_vnd"],
        pack_name=row["unit_vi"],
        pack_name_en=row["unit_en"],
        net_base=net_base,
        base_unit=base_unit,
        ship_weight_g=row["ship_weight_g"] or 1,
        shelf_life_days=row["shelf_life_days"],
        chilled=row["storage"] == "chilled",
        line=row["process_template"] or "general",
        season_months=row["season_months"] or [],
        allergens=row["allergens"],
        abv_percent=row["abv_percent"],
        sale_mode=_SALE_MODE[row["sale_mode"]],
        blurb=row["blurb_vi"],
        blurb_en=row["blurb_en"],
    )


def _net_content(pack_name: str) -> tuple[int, str]:
    """ "túi 5 kg" → (5000, "g"); what is not weighed or measured is counted by the piece."""
    found = _CONTENT.search(pack_name)
    if not found:
        return 1, "piece"
    unit, factor = _UNITS[found[2]]
    return round(float(found[1].replace(",", ".")) * factor), unit
