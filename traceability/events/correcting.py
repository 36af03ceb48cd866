"""Taking back what was recorded: the record stays as it was, somebody says that it is wrong, and a new one says what is
right. Nobody edits (EPCIS 2.0 §7.4.1.4: errorDeclaration and corrective event)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Membership
from community.errors import DomainError
from community.photos.models import Photo
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, PostingKind
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.epcis.documents import declare_error as say_again
from traceability.epcis.documents import render_json
from traceability.epcis.facts import Parameter, SaidAs
from traceability.epcis.validation import check_schema
from traceability.events.dating import date_lots_again
from traceability.events.harvesting import record_harvest, record_purchase
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.reading import MACHINE
from traceability.events.recording import StepReport, record_step
from traceability.events.selling import SOLD_STAGE, is_shop_sale
from traceability.events.withdrawing import hold_lots, lots_of, withdraw_effects
from traceability.events.working import Output, Work
from traceability.events.writing import ReplayMismatch, in_vietnam, party_uri
from traceability.genealogy.linking import hold
from traceability.log.appending import append
from traceability.log.leaves import ERROR_DECLARATION, Leaf
from traceability.products.models import LineStep

LONGEST_NOTE = 300
SAID_BY_A_STEP = (PostingKind.PACK, PostingKind.ADJUST)


class BadCorrection(DomainError):
    """Codes: not_yours, sale_is_a_return, unknown_reason, note_needed, note_too_long, right_data_needed,
    right_data_not_wanted, other_step, several_lots."""


class AlreadyDeclared(DomainError):
    """Somebody declared this record wrong before, perhaps a moment ago; facts: stage."""


@dataclass(frozen=True, slots=True)
class ArrivalReport:
    """What really came into a raw lot: how much (base units > 0) and when."""

    quantity_base: int
    event_time: datetime
    parameters: tuple[Parameter, ...] = ()
    photos: tuple[Photo, ...] = ()
    note: str = ""
    late_reason: str = ""
    said_as: SaidAs | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a correction left behind: ``corrective`` is None when the step simply did not happen."""

    declaration: ErrorDeclaration
    corrective: Event | None


def declare_error(
    *,
    event: Event,
    reason: str,
    note: str,
    client_uuid: UUID,
    declared_at: datetime,
    actor: Actor,
    corrective: StepReport | ArrivalReport | None = None,
    with_its_sale: bool = False,
) -> Declared:
    """Declare ``event`` wrong, once, and write what is right in the same transaction.

    ``reason`` is ``did_not_occur`` (nothing replaces it) or ``incorrect_data`` (``corrective`` says the step again).
    The event's movements are cancelled by opposite ones at the same event time, its edges go, and the pages that told
    of it are drawn anew. The same ``client_uuid`` with the same words answers with what is stored.
    A sale's record goes only ``with_its_sale``: it is the sale by hand that is taken back, and its record with it.
    Raises :class:`BadCorrection`, :class:`AlreadyDeclared`, ``BadStep`` or ``ReplayMismatch`` and changes nothing.
    """
    if event.stage == SOLD_STAGE and (not with_its_sale or is_shop_sale(event)):
        raise BadCorrection("sale_is_a_return")
    words = _Words(reason, note.strip(), in_vietnam(declared_at), corrective)
    try:
        with transaction.atomic():
            return _declare(event, words, client_uuid=client_uuid, actor=actor)
    except IntegrityError as clash:
        # The database's own fence: whatever got past the lock, an event is declared wrong once.
        if ErrorDeclaration.objects.filter(event_id=event.pk).exists():
            raise AlreadyDeclared("already_declared", stage=event.stage_name) from clash
        raise


@dataclass(frozen=True, slots=True)
class _Words:
    reason: str
    note: str
    declared_at: datetime
    corrective: StepReport | ArrivalReport | None


def _declare(event: Event, words: _Words, *, client_uuid: UUID, actor: Actor) -> Declared:
    hold()  # of all locks this one comes first
    # no_key: who holds a lot, which we lock next, and only refers to the event does not wait for us.
    event = (
        Event.objects.select_for_update(of=("self",), no_key=True)
        .select_related("batch", "cooperative")
        .get(pk=event.pk)
    )
    _check(event, words, actor)
    if earlier := _earlier(event, words, client_uuid):
        return Declared(earlier, _write_right(event, words, client_uuid=client_uuid, actor=actor))
    if event.declarations.exists():
        raise AlreadyDeclared("already_declared", stage=event.stage_name)
    lots = lots_of(event)
    told = hold_lots(lots)
    # What is right goes first: stock that was sold meanwhile is never missing in between.
    corrective = _write_right(event, words, client_uuid=client_uuid, actor=actor)
    declaration = ErrorDeclaration.objects.create(
        event=event,
        corrective=corrective,
        client_uuid=client_uuid,
        reason=words.reason,
        note=words.note,
        declared_at=words.declared_at,
        received_at=clock.now(),
        body=render_json(document_of(event, words.reason, words.note, words.declared_at, corrective, actor)),
        actor=actor.user,
    )
    append([_leaf(event, declaration, lots)])
    withdraw_effects(event=event, actor=actor)
    date_lots_again(withdrawn=event, lots=lots)
    touch_pages(Batch.objects.filter(pk__in=told))
    _note_down(event, declaration, actor)
    moved(lots)
    return Declared(declaration, corrective)


