"""Judges the lot of a row: a new packing, one that is there as it says, or a contradiction. Writes nothing."""

from __future__ import annotations

from datetime import date

from community.text.folding import as_written
from marketplace.importing.known import Known, KnownGoods, KnownLot, KnownPack
from marketplace.importing.values import read_packs, read_past_day, some_packs
from marketplace.importing.verdicts import LotWish, Said, Verdict
from traceability.gs1.lot_codes import is_lot_code


def judge_lot(said: Said, goods: KnownGoods, pack: KnownPack, known: Known) -> None:
    verdict = said.verdict
    size = {"net_quantity_base": pack.net_quantity_base, "base_unit": pack.base_unit}
    day = said.read("packed_on", read_past_day)
    packs = said.read("packs", lambda typed: some_packs(read_packs(typed, **size)))  # type: ignore[arg-type]
    code = said["lot"].upper()
    if code and not is_lot_code(code):
        verdict.blame("lot", "bad_lot_code")
    if goods.line is None or goods.line.pk not in known.packing_lines:
        verdict.blame("product", "no_packing_step")
    if day is None or packs is None or verdict.faults:
        return
    key = (as_written(goods.name), code)
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
