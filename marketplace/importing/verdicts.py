"""What is said of a row: its faults, each with its cell, and what taking it in would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from community.errors import DomainError
from community.sheets.cells import typed_text
from marketplace.importing.known import KnownGoods, KnownLot, KnownPack
from marketplace.listings.offering import NewGoods, NewPack

T = TypeVar("T")


@dataclass(slots=True)
class LotWish:
    day: date
    packs: int
    lot_code: str
    known: KnownLot | None = None


@dataclass(slots=True)
class Verdict:
    """``faults``: (field, code, facts). ``effects`` as on the row. What is new stands in ``goods`` and ``pack``."""

    faults: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    known: KnownGoods | None = None
    known_pack: KnownPack | None = None
    goods: NewGoods | None = None
    summary: str = ""
    story: str = ""
    pack: NewPack | None = None
    price_dong: int | None = None
    lot: LotWish | None = None

    def blame(self, column: str, code: str, **facts: Any) -> None:
        self.faults.append((column, code, facts))


@dataclass(frozen=True, slots=True)
class Said:
    """A row's texts and its verdict so far; reads a cell or blames it."""

    values: Mapping[str, str]
    verdict: Verdict

    def __getitem__(self, name: str) -> str:
        return typed_text(self.values.get(name, "").strip())  # "'=1" is words, as our own files write them

    def read(self, name: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(self[name])
        except DomainError as fault:
            told = {key: value for key, value in fault.facts.items() if isinstance(value, (str, int))}
            self.verdict.blame(name, fault.code, **told)
            return None
