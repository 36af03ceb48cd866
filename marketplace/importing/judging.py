"""Judges one row after the other: what taking it in would do, or what is wrong and in which cell. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from community.errors import DomainError
from community.sheets.cells import is_formula
from community.text.folding import as_written, fold
from marketplace.importing.judging_lots import judge_lot
from marketplace.importing.known import Known, KnownGoods, KnownPack
from marketplace.importing.values import (
    read_abv,
    read_amount,
    read_container,
    read_life,
    read_price,
    read_weight,
)
from marketplace.importing.verdicts import Said, Verdict
from marketplace.listings.offering import NewGoods, NewPack
from marketplace.listings.packs import SUBGROUP_BY_LINE, DescribedPack, describe_pack
from traceability.batches.numbering import check_gtin
from traceability.products.models import ProductLine

LONGEST_NAME, LONGEST_SUMMARY = 120, 240


def judge(values: Mapping[str, str], *, place: int, known: Known) -> Verdict:
    """The verdict on one row; what it makes is known to the rows after it."""
    verdict = Verdict()
    said = Said(values, verdict)
    for name, text in values.items():
        if is_formula(text):
            verdict.blame(name, "formula")
    goods = _goods_of(said, known)
    if goods is None and as_written(said["product"]) in known.unfit and not verdict.faults:
        verdict.effects.append("waits")
        return verdict
    wants_lot = any(said[name] for name in ("lot", "packed_on", "packs"))
    if goods is None and not verdict.faults:
        goods = _new_goods(said, place, known, only_lot=wants_lot and not said["price"])
    if goods is None and verdict.faults and said["product"]:
        known.unfit.add(as_written(said["product"]))
    if goods is None or verdict.faults:
        _look_at_numbers(said)
        return verdict
    verdict.known = goods
    pack = _pack_of(said, goods, place, known, only_lot=wants_lot and not said["price"])
    verdict.known_pack = pack
    if pack is not None and said["price"] and pack.place != place:
        _judge_price(said, pack)
    if pack is not None and wants_lot:
        judge_lot(said, goods, pack, known)
    return verdict


def _look_at_numbers(said: Said) -> None:
    """Tell all that is wrong with a row at once."""
    if said["price"] and "price" not in {name for name, _code, _facts in said.verdict.faults}:
        said.read("price", read_price)


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
    named = known.goods_named(said["product"])
    if len(named) > 1:
        said.verdict.blame("product", "several_goods")
    return named[0] if len(named) == 1 else None


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
    return known.add(KnownGoods(name, line, place=place))


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
    price = said.read("price", read_price) if said["price"] else None
    if not said["price"]:
        verdict.blame("price", "needed")
    weight = said.read("weight", read_weight) if said["weight"] else one.ship_weight_g
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
    price = said.read("price", read_price)
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
