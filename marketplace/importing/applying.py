"""Takes a checked sheet in: goods, packs, prices, then lots, by the verbs a hand would use, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.importing.models import ImportRow, ImportStatus, SheetImport
from marketplace.importing.taking_in import CHUNK, CannotImport, check_rows, move, verdicts
from marketplace.importing.verdicts import Verdict
from marketplace.listings.many import DraftGoods, PricedPack, add_packs, change_prices, draft_many
from marketplace.listings.offering import NewGoods
from traceability.events.packing_many import PackedLot, pack_many
from traceability.products.models import Pack, Product

LATE_REASON = "Nhập từ bảng tính"


@transaction.atomic
def ask_to_apply(*, sheet: SheetImport, actor: Actor) -> None:
    """Somebody pressed the button; the worker does the rest. Raises :class:`CannotImport`."""
    if sheet.status == ImportStatus.CHECKED and sheet.seen.get("bad"):
        raise CannotImport("has_faults", count=sheet.seen["bad"])
    if sheet.status == ImportStatus.CHECKED and sheet.seen.get("rows") == sheet.seen.get("same"):
        raise CannotImport("nothing_new")
    move(sheet, (ImportStatus.CHECKED,), ImportStatus.APPLYING, actor)


def apply_import(*, sheet: SheetImport, actor: Actor) -> None:
    """The worker's; twice changes nothing. What is refused now was right when it was checked: the page says why.

    So does a clash with somebody who saved the same name or number at the same moment.
    """
    try:
        with transaction.atomic():
            _apply(sheet, actor)
    except (DomainError, IntegrityError) as fault:
        waits = SheetImport.objects.filter(pk=sheet.pk, status=ImportStatus.APPLYING)
        if waits.exists():
            check_rows(SheetImport.objects.select_related("cooperative").get(pk=sheet.pk))
            waits.update(status=ImportStatus.CHECKED, refused=_facts(fault))
    sheet.refresh_from_db()


@dataclass(slots=True)
class _Plan:
    """Rows by what they want. Places of rows stand for what they make."""

    goods: dict[int, tuple[NewGoods, Verdict]] = field(default_factory=dict)
    packs: dict[int, Verdict] = field(default_factory=dict)
    prices: dict[int, int] = field(default_factory=dict)
    price_rows: dict[int, int] = field(default_factory=dict)
    lots: dict[int, Verdict] = field(default_factory=dict)


def _apply(sheet: SheetImport, actor: Actor) -> None:
    held = SheetImport.objects.select_for_update(of=("self",)).select_related("cooperative").get(pk=sheet.pk)
    if held.status != ImportStatus.APPLYING:
        return
    plan = _planned(held)
    made: dict[int, dict[str, Any]] = {}
    packs = _make_goods(held, plan, made, actor)
    old = change_prices(cooperative=held.cooperative, prices=plan.prices, actor=actor)
    for place, pack_id in plan.price_rows.items():
        if pack_id in old:
            made.setdefault(place, {})["price"] = [pack_id, old[pack_id], plan.prices[pack_id]]
    _make_lots(held, plan, packs, made, actor)
    _remember(held, made)
    by = actor.user
    SheetImport.objects.filter(pk=held.pk).update(
        status=ImportStatus.APPLIED, applied_at=clock.now(), applied_by=by, refused={}
    )
    facts = {name: held.seen.get(name, 0) for name in ("rows", "goods", "pack", "price", "lot")}
    record(actor=actor, action="sheet_import.applied", subject=held, cooperative=held.cooperative, **facts)


def _planned(sheet: SheetImport) -> _Plan:
    """Judged again inside the transaction. Raises :class:`CannotImport` when a row became wrong meanwhile."""
    plan, bad = _Plan(), 0
    for row, verdict in verdicts(sheet):
        bad += bool(verdict.faults)
        if verdict.goods is not None:
            plan.goods[row.place] = (verdict.goods, verdict)
        if verdict.pack is not None:
            plan.packs[row.place] = verdict
        elif "price" in verdict.effects and verdict.known_pack and verdict.known_pack.pack and verdict.price_dong:
            plan.prices[verdict.known_pack.pack.pk] = verdict.price_dong
            plan.price_rows[row.place] = verdict.known_pack.pack.pk
        if verdict.lot is not None:
            plan.lots[row.place] = verdict
    if bad:
        raise CannotImport("has_faults", count=bad)
    return plan


def _make_goods(sheet: SheetImport, plan: _Plan, made: dict[int, dict[str, Any]], actor: Actor) -> dict[int, Pack]:
    """New goods and packs; the packs by the place of the row that wanted each."""
    of_goods: dict[int, list[int]] = {place: [] for place in plan.goods}
    of_known: dict[int, list[int]] = {}
    products: dict[int, Product] = {}
    for place, verdict in plan.packs.items():
        assert verdict.known is not None
        if verdict.known.product is not None:
            products[verdict.known.product.pk] = verdict.known.product
            of_known.setdefault(verdict.known.product.pk, []).append(place)
        else:
            of_goods[verdict.known.place or 0].append(place)
    found: dict[int, Pack] = {}
    wanted = [
        DraftGoods(goods, _priced(plan, of_goods[place]), verdict.summary, verdict.story)
        for place, (goods, verdict) in plan.goods.items()
    ]
    listed = draft_many(cooperative=sheet.cooperative, wanted=wanted, actor=actor)
    for place, (product, packs) in zip(plan.goods, listed, strict=True):
        made.setdefault(place, {})["product"] = product.pk
        found |= dict(zip(of_goods[place], packs, strict=True))
    more = [(products[pk], _priced(plan, places)) for pk, places in of_known.items()]
    added = add_packs(cooperative=sheet.cooperative, wanted=more, actor=actor)
    for places, packs in zip(of_known.values(), added, strict=True):
        found |= dict(zip(places, packs, strict=True))
    for place, pack in found.items():
        made.setdefault(place, {})["pack"] = [pack.pk, plan.packs[place].price_dong, pack.gtin or ""]
    return found


def _priced(plan: _Plan, places: Sequence[int]) -> tuple[PricedPack, ...]:
    told = [plan.packs[place] for place in places]
    return tuple(PricedPack(one.pack, one.price_dong) for one in told if one.pack and one.price_dong)


def _make_lots(
    sheet: SheetImport, plan: _Plan, packs: dict[int, Pack], made: dict[int, dict[str, Any]], actor: Actor
) -> None:
    wanted = []
    for verdict in plan.lots.values():
        known, lot = verdict.known_pack, verdict.lot
        assert known is not None and lot is not None
        pack = known.pack or packs[known.place or 0]
        batch = lot.known.batch if lot.known else None
        wanted.append(PackedLot(pack, lot.day, lot.packs, lot.lot_code, batch))
    done = pack_many(cooperative=sheet.cooperative, lots=wanted, late_reason=LATE_REASON, actor=actor)
    for place, (batch, event) in zip(plan.lots, done, strict=True):
        made.setdefault(place, {}).update({"batch": batch.pk, "event": event.pk})


def _remember(sheet: SheetImport, made: dict[int, dict[str, Any]]) -> None:
    places = sorted(made)
    for start in range(0, len(places), CHUNK):
        rows = list(ImportRow.objects.filter(sheet_import=sheet, place__in=places[start : start + CHUNK]))
        for row in rows:
            row.made = made[row.place]
        ImportRow.objects.bulk_update(rows, ["made"])


def _facts(fault: DomainError | IntegrityError) -> dict[str, Any]:
    if not isinstance(fault, DomainError):
        return {"code": "clash"}
    plain = {key: value for key, value in fault.facts.items() if isinstance(value, (str, int, list))}
    return {"code": fault.code, **plain}
