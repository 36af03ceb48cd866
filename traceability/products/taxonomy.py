"""The six OCOP groups and their sub-groups (Decision 148/QĐ-TTg of 2023), read once from the shipped file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from traceability.products.models import in_language

TAXONOMY_FILE = Path(__file__).parent / "data" / "ocop_taxonomy.json"


@dataclass(frozen=True, slots=True)
class OcopGroup:
    code: str
    name: str
    name_en: str

    @property
    def shown_name(self) -> str:
        return in_language(self.name, self.name_en)


@cache
def ocop_items() -> dict[str, OcopGroup]:
    """Every code of the file, groups ("1") and sub-groups ("1.2.a") alike."""
    items = json.loads(TAXONOMY_FILE.read_text("utf-8"))["items"]
    return {item["code"]: OcopGroup(item["code"], item["name_vi"], item["name_en"]) for item in items}


@cache
def ocop_groups() -> tuple[OcopGroup, ...]:
    """The six main groups, in order."""
    return tuple(item for code, item in ocop_items().items() if "." not in code)


@cache
def ocop_subgroups() -> tuple[OcopGroup, ...]:
    """The leaves one files a product under."""
    return tuple(item for code, item in ocop_items().items() if "." in code)