def _check(event: Event, words: _Words, actor: Actor) -> None:
    if actor.cooperative is not None and actor.cooperative.pk != event.cooperative_id:
        raise BadCorrection("not_yours")
    if words.reason not in ErrorDeclaration.Reason.values:
        raise BadCorrection("unknown_reason")
    if not words.note:
        raise BadCorrection("note_needed")
    if len(words.note) > LONGEST_NOTE:
        raise BadCorrection("note_too_long", most=LONGEST_NOTE)
    says_right = words.corrective is not None
    if words.reason == ErrorDeclaration.Reason.INCORRECT_DATA and not says_right:
        raise BadCorrection("right_data_needed")
    if words.reason == ErrorDeclaration.Reason.DID_NOT_OCCUR and says_right:
        raise BadCorrection("right_data_not_wanted")
    if words.corrective is not None:
        _check_sayable(event, words.corrective)


def _check_sayable(event: Event, corrective: StepReport | ArrivalReport) -> None:
    """A report of ours tells of one lot: what an event did to others would be lost with it."""
    if len(lots_of(event)) > 1:
        raise BadCorrection("several_lots")
    if isinstance(corrective, ArrivalReport):
        fits = arrival_of(event) is not None
    else:
        fits = corrective.stage == event.stage and not event.postings.exclude(kind__in=SAID_BY_A_STEP).exists()
    if event.batch is None or not fits:
        raise BadCorrection("other_step")


def can_say_again(event: Event) -> bool:
    """Whether one report can stand for ``event``: it tells of one lot, and of an arrival, packing or nothing moved."""
    plain = event.type == "ObjectEvent" and len(lots_of(event)) == 1
    return plain and bool(arrival_of(event) or not event.postings.exclude(kind__in=SAID_BY_A_STEP).exists())


def arrival_of(event: Event) -> str | None:
    """HARVEST or BUY when that is all this event moved: it can be said again with another amount."""
    kinds = {posting.kind for posting in event.postings.exclude(kind=PostingKind.ADJUST)}
    return kinds.pop() if len(kinds) == 1 and kinds <= {PostingKind.HARVEST, PostingKind.BUY} else None


def _earlier(event: Event, words: _Words, client_uuid: UUID) -> ErrorDeclaration | None:
    """The stored answer to the same form; another content under the same id is refused."""
    earlier = ErrorDeclaration.objects.filter(client_uuid=client_uuid).first()
    if earlier is None:
        return None
    same = (earlier.event_id, earlier.reason, earlier.note) == (event.pk, words.reason, words.note)
    if not same:
        raise ReplayMismatch("replay_mismatch", client_uuid=str(client_uuid))
    return earlier


def _write_right(event: Event, words: _Words, *, client_uuid: UUID, actor: Actor) -> Event | None:
    if words.corrective is None or event.batch is None:
        return None
    if isinstance(words.corrective, ArrivalReport):
        return _arrive_again(event, event.batch, words, words.corrective, client_uuid=client_uuid, actor=actor)
    return record_step(
        batch=event.batch,
        report=words.corrective,
        client_uuid=uuid5(client_uuid, "corrective"),
        recorded_at=max(words.declared_at, words.corrective.event_time),
        actor=actor.as_part(),
        corrects=event,
    )


def _arrive_again(
    event: Event, batch: Batch, words: _Words, report: ArrivalReport, *, client_uuid: UUID, actor: Actor
) -> Event:
    step = LineStep.objects.filter(line=batch.product.line_id, code=event.stage).first()
    work = Work(
        event_time=report.event_time,
        recorded_at=max(words.declared_at, report.event_time),
        client_uuid=uuid5(client_uuid, "corrective"),
        step=step,
        note=report.note,
        parameters=report.parameters,
        photos=report.photos,
        who_says=event.who_says,
        late_reason=report.late_reason,
        said_as=report.said_as,
        corrects=event,
    )
    record_arrival = record_harvest if arrival_of(event) == PostingKind.HARVEST else record_purchase
    return record_arrival(output=Output(report.quantity_base, batch=batch), work=work, actor=actor.as_part()).event


def _leaf(event: Event, declaration: ErrorDeclaration, lots: Collection[int]) -> Leaf:
    named = Batch.objects.filter(pk__in=lots).select_related("pack").order_by("pk")
    return Leaf(
        kind=ERROR_DECLARATION,
        subject=f"declaration:{declaration.pk}",
        payload=json.loads(declaration.body),
        about=tuple(batch_uri(batch) for batch in named),
        actor=party_uri(event.cooperative),
    )


def document_of(
    event: Event, reason: str, note: str, declared_at: datetime, corrective: Event | None, actor: Actor
) -> dict[str, Any]:
    """The event said again with its errorDeclaration; valid against GS1's schema, ``eventID`` as it was.

    ``ocop:byRole`` names the role of who said so, never the person.
    """
    said = say_again(
        json.loads(event.body),
        declared_at=declared_at,
        reason=reason,
        corrective_ids=[corrective.event_id] if corrective else [],
    )
    said["errorDeclaration"] |= {"ocop:note": note, "ocop:byRole": role_of(event, actor)}
    check_schema(said)
    return said


def role_of(event: Event, actor: Actor) -> str:
    """``owner``, ``manager`` or ``recorder``; ``system`` for a machine."""
    if actor.user is None:
        return MACHINE
    members = Membership.objects.active().filter(user=actor.user, cooperative=event.cooperative_id)
    return members.values_list("role", flat=True).first() or MACHINE


def _note_down(event: Event, declaration: ErrorDeclaration, actor: Actor) -> None:
    record(
        actor=actor,
        action="step.declared_wrong",
        subject=event.batch or event,
        cooperative=event.cooperative,
        stage=event.stage,
        reason=declaration.reason,
        event=event.event_id,
        corrective=declaration.corrective.event_id if declaration.corrective else "",
    )
