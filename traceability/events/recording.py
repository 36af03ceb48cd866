"""Recording a step: what a member saw and did, stored as one EPCIS event with its stock movement, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.photos.models import Photo
from community.text.quantities import InvalidNumber, parse_decimal_vi
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, PostingKind
from traceability.batches.posting import Movement, post
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.epcis.facts import LotAmount, Parameter, StepFacts
from traceability.epcis.stages import stage_of_step
from traceability.events.dating import HARVEST_CODES, give_dates
from traceability.events.models import Event, WhoSays
from traceability.events.withdrawing import hold_lots
from traceability.events.writing import Entry, in_vietnam, party_uri, place_uri, write_event
from traceability.products.models import LineStep, StepKind

CLOCK_TOLERANCE = timedelta(minutes=5)
LATE_AFTER = timedelta(hours=48)
MOST_PACKS = 10_000_000
LONGEST_TEXT = 200


class BadStep(DomainError):
    """Codes: in_future, unknown_stage, packs_needed, too_many_packs, bad_number (fact: key), text_too_long."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step as the form brings it. ``parameters`` are typed texts by the step's own keys ("1,5" is a number);
    ``packs`` only for packing; ``amount`` is what was weighed or counted, in its own unit."""

    stage: str
    event_time: datetime
    parameters: dict[str, str]
    photos: tuple[Photo, ...] = ()
    packs: int | None = None
    amount: Decimal | None = None
    amount_unit: str = ""
    note: str = ""
    late_reason: str = ""
    who_says: str = WhoSays.SELF


def is_late(*, event_time: datetime, recorded_at: datetime) -> bool:
    """Written down more than 48 hours after it happened: people are asked why, and the answer is kept and shown."""
    return recorded_at - event_time > LATE_AFTER


@transaction.atomic
def record_step(
    *,
    batch: Batch,
    report: StepReport,
    client_uuid: UUID,
    recorded_at: datetime,
    actor: Actor,
    corrects: Event | None = None,
) -> Event:
    """Store one step of ``batch``. Raises :class:`BadStep` or ``ReplayMismatch`` and changes nothing.

    ``recorded_at`` is the phone's time of writing; what happened may be long ago (late entry is shown, not refused)
    but never in the future. Packing adds stock, once, and gives a draft its dates. ``corrects`` is the record that
    this one puts right; call :func:`traceability.events.correcting.declare_error` instead of passing it yourself.
    """
    step = _step_of(batch, report.stage)
    if report.event_time > clock.now() + CLOCK_TOLERANCE:
        raise BadStep("in_future")
    quantity = _packed_base(batch, step, report.packs)
    entry = Entry(
        batch=batch,
        facts=step_facts(batch, step, report, quantity_base=quantity, recorded_at=recorded_at, corrects=corrects),
        client_uuid=client_uuid,
        stage_name_en=step.name_en,
        photos=report.photos,
        quantity_base=quantity,
        corrects=corrects,
    )
    told = hold_lots([batch.pk])
    event, is_new = write_event(entry=entry, actor=actor)
    if is_new:
        _apply(batch, step, event, quantity_base=quantity, actor=actor)
        touch_pages(Batch.objects.filter(pk__in=told))
        batch.refresh_from_db()
        record(actor=actor, action="step.recorded", subject=batch, cooperative=batch.cooperative, stage=step.code)
        moved([batch.pk])
    return event


def _step_of(batch: Batch, stage: str) -> LineStep:
    step = LineStep.objects.filter(line=batch.product.line_id, code=stage).first()
    if step is None:
        raise BadStep("unknown_stage", stage=stage[:40])
    return step


def _packed_base(batch: Batch, step: LineStep, packs: int | None) -> int | None:
    if step.kind != StepKind.PACK or batch.pack is None:
        return None
    if packs is None or packs <= 0:
        raise BadStep("packs_needed")
    if packs > MOST_PACKS:
        raise BadStep("too_many_packs", most=MOST_PACKS)
    return packs * batch.pack.net_quantity_base


def step_facts(
    batch: Batch,
    step: LineStep,
    report: StepReport,
    *,
    quantity_base: int | None,
    recorded_at: datetime,
    corrects: Event | None = None,
) -> StepFacts:
    """What the document of this step says. Raises :class:`BadStep`."""
    for key in ("note", "late_reason"):
        _words(key, getattr(report, key))
    return StepFacts(
        stage=stage_of_step(step.kind, step.code),
        stage_code=step.code,
        stage_name=step.name,
        at=in_vietnam(report.event_time),
        recorded_at=in_vietnam(recorded_at),
        place=place_uri(batch) if _in_the_field(step) else party_uri(batch.cooperative),
        party=party_uri(batch.cooperative),
        who_says=str(report.who_says),
        lots=(LotAmount(batch_uri(batch), quantity_base, batch.base_unit),),
        note=report.note.strip(),
        late_reason=report.late_reason.strip(),
        corrects=corrects.event_id if corrects else "",
        parameters=tuple(_parameters(step, report)),
        evidence=tuple(photo.sha256 for photo in report.photos),
    )


def _in_the_field(step: LineStep) -> bool:
    """Growing and harvesting happen on the plot; everything after it where the cooperative works."""
    return step.kind in {StepKind.ORIGIN, StepKind.INPUT} or step.code in HARVEST_CODES


def read_parameters(step: LineStep, answers: dict[str, str]) -> list[Parameter]:
    """Typed texts by the step's keys, as the record holds them. Raises :class:`BadStep`."""
    found = []
    for asked in step.parameters:
        typed = answers.get(asked["key"], "").strip()
        if typed:
            value = _number(asked, typed) if is_measured(asked) else _words(asked["key"], typed)
            found.append(Parameter(asked["key"], asked["label_vi"], value, asked["unit"]))
    return found


def _parameters(step: LineStep, report: StepReport) -> list[Parameter]:
    found = read_parameters(step, report.parameters)
    if report.amount is not None:
        found.append(Parameter("amount", "Số lượng", report.amount.normalize(), report.amount_unit))
    return found


def is_measured(asked: dict[str, Any]) -> bool:
    """A parameter with a typical range is a number; without one it is said in words ("đạt")."""
    return asked.get("typical_min") is not None or asked.get("typical_max") is not None


def _number(asked: dict[str, Any], typed: str) -> Decimal:
    """Only a temperature may be below zero."""
    below_zero = asked["unit"] == "°C" and typed[0] in "-−"
    try:
        number = parse_decimal_vi(typed[1:] if below_zero else typed)
    except InvalidNumber as fault:
        raise BadStep("bad_number", key=asked["key"], typed=typed[:20]) from fault
    return -number if below_zero else number


def _words(key: str, typed: str) -> str:
    if len(typed) > LONGEST_TEXT:
        raise BadStep("text_too_long", key=key, most=LONGEST_TEXT)
    return typed


def _apply(batch: Batch, step: LineStep, event: Event, *, quantity_base: int | None, actor: Actor) -> None:
    if quantity_base:
        post(
            batch_id=batch.pk,
            movement=Movement(
                PostingKind.PACK,
                quantity_base,
                key=f"event:{event.pk}",
                at=event.event_time,
                event_id=event.pk,
                by=actor.user,
            ),
        )
    give_dates(batch=batch, step=step, event=event)
