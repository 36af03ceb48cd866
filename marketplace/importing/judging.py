"""Judges one row after the other: what taking it in would do, or what is wrong and in which cell. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from community import clock
from community.errors import DomainError
from community.sheets.cells import is_formula
from community.text.dates import parse_date
from community.text.folding import fold
from community.text.money import parse_dong
from community.text.quantities import parse_decimal_vi, to_base
from marketplace.importing.known import Known, KnownGoods, KnownLot, KnownPack
from marketplace.importing.values import read_abv, read_amount, read_container, read_life, read_packs
from marketplace.listings.offering import NewGoods, NewPack
from marketplace.listings.packs import MOST_BASE, SUBGROUP_BY_LINE, DescribedPack, describe_pack
from marketplace.listings.writing import MAX_PRICE_DONG
from traceability.batches.numbering import check_gtin
from traceability.events.recording import MOST_PACKS
from traceability.gs1.lot_codes import is_lot_code
from traceability.products.models import ProductLine

T = TypeVar("T")
LONGEST_NAME, LONGEST_SUMMARY = 120, 240


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
        return self.values.get(name, "").strip()

    def read(self, name: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(self[name])
        except DomainError as fault:
            told = {key: value for key, value in fault.facts.items() if isinstance(value, (str, int))}
            self.verdict.blame(name, fault.code, **told)
            return None


def judge(values: Mapping[str, str], *, place: int, known: Known) -> Verdict:
    """The verdict on one row; what it makes is known to the rows after it."""
    verdict = Verdict()
    said = Said(values, verdict)
    for name, text in values.items():
        if is_formula(text):
            verdict.blame(name, "formula")
    goods = _goods_of(said, known)
    wants_lot = any(said[name] for name in ("lot", "packed_on", "packs"))
    if goods is None and not verdict.faults:
        goods = _new_goods(said, place, known, only_lot=wants_lot and not said["price"])
    if goods is None or verdict.faults:
        _look_at_numbers(said)
        return verdict
    verdict.known = goods
    pack = _pack_of(said, goods, place, known, only_lot=wants_lot and not said["price"])
    verdict.known_pack = pack
    if pack is not None and said["price"] and pack.place != place:
        _judge_price(said, pack)
    if pack is not None and wants_lot:
        _judge_lot(said, goods, pack, known)
    return verdict


def _look_at_numbers(said: Said) -> None:
    """Tell all that is wrong with a row at once."""
    if said["price"] and "price" not in {name for name, _code, _facts in said.verdict.faults}:
        said.read("price", _price)


def _goods_of(said: Said, known: Known) -> KnownGoods | None:
    if code := said["pack_code"].upper():
        if code in known.packs_by_code:
            return known.packs_by_code[code][0]
        said.verdict.blame("pack_code", "unknown_code")
        return None
    if code := said["product_code"].upper():
        if code not in known.by_code:
            said.verdict.blame("product_code", "unknown_code")
        return known.by_code.get(code)
    name = fold(said["product"])
    if name in known.twice:
        said.verdict.blame("product", "several_goods")
        return None
    return known.goods.get(name)


def _new_goods(said: Said, place: int, known: Known, *, only_lot: bool) -> KnownGoods | None:
    verdict, name = said.verdict, " ".join(said["product"].split())
    if not name:
        verdict.blame("product", "needed")
        return None
    if only_lot:
        verdict.blame("product", "unknown_goods")
        return None
    if len(name) > LONGEST_NAME:
        verdict.blame("product", "too_long", most=LONGEST_NAME)
    line = known.line_named(said["line"])
    if line is None:
        verdict.blame("line", "unknown_line" if said["line"] else "needed")
    subgroup = _subgroup(said, line, known)
    abv = _strength(said, subgroup)
    life = said.read("life", read_life) if said["life"] else None
    if not said["summary"]:
        verdict.blame("summary", "summary_needed")
    elif len(said["summary"]) > LONGEST_SUMMARY:
        verdict.blame("summary", "too_long", most=LONGEST_SUMMARY)
    if verdict.faults or line is None:
        return None
    verdict.goods = NewGoods(line, name, subgroup, shelf_life_days=life, abv_percent=abv)
    verdict.summary, verdict.story = said["summary"], said["story"]
    verdict.effects.append("goods")
    made = known.goods[fold(name)] = KnownGoods(name, line, place=place)
    return made


def _subgroup(said: Said, line: ProductLine | None, known: Known) -> str:
    if said["subgroup"]:
        found = known.subgroups.get(fold(said["subgroup"]), "")
        if not found:
            said.verdict.blame("subgroup", "unknown_subgroup")
        return found
    found = SUBGROUP_BY_LINE.get(line.code, "") if line else ""
    if line is not None and not found:
        said.verdict.blame("subgroup", "needed")
    return found


def _strength(said: Said, subgroup: str) -> Decimal | None:
    if not subgroup.startswith("2.1"):
        return None
    if not said["abv"]:
        said.verdict.blame("abv", "abv_needed")
        return None
    return said.read("abv", read_abv)


def _pack_of(said: Said, goods: KnownGoods, place: int, known: Known, *, only_lot: bool) -> KnownPack | None:
    """The pack this row is about: named by its code, its name or what it holds; else a new one."""
    if code := said["pack_code"].upper():
        return known.packs_by_code[code][1]
    packs = [one for one in goods.packs if not one.is_archived]
    if said["pack"]:
        named = [one for one in packs if _is_named(one, said["pack"])]
        if len(named) == 1:
            return named[0]
    if only_lot and not said["amount"]:
        if len(packs) == 1 and not said["pack"]:
            return packs[0]
        said.verdict.blame("pack", "which_pack", packs=", ".join(one.name for one in packs)[:200])
        return None
    described = _described(said)
    if described is None:
        return None
    same = [
        one
        for one in packs
        if (one.net_quantity_base, one.base_unit) == (described.net_quantity_base, described.base_unit)
        and (not said["container"] or fold(one.name) == fold(described.name))
    ]
    if len(same) == 1:
        return same[0]
    if same or only_lot:
        said.verdict.blame("amount", "which_pack", packs=", ".join(one.name for one in packs)[:200])
        return None
    return _new_pack(said, goods, described, place, known)


def _is_named(pack: KnownPack, typed: str) -> bool:
    """ "túi 500 g" by its name, or "500g" by what it holds."""
    if fold(pack.name) == fold(typed):
        return True
    try:
        amount = read_amount(typed)
    except DomainError:
        return False
    return (amount.base, amount.base_unit) == (pack.net_quantity_base, pack.base_unit)


def _described(said: Said) -> DescribedPack | None:
    if not said["amount"]:
        said.verdict.blame("amount", "amount_needed")
        return None
    amount = said.read("amount", lambda typed: read_amount(typed, said["unit"]))
    container = said.read("container", read_container) if said["container"] else ""
    if amount is None or container is None:
        return None
    typed = f"{amount.number.normalize():f}".replace(".", ",")
    return said.read("amount", lambda _typed: describe_pack(amount=typed, unit=amount.unit, container=container))


def _new_pack(said: Said, goods: KnownGoods, one: DescribedPack, place: int, known: Known) -> KnownPack | None:
    verdict = said.verdict
    price = said.read("price", _price) if said["price"] else None
    if not said["price"]:
        verdict.blame("price", "needed")
    weight = said.read("weight", _weight) if said["weight"] else one.ship_weight_g
    gtin = said.read("gtin", check_gtin) if said["gtin"] else ""
    if gtin and gtin in known.gtins:
        verdict.blame("gtin", "gtin_taken")
    if verdict.faults or price is None or weight is None or gtin is None:
        return None
    known.gtins.add(gtin)
    verdict.pack = NewPack(one.name, one.net_quantity_base, one.base_unit, weight, one.name_en, gtin or None)
    verdict.price_dong = price
    verdict.effects.append("pack")
    made = KnownPack(one.name, one.net_quantity_base, one.base_unit, price, gtin, place=place)
    goods.packs.append(made)
    return made


def _judge_price(said: Said, pack: KnownPack) -> None:
    """Goods that are there: only the price may change here."""
    price = said.read("price", _price)
    if price is None:
        return
    if pack.place is not None:
        if price != pack.price_dong:
            said.verdict.blame("price", "two_prices")
        return
    if price != pack.price_dong and (pack.is_archived or pack.price_dong is None):
        said.verdict.blame("price", "archived")
    elif said["gtin"] and said["gtin"].lstrip("0") != pack.gtin.lstrip("0"):
        said.verdict.blame("gtin", "other_gtin")
    elif price != pack.price_dong:
        said.verdict.price_dong = pack.price_dong = price
        said.verdict.effects.append("price")


def _judge_lot(said: Said, goods: KnownGoods, pack: KnownPack, known: Known) -> None:
    verdict = said.verdict
    size = {"net_quantity_base": pack.net_quantity_base, "base_unit": pack.base_unit}
    day = said.read("packed_on", _past_day)
    packs = said.read("packs", lambda typed: _some_packs(read_packs(typed, **size)))  # type: ignore[arg-type]
    code = said["lot"].upper()
    if code and not is_lot_code(code):
        verdict.blame("lot", "bad_lot_code")
    if goods.line is None or goods.line.pk not in known.packing_lines:
        verdict.blame("product", "no_packing_step")
    if day is None or packs is None or verdict.faults:
        return
    key = (fold(goods.name), code)
    if code and key in known.lots_here:
        verdict.blame("lot", "lot_twice")
        return
    there = known.lots.get((goods.product.pk, code)) if goods.product and code else None
    if there is not None and not _fits(there, pack, day, packs, verdict):
        return
    if pack.is_archived:
        verdict.blame("lot", "archived")
        return
    known.lots_here.add(key)
    verdict.lot = LotWish(day, packs, code, there)
    verdict.effects.append("lot")


def _fits(there: KnownLot, pack: KnownPack, day: date, packs: int, verdict: Verdict) -> bool:
    """A draft without records takes the packing. A lot that says the same is left alone; another is a fault."""
    lot = there.batch
    if pack.pack is None or lot.pack_id != pack.pack.pk:
        verdict.blame("lot", "lot_of_other_pack")
    elif there.is_empty:
        return True
    elif (lot.packed_on, there.packed) != (day, packs):
        verdict.blame("packs", "lot_known", lot=lot.lot_code, packs=there.packed)
    return False


def _price(typed: str) -> int:
    dong = parse_dong(typed)
    if not 0 < dong <= MAX_PRICE_DONG:
        raise DomainError("price_out_of_range")
    return dong


def _weight(typed: str) -> int:
    """Grams, or with a unit: "1,2 kg"."""
    grams = read_amount(typed, "g").base if not typed.isdecimal() else to_base(parse_decimal_vi(typed), "g")
    if not 0 < grams <= MOST_BASE:
        raise DomainError("number_too_large")
    return grams


def _past_day(typed: str) -> date:
    day = parse_date(typed)
    if day > clock.today():
        raise DomainError("day_to_come")
    if day.year < 2000:
        raise DomainError("not_a_date")
    return day


def _some_packs(packs: int) -> int:
    if packs <= 0:
        raise DomainError("packs_needed")
    if packs > MOST_PACKS:
        raise DomainError("number_too_large")
    return packs
