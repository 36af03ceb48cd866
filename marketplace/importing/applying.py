"""Takes a checked sheet in: goods, packs, prices, then lots, by the verbs a hand would use, in one transaction.

What can be worked out before is (``planning``): the transaction is for writing, and who writes elsewhere waits for it.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.bulk_rows import write_json
from community.errors import DomainError
from marketplace.importing.models import ImportRow, ImportStatus, SheetImport
from marketplace.importing.planning import Plan, mark_of, plan_of
from marketplace.importing.taking_in import CannotImport, check_rows, move
from marketplace.listings.many import change_prices, recatalogue_packs, write_goods, write_packs
from traceability.events.packing_many import hold_drafts, tell_moved, write_lots

TRIES = 3


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
        _plan_and_apply(sheet, actor)
    except (DomainError, IntegrityError) as fault:
        waits = SheetImport.objects.filter(pk=sheet.pk, status=ImportStatus.APPLYING)
        if waits.exists():
            check_rows(SheetImport.objects.select_related("cooperative").get(pk=sheet.pk))
            waits.update(status=ImportStatus.CHECKED, refused=_facts(fault))
    sheet.refresh_from_db()


def _plan_and_apply(sheet: SheetImport, actor: Actor) -> None:
    """Planned without a lock, and written if everything the plan was made from is still so; else planned anew."""
    for _each in range(TRIES):
        held = SheetImport.objects.select_related("cooperative").get(pk=sheet.pk)
        if held.status != ImportStatus.APPLYING:
            return
        mark = mark_of(held)
        plan = plan_of(held)
        with transaction.atomic():
            held = _held(sheet)
            if held.status != ImportStatus.APPLYING:
                return
            if not held.cooperative.is_active:
                raise CannotImport("not_allowed")
            hold_drafts(plan.lots)  # what the mark says of them holds until they are written
            is_so = mark_of(held) == mark
            if is_so:
                _apply(held, plan, actor)
        if is_so:
            tell_moved([batch.pk for batch in plan.lots.batches])
            return
    raise CannotImport("clash")


def _held(sheet: SheetImport) -> SheetImport:
    rows = SheetImport.objects.select_for_update(of=("self",)).select_related("cooperative")
    return rows.get(pk=sheet.pk)


def _apply(held: SheetImport, plan: Plan, actor: Actor) -> None:
    made: dict[int, dict[str, Any]] = {}
    seller = held.cooperative
    write_goods(cooperative=seller, ready=list(plan.goods.values()), actor=actor)
    write_packs(cooperative=seller, ready=plan.more_packs, actor=actor)
    for place, goods in plan.goods.items():
        made.setdefault(place, {})["product"] = goods.product.pk
    for place, one in plan.packs.items():
        made.setdefault(place, {})["pack"] = [one.pack.pk, one.price_dong, one.pack.gtin or ""]
    old = change_prices(cooperative=seller, prices=plan.prices, actor=actor, catalogued=False)
    for place, pack_id in plan.price_rows.items():
        if pack_id in old:
            made.setdefault(place, {})["price"] = [pack_id, old[pack_id], plan.prices[pack_id]]
    done = write_lots(ready=plan.lots, cooperative=seller, actor=actor)
    for place, (batch, event) in zip(plan.lot_rows, done, strict=True):
        made.setdefault(place, {}).update({"batch": batch.pk, "event": event.pk})
    _remember(held, made)
    recatalogue_packs([*old, *(one.pack.pk for one in plan.more_packs)])
    SheetImport.objects.filter(pk=held.pk).update(
        status=ImportStatus.APPLIED, applied_at=clock.now(), applied_by=actor.user, refused={}
    )
    facts = {name: held.seen.get(name, 0) for name in ("rows", "goods", "pack", "price", "lot")}
    record(actor=actor, action="sheet_import.applied", subject=held, cooperative=seller, **facts)


def _remember(sheet: SheetImport, made: dict[int, dict[str, Any]]) -> None:
    rows = ImportRow.objects.filter(sheet_import=sheet).order_by("place").values_list("place", "pk")
    write_json(ImportRow, "made", {pk: made[place] for place, pk in rows if place in made})


def _facts(fault: DomainError | IntegrityError) -> dict[str, Any]:
    if not isinstance(fault, DomainError):
        return {"code": "clash"}
    plain = {key: value for key, value in fault.facts.items() if isinstance(value, (str, int, list))}
    return {"code": fault.code, **plain}
