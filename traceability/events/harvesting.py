"""Raw goods come in: from one's own plot, or bought. A new lot with its code, or more of one that is open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, PostingKind
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.epcis.facts import LotAmount, LotBirth, StepFacts
from traceability.epcis.stages import Stage
from traceability.events.models import Event
from traceability.events.working import (
    BadMovement,
    Done,
    Output,
    StageName,
    Work,
    arrived_by,
    check_amount,
    check_own,
    check_work,
    fits,
    move,
    opened,
    take_locks,
)
from traceability.events.writing import Entry, ReplayMismatch, in_vietnam, party_uri, place_uri, write_event

HARVESTED = StageName("harvest", "Thu hoạch", "Harvest")
BOUGHT = StageName("receive", "Nhập nguyên liệu", "Materials received")


@transaction.atomic
def record_harvest(*, output: Output, work: Work, actor: Actor) -> Done:
    """So much was picked, cut, caught or collected into a new raw lot (``output.plan``) or one that is there.

    Raises ``BadMovement``, ``BadLot``, ``LotTaken`` or ``ReplayMismatch`` and changes nothing.
    """
    return _come_in(output, work, actor, kind=PostingKind.HARVEST)


@transaction.atomic
def record_purchase(*, output: Output, work: Work, actor: Actor) -> Done:
    """So much was bought from somebody outside; where it grew is not known here. Raises as :func:`record_harvest`."""
    return _come_in(output, work, actor, kind=PostingKind.BUY)


def _come_in(output: Output, work: Work, actor: Actor, *, kind: PostingKind) -> Done:
    check_work(work)
    check_amount(output.quantity_base)
    plot = output.plan.plot if output.plan else None
    told = take_locks([output.batch] if output.batch else [], plots=[plot.pk] if plot else [])
    earlier = Event.objects.filter(client_uuid=work.client_uuid).first()
    batch = _stored_batch(earlier, output, work.client_uuid) if earlier else _target(output, work, actor)
    if kind == PostingKind.HARVEST and earlier is None and work.corrects is None:
        _check_window(batch, work.event_time)
    is_first = earlier.biz_step == "commissioning" if earlier else not batch.postings.exists()
    facts = _facts(batch, output.quantity_base, work, kind=kind, is_first=is_first)
    entry = Entry(
        batch=batch,
        facts=facts,
        client_uuid=work.client_uuid,
        stage_name_en=_stage_name(work, kind).name_en,
        photos=work.photos,
        quantity_base=output.quantity_base,
        corrects=work.corrects,
    )
    event, is_new = write_event(entry=entry, actor=actor)
    if is_new:
        move(kind, batch, output.quantity_base, event=event, actor=actor)
        if kind == PostingKind.HARVEST:
            _widen_window(batch, event.event_time)
        touch_pages(Batch.objects.filter(pk__in=told))
        record(
            actor=actor,
            action="lot.harvested" if kind == PostingKind.HARVEST else "lot.bought",
            subject=batch,
            cooperative=batch.cooperative,
            lot=batch.lot_code,
            quantity_base=output.quantity_base,
        )
        moved([batch.pk])
    batch.refresh_from_db()
    return Done(event, (batch,))


def _stored_batch(earlier: Event, output: Output, client_uuid: UUID) -> Batch:
    arrived = arrived_by(earlier)
    if len(arrived) != 1 or not fits(output, arrived[0]):
        raise ReplayMismatch("replay_mismatch", client_uuid=str(client_uuid))
    return arrived[0]


def _target(output: Output, work: Work, actor: Actor) -> Batch:
    if output.batch is not None:
        if actor.cooperative is not None:
            check_own([output.batch], actor.cooperative)
        if output.batch.kind == Batch.Kind.FINISHED:
            raise BadMovement("nothing_made")
        return output.batch
    product = output.plan.product if output.plan else None
    if product and actor.cooperative and product.cooperative_id != actor.cooperative.pk:
        raise BadMovement("foreign_lot", lot=product.code)
    return opened(output, work=work, actor=actor)


def _check_window(batch: Batch, at: datetime) -> None:
    """What was picked on another day than a public lot says is another lot: a public identity never changes."""
    day = in_vietnam(at).date()
    first, last = batch.harvested_from_on or day, batch.harvested_to_on or day
    if batch.status != Batch.Status.DRAFT and not first <= day <= last:
        raise BadMovement("lot_is_public", lot=batch.lot_code)


def _stage_name(work: Work, kind: PostingKind) -> StageName:
    return StageName.of(work.step, HARVESTED if kind == PostingKind.HARVEST else BOUGHT)


def _facts(batch: Batch, quantity_base: int, work: Work, *, kind: PostingKind, is_first: bool) -> StepFacts:
    stage_name = _stage_name(work, kind)
    at = in_vietnam(work.event_time)
    is_harvest = kind == PostingKind.HARVEST
    stage = (Stage.HARVEST if is_first else Stage.HARVEST_AGAIN) if is_harvest else Stage.RECEIVE
    birth = LotBirth(
        lot_code=batch.lot_code,
        harvested_from_on=at.date(),
        harvested_to_on=at.date(),
        growing_area_code=batch.plot.growing_area_code if batch.plot else "",
    )
    return StepFacts(
        stage=stage,
        stage_code=stage_name.code,
        stage_name=stage_name.name,
        at=at,
        recorded_at=in_vietnam(work.recorded_at),
        place=place_uri(batch) if is_harvest else party_uri(batch.cooperative),
        party=party_uri(batch.cooperative),
        who_says=str(work.who_says),
        lots=(LotAmount(batch_uri(batch), quantity_base, batch.base_unit),),
        birth=birth if is_harvest else None,
        note=work.note.strip(),
        late_reason=work.late_reason,
        corrects=work.corrects.event_id if work.corrects else "",
        said_as=work.said_as,
        parameters=work.parameters,
        evidence=tuple(photo.sha256 for photo in work.photos),
    )


def _widen_window(batch: Batch, at: datetime) -> None:
    """A draft learns on which days it was harvested. A public lot keeps its dates, whatever a correction says."""
    day = in_vietnam(at).date()
    Batch.objects.filter(pk=batch.pk, status=Batch.Status.DRAFT).update(
        harvested_from_on=min(day, batch.harvested_from_on or day),
        harvested_to_on=max(day, batch.harvested_to_on or day),
    )
