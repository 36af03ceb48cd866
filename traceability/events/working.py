"""What the verbs that move goods between lots have in common: who asks, what is taken, what comes out, what is refused.

Each of them writes one event, its postings, its edges and its log leaf in one transaction. Locks are taken in one order
everywhere (graph, lots by id, log), so that two of them never wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Min

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.models import Photo
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.batches.opening import LotPlan, open_batch, open_lot
from traceability.batches.posting import Movement, post
from traceability.epcis.facts import Parameter, SaidAs
from traceability.events.models import Event, WhoSays
from traceability.events.withdrawing import hold_lots
from traceability.events.writing import in_vietnam
from traceability.genealogy.linking import hold
from traceability.products.models import LineStep, Pack

CLOCK_TOLERANCE = timedelta(minutes=5)
LONGEST_NOTE = 200
MOST_BASE = 10**12
ARRIVALS = (PostingKind.HARVEST, PostingKind.BUY, PostingKind.IN, PostingKind.PACK)


class BadMovement(DomainError):
    """Codes: in_future, note_too_long, nothing_taken, nothing_made, amount_needed, amount_too_large, foreign_lot,
    lot_twice (lot), before_its_lot (lot, since), other_unit (lot), does_not_add_up (taken_base, told_base, unit),
    loss_too_large, lot_is_public (lot; it was harvested on other days)."""


@dataclass(frozen=True, slots=True)
class Work:
    """When and by which step something was done, as the form brings it. ``step`` gives the event its name."""

    event_time: datetime
    recorded_at: datetime
    client_uuid: UUID
    step: LineStep | None = None
    note: str = ""
    parameters: tuple[Parameter, ...] = ()
    photos: tuple[Photo, ...] = ()
    who_says: str = WhoSays.SELF
    late_reason: str = ""
    said_as: SaidAs | None = None  # how the amount that came was said; its product is that amount
    corrects: Event | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """So much of a lot goes in, in its base unit."""

    batch: Batch
    quantity_base: int


@dataclass(frozen=True, slots=True)
class Output:
    """What comes out: into a batch that is there, or into a new one (a lot as planned, or a batch of ``pack``)."""

    quantity_base: int
    batch: Batch | None = None
    plan: LotPlan | None = None
    pack: Pack | None = None
    lot_code: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The stored event and the lots that came out of it, in the order they were asked for."""

    event: Event
    batches: tuple[Batch, ...] = field(default=())

    @property
    def batch(self) -> Batch:
        return self.batches[0]


@dataclass(frozen=True, slots=True)
class StageName:
    """What a step is called where the line has none of its own."""

    code: str
    name: str
    name_en: str

    @classmethod
    def of(cls, step: LineStep | None, otherwise: StageName) -> StageName:
        return cls(step.code, step.name, step.name_en) if step else otherwise


def check_work(work: Work) -> None:
    if work.event_time > clock.now() + CLOCK_TOLERANCE:
        raise BadMovement("in_future")
    if len(work.note) > LONGEST_NOTE:
        raise BadMovement("note_too_long", most=LONGEST_NOTE)


def check_amount(quantity_base: int) -> None:
    if quantity_base <= 0:
        raise BadMovement("amount_needed")
    if quantity_base > MOST_BASE:
        raise BadMovement("amount_too_large")


def check_own(batches: Iterable[Batch], cooperative: Cooperative) -> None:
    """A lot of another cooperative is not ours to use; what was bought from it is a new lot here."""
    for batch in batches:
        if batch.cooperative_id != cooperative.pk:
            raise BadMovement("foreign_lot", lot=batch.public_code)


def check_once_each(batches: Sequence[Batch]) -> None:
    seen: set[int] = set()
    for batch in batches:
        if batch.pk in seen:
            raise BadMovement("lot_twice", lot=batch.lot_code)
        seen.add(batch.pk)


def check_order_in_time(taken: Collection[Batch], at: datetime) -> None:
    """Nothing is made of a lot before that lot came into being."""
    since = (
        Posting.objects.filter(batch__in=taken, kind__in=ARRIVALS, cancelled_by__isnull=True)
        .values("batch__lot_code")
        .annotate(since=Min("at"))
    )
    for row in since:
        if in_vietnam(at) < in_vietnam(row["since"]):
            raise BadMovement("before_its_lot", lot=row["batch__lot_code"], since=row["since"].isoformat())


def take_locks(batches: Iterable[Batch], *, plots: Collection[int] = ()) -> frozenset[int]:
    """The graph, then the lots with what was made of them and those of the same ground (or of ``plots``), by id;
    answers whose pages may change.

    ``batches`` are read anew.
    """
    listed = list(batches)
    hold()
    told = hold_lots([batch.pk for batch in listed], plots=plots)
    for batch in listed:
        batch.refresh_from_db()
    return told


def opened(output: Output, *, work: Work, actor: Actor) -> Batch:
    """The batch that ``output`` goes into; opens it where it is new."""
    day = in_vietnam(work.event_time).date()
    if output.batch is not None:
        return output.batch
    if output.pack is not None:
        return open_batch(pack=output.pack, day=day, actor=actor.as_part(), lot_code=output.lot_code)
    if output.plan is None:
        raise BadMovement("nothing_made")
    return open_lot(plan=output.plan, day=day, actor=actor.as_part())


def arrived_by(event: Event) -> list[Batch]:
    """The lots an event brought forth, in the order they were asked for."""
    postings = Posting.objects.filter(event=event, kind__in=ARRIVALS).select_related("batch__product", "batch__pack")
    return [posting.batch for posting in postings.order_by("pk")]


def fits(output: Output, batch: Batch) -> bool:
    """Whether ``batch`` is what a repeated request for ``output`` would have opened or filled."""
    if output.batch is not None:
        return output.batch.pk == batch.pk
    if output.pack is not None:
        return batch.pack_id == output.pack.pk and output.lot_code.strip().upper() in ("", batch.lot_code)
    plan = output.plan
    return plan is not None and (
        (plan.product.pk, plan.material.strip(), plan.base_unit, plan.kind)
        == (batch.product_id, batch.material, batch.base_unit, batch.kind)
    )


def move(kind: PostingKind, batch: Batch, quantity_base: int, *, event: Event, actor: Actor) -> None:
    """Post one side of ``event``. Raises ``OutOfStock``."""
    movement = Movement(
        kind,
        quantity_base,
        key=f"event:{event.pk}:{kind}:{batch.pk}",
        at=event.event_time,
        event_id=event.pk,
        by=actor.user,
    )
    post(batch_id=batch.pk, movement=movement)
