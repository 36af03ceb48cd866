"""Lots become other lots: processing, splitting, merging, packing. One TransformationEvent each.

Processing changes mass, so only what a line's bands say is checked (by the balance, never here). Splitting, merging and
packing conserve: what went in is exactly what came out and what was declared lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, PostingKind
from traceability.batches.opening import LotPlan, best_before
from traceability.batches.publishing import made_of, publish_history
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.epcis.facts import LotAmount, LotBirth, Parameter, StepFacts
from traceability.epcis.stages import Stage
from traceability.events.models import Event
from traceability.events.working import (
    BadMovement,
    Done,
    Output,
    StageName,
    Taken,
    Work,
    arrived_by,
    check_amount,
    check_once_each,
    check_order_in_time,
    check_own,
    check_work,
    fits,
    move,
    opened,
    take_locks,
)
from traceability.events.writing import Entry, ReplayMismatch, in_vietnam, party_uri, write_event
from traceability.genealogy.linking import Flow, link
from traceability.products.models import Pack

PROCESSED = StageName("process", "Chế biến", "Processing")
SPLIT = StageName("split", "Chia lô", "Lot split")
MERGED = StageName("merge", "Gộp lô", "Lots merged")
PACKED = StageName("pack", "Đóng gói", "Packing")
LOSS = "loss"  # key of the event's parameter that says what was lost, in kg, litres or pieces
_SPOKEN = {"g": (1000, "kg"), "ml": (1000, "lít"), "piece": (1, "cái")}


def transform_lots(
    *, taken: Sequence[Taken], outputs: Sequence[Output], work: Work, actor: Actor, loss_base: int = 0
) -> Done:
    """Make ``outputs`` of ``taken`` (milling, drying, blending …). All lots are of one cooperative.

    Raises ``BadMovement``, ``OutOfStock`` (more than a lot holds), ``CycleRefused``, ``LotTaken``, ``BadLot`` or
    ``ReplayMismatch``, and changes nothing. The same ``client_uuid`` with the same content answers what is stored.
    """
    return _transform(_Deed(tuple(taken), tuple(outputs), work, PROCESSED, loss_base), actor)


def split_lot(*, lot: Batch, parts: Sequence[int], work: Work, actor: Actor, loss_base: int = 0) -> Done:
    """New lots of ``parts`` (base units) out of ``lot``, of the same kind; parts and loss are all that is taken."""
    taken = (Taken(lot, sum(parts) + loss_base),)
    outputs = tuple(_same_goods(lot, part) for part in parts)
    return _transform(_Deed(taken, outputs, work, SPLIT, loss_base, conserves=True), actor)


def merge_lots(*, taken: Sequence[Taken], work: Work, actor: Actor, loss_base: int = 0) -> Done:
    """One new lot of the same goods as the first of ``taken``, counted in the same unit."""
    if not taken:
        raise BadMovement("nothing_taken")
    first = taken[0].batch
    whole = sum(each.quantity_base for each in taken) - loss_base
    kinds = {each.batch.kind for each in taken}
    merged = _same_goods(first, whole, kind=first.kind if len(kinds) == 1 else Batch.Kind.INTERMEDIATE)
    if len({each.batch.plot_id for each in taken}) > 1 and merged.plan is not None:
        merged = replace(merged, plan=replace(merged.plan, plot=None))
    return _transform(_Deed(tuple(taken), (merged,), work, MERGED, loss_base, conserves=True), actor)


def pack_from(
    *,
    taken: Sequence[Taken],
    packs: int,
    work: Work,
    actor: Actor,
    batch: Batch | None = None,
    pack: Pack | None = None,
    loss_base: int = 0,
) -> Done:
    """Fill ``packs`` packs of ``batch`` (or of a new batch of ``pack``); unit by unit nothing appears or disappears."""
    held = batch.pack if batch is not None else pack
    if held is None:
        raise BadMovement("nothing_made")
    output = Output(packs * held.net_quantity_base, batch=batch, pack=pack if batch is None else None)
    return _transform(_Deed(tuple(taken), (output,), work, PACKED, loss_base, conserves=True), actor)


@dataclass(frozen=True, slots=True)
class _Deed:
    taken: tuple[Taken, ...]
    outputs: tuple[Output, ...]
    work: Work
    otherwise: StageName
    loss_base: int
    conserves: bool = False

    @property
    def name(self) -> StageName:
        return StageName.of(self.work.step, self.otherwise)


def _same_goods(lot: Batch, quantity_base: int, *, kind: str | None = None) -> Output:
    if lot.pack is not None:
        return Output(quantity_base, pack=lot.pack)
    plan = LotPlan(
        product=lot.product,
        material=lot.material,
        material_en=lot.material_en,
        base_unit=lot.base_unit,
        kind=kind or lot.kind,
        plot=lot.plot,
    )
    return Output(quantity_base, plan=plan)


@transaction.atomic
def _transform(deed: _Deed, actor: Actor) -> Done:
    _check_form(deed)
    told = take_locks([*(each.batch for each in deed.taken), *_filled(deed), *_to_be_public(deed)])
    earlier = Event.objects.filter(client_uuid=deed.work.client_uuid).first()
    if earlier is None:
        _check_lots(deed, actor)
    lots = _stored(earlier, deed) if earlier else [opened(out, work=deed.work, actor=actor) for out in deed.outputs]
    _check_units(deed, lots)
    entry = Entry(
        batch=lots[0],
        facts=_facts(deed, lots, loss_unit=deed.taken[0].batch.base_unit),
        client_uuid=deed.work.client_uuid,
        stage_name_en=deed.name.name_en,
        photos=deed.work.photos,
        quantity_base=deed.outputs[0].quantity_base,
    )
    event, is_new = write_event(entry=entry, actor=actor)
    if is_new:
        _apply(deed, lots, event, actor)
        touch_pages(Batch.objects.filter(pk__in=told | {lot.pk for lot in lots}))
        for lot in lots:
            publish_history(batch=lot, actor=actor)  # a late record of a public batch brings its history along
        moved([*(each.batch.pk for each in deed.taken), *(lot.pk for lot in lots)])
    for lot in lots:
        lot.refresh_from_db()
    return Done(event, tuple(lots))


def _filled(deed: _Deed) -> list[Batch]:
    return [out.batch for out in deed.outputs if out.batch]


def _to_be_public(deed: _Deed) -> list[Batch]:
    """Lots that become public with what they go into: held with the others, before the log is."""
    if all(batch.status == Batch.Status.DRAFT for batch in _filled(deed)):
        return []
    given = {each.batch.pk for each in deed.taken}
    return list(Batch.objects.filter(pk__in=made_of(given) - given, status=Batch.Status.DRAFT).order_by("pk"))


def _check_form(deed: _Deed) -> None:
    check_work(deed.work)
    if not deed.taken:
        raise BadMovement("nothing_taken")
    if not deed.outputs:
        raise BadMovement("nothing_made")
    for amount in (*(each.quantity_base for each in deed.taken), *(each.quantity_base for each in deed.outputs)):
        check_amount(amount)
    if not 0 <= deed.loss_base < sum(each.quantity_base for each in deed.taken):
        raise BadMovement("loss_too_large")
    check_once_each([each.batch for each in deed.taken])
    check_once_each([each.batch for each in deed.outputs if each.batch])


def _check_lots(deed: _Deed, actor: Actor) -> None:
    cooperative = actor.cooperative or deed.taken[0].batch.cooperative
    check_own([each.batch for each in deed.taken], cooperative)
    check_own([each.batch for each in deed.outputs if each.batch], cooperative)
    for output in deed.outputs:
        product = output.plan.product if output.plan else output.pack.product if output.pack else None
        if product is not None and product.cooperative_id != cooperative.pk:
            raise BadMovement("foreign_lot", lot=product.code)
    check_order_in_time([each.batch for each in deed.taken], deed.work.event_time)


def _check_units(deed: _Deed, lots: Sequence[Batch]) -> None:
    if not deed.conserves:
        return
    unit = lots[0].base_unit
    for lot in (*(each.batch for each in deed.taken), *lots):
        if lot.base_unit != unit:
            raise BadMovement("other_unit", lot=lot.lot_code)
    taken = sum(each.quantity_base for each in deed.taken)
    told = sum(each.quantity_base for each in deed.outputs) + deed.loss_base
    if taken != told:
        raise BadMovement("does_not_add_up", taken_base=taken, told_base=told, unit=unit)


def _stored(earlier: Event, deed: _Deed) -> list[Batch]:
    lots = arrived_by(earlier)
    if len(lots) != len(deed.outputs) or not all(map(fits, deed.outputs, lots)):
        raise ReplayMismatch("replay_mismatch", client_uuid=str(deed.work.client_uuid))
    return lots


def _facts(deed: _Deed, lots: Sequence[Batch], *, loss_unit: str) -> StepFacts:
    work, cooperative = deed.work, lots[0].cooperative
    outputs = [
        LotAmount(batch_uri(lot), output.quantity_base, lot.base_unit)
        for lot, output in zip(lots, deed.outputs, strict=True)
    ]
    parameters = work.parameters
    if deed.loss_base:
        size, spoken = _SPOKEN[loss_unit]
        parameters += (Parameter(LOSS, "Hao hụt", (Decimal(deed.loss_base) / size).normalize(), spoken),)
    return StepFacts(
        stage=Stage.TRANSFORM,
        stage_code=deed.name.code,
        stage_name=deed.name.name,
        at=in_vietnam(work.event_time),
        recorded_at=in_vietnam(work.recorded_at),
        place=party_uri(cooperative),
        party=party_uri(cooperative),
        who_says=str(work.who_says),
        inputs=tuple(LotAmount(batch_uri(each.batch), each.quantity_base, each.batch.base_unit) for each in deed.taken),
        outputs=tuple(outputs),
        birth=_birth(deed.outputs[0], lots[0], in_vietnam(work.event_time).date()) if len(lots) == 1 else None,
        transformation=_transformation_uri(work.client_uuid),
        note=work.note.strip(),
        late_reason=work.late_reason,
        said_as=work.said_as,
        parameters=parameters,
        evidence=tuple(photo.sha256 for photo in work.photos),
    )


def _birth(output: Output, lot: Batch, day: date) -> LotBirth | None:
    return LotBirth(lot_code=lot.lot_code, produced_on=day) if output.batch is None else None


def _transformation_uri(client_uuid: UUID) -> str:
    return f"{settings.ID_BASE_URL.rstrip('/')}/transformation/{client_uuid}"


def _apply(deed: _Deed, lots: Sequence[Batch], event: Event, actor: Actor) -> None:
    for each in sorted(deed.taken, key=lambda one: one.batch.pk):
        move(PostingKind.OUT, each.batch, each.quantity_base, event=event, actor=actor)
    for lot, output in zip(lots, deed.outputs, strict=True):
        kind = PostingKind.PACK if lot.kind == Batch.Kind.FINISHED else PostingKind.IN
        move(kind, lot, output.quantity_base, event=event, actor=actor)
        _learn_dates(lot, [each.batch for each in deed.taken], in_vietnam(event.event_time).date())
    link(
        event,
        [Flow(each.batch.pk, each.quantity_base) for each in deed.taken],
        [Flow(lot.pk, output.quantity_base) for lot, output in zip(lots, deed.outputs, strict=True)],
    )
    record(
        actor=actor,
        action="lots.transformed",
        subject=lots[0],
        cooperative=lots[0].cooperative,
        stage=deed.name.code,
        taken=[each.batch.lot_code for each in deed.taken],
        made=[lot.lot_code for lot in lots],
    )


def _learn_dates(lot: Batch, parents: Sequence[Batch], day: date) -> None:
    """A draft learns when its goods were harvested, and packed goods until when they keep. A public batch learns no
    more: its identity never changes."""
    if lot.status != Batch.Status.DRAFT:
        return
    first = [parent.harvested_from_on for parent in (*parents, lot) if parent.harvested_from_on]
    last = [parent.harvested_to_on for parent in (*parents, lot) if parent.harvested_to_on]
    learned: dict[str, date | None] = {}
    if first and last:
        learned |= {"harvested_from_on": min(first), "harvested_to_on": max(last)}
    if lot.kind == Batch.Kind.FINISHED:
        keeps = best_before(packed_on=day, shelf_life_days=lot.product.shelf_life_days)
        learned |= {"packed_on": day, "best_before_on": keeps}
    if learned:
        Batch.objects.filter(pk=lot.pk).update(**learned)
