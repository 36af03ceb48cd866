"""Many lots packed and told of at once, as a sheet of them says: what ``open_batch`` and ``record_step`` do for one.

The same rules, the same document for each. All that needs no lock (documents, their hashes, numbers of lots) is made
ready before the transaction, and written in statements for all of them: nobody waits while ten thousand are reckoned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record_many
from community.bulk_rows import insert_objects
from community.cooperatives.models import Cooperative
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, PostingKind
from traceability.batches.opening import LotTaken, best_before
from traceability.batches.posting import Movement
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.epcis.canonical import canonical_text
from traceability.epcis.documents import build_event
from traceability.epcis.identifiers import constrained
from traceability.epcis.incoming import Item
from traceability.epcis.validation import check_event
from traceability.events.effects import Effect
from traceability.events.models import Event, EventItem
from traceability.events.moving import post_all, posting_of, write_postings
from traceability.events.recording import MOST_PACKS, BadStep, StepReport, step_facts
from traceability.events.withdrawing import hold_lots
from traceability.events.writing import Draft, Part, write_documents
from traceability.gs1.lot_codes import check_lot_code, free_lot_codes
from traceability.log.appending import append
from traceability.products.models import LineStep, Pack, StepKind

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PackedLot:
    """``packs`` of ``pack`` filled on ``day``. ``batch``: a draft that is open already; without it one is opened,
    under ``lot_code`` or, when that is empty, the next free one of the day."""

    pack: Pack
    day: date
    packs: int
    lot_code: str = ""
    batch: Batch | None = None


@dataclass(frozen=True, slots=True)
class ReadyLots:
    """Lots with their batches (those to be opened are not saved) and the documents of their packing."""

    lots: Sequence[PackedLot]
    batches: Sequence[Batch]
    drafts: Sequence[Draft]


def ready_lots(*, cooperative: Cooperative, lots: Sequence[PackedLot], late_reason: str) -> ReadyLots:
    """Work out what :func:`write_lots` is to write; nobody is locked out and nothing is changed. Packs and their
    products may be still unsaved.

    Raises ``BadLotCode``, ``LotTaken`` or ``BadStep`` (no_packing_step, packs_needed, too_many_packs, in_future).
    """
    steps = packing_steps({lot.pack.product.line_id for lot in lots})
    for lot in lots:
        _check(lot, steps)
    batches, now = _numbered(cooperative, lots), clock.now()
    drafts = [_draft(batch, lot, steps, now, late_reason) for batch, lot in zip(batches, lots, strict=True)]
    return ReadyLots(lots, batches, drafts)


def hold_drafts(ready: ReadyLots) -> None:
    """Lock the drafts that are open already, in the transaction that writes: whoever records by hand waits."""
    if open_already := [lot.batch.pk for lot in ready.lots if lot.batch is not None]:
        hold_lots(open_already)


@transaction.atomic
def write_lots(*, ready: ReadyLots, cooperative: Cooperative, actor: Actor) -> list[tuple[Batch, Event]]:
    """Open the batches, record the packing of each and post its stock: (batch, record) in the order of the lots.

    The caller has locked the drafts that are open already (:func:`hold_drafts`), knows since that they are still empty,
    and says :func:`tell_moved` when all is written: what is a draft is not sold, so that nobody waits for its check.
    Raises ``LotTaken`` when one of the numbers was taken since, and changes nothing.
    """
    lots, batches, drafts = ready.lots, ready.batches, ready.drafts
    if not lots:
        return []
    _open([batch for batch, lot in zip(batches, lots, strict=True) if lot.batch is None], cooperative, actor)
    events, leaves = write_documents(drafts=drafts, cooperative=cooperative, actor=actor)
    told = list(zip(events, drafts, lots, strict=True))
    post_all([(event, [_effect(event, draft)]) for event, draft, lot in told if lot.batch is not None], by=actor.user)
    _post_first([(event, draft) for event, draft, lot in told if lot.batch is None], actor)
    record_many(
        actor=actor,
        action="step.recorded",
        cooperative=cooperative,
        subjects=[(batch, {"stage": event.stage}) for batch, event in zip(batches, events, strict=True)],
    )
    append(leaves)
    return list(zip(batches, events, strict=True))


def packing_steps(line_ids: set[int | None]) -> dict[int, LineStep]:
    """The first step of packing of each of these lines, by line."""
    found = LineStep.objects.filter(line__in=[pk for pk in line_ids if pk], kind=StepKind.PACK).order_by("-position")
    return {step.line_id: step for step in found}


def tell_moved(batch_ids: Sequence[int]) -> None:
    """Pages are drawn anew and balances checked, in parts."""
    for start in range(0, len(batch_ids), AT_ONCE):
        some = batch_ids[start : start + AT_ONCE]
        touch_pages(Batch.objects.filter(pk__in=some))
        moved(some)


def moment_of_packing(day: date) -> datetime:
    """Noon of the day; of today, not later than now."""
    return min(timezone.make_aware(datetime.combine(day, time(12))), clock.now())


def _check(lot: PackedLot, steps: dict[int, LineStep]) -> None:
    if lot.pack.product.line_id not in steps:
        raise BadStep("no_packing_step")
    if lot.packs <= 0:
        raise BadStep("packs_needed")
    if lot.packs > MOST_PACKS:
        raise BadStep("too_many_packs", most=MOST_PACKS)
    if lot.day > clock.today():
        raise BadStep("in_future")


def _numbered(cooperative: Cooperative, lots: Sequence[PackedLot]) -> list[Batch]:
    """The batch of each lot: the open draft, or a new one that is not saved, each number once for its product."""
    taken: dict[str, set[str]] = defaultdict(set)  # by the code of the product, which it has before it is saved
    known = Batch.objects.filter(cooperative=cooperative).order_by()
    for product, code in known.values_list("product__code", "lot_code"):
        taken[product].add(code)
    for lot in lots:  # codes that were typed come before codes that are made up
        if lot.batch is None and lot.lot_code:
            typed, of_product = check_lot_code(lot.lot_code), taken[lot.pack.product.code]
            if typed in of_product:
                raise LotTaken("lot_taken", lot=typed)
            of_product.add(typed)
    free: dict[tuple[str, date], Iterator[str]] = {}

    def code_of(lot: PackedLot) -> str:
        product = lot.pack.product.code
        if (product, lot.day) not in free:
            free[product, lot.day] = free_lot_codes(lot.day, taken[product])
        return lot.lot_code or next(free[product, lot.day])

    return [lot.batch or _batch(cooperative, lot, code_of(lot)) for lot in lots]


def _open(fresh: Sequence[Batch], cooperative: Cooperative, actor: Actor) -> None:
    try:
        with transaction.atomic():
            insert_objects(fresh)
    except IntegrityError as clash:  # somebody opened one of them this moment
        raise LotTaken("lot_taken", lot="") from clash
    record_many(
        actor=actor,
        action="batch.opened",
        cooperative=cooperative,
        subjects=[(batch, {"lot": batch.lot_code}) for batch in fresh],
    )


def _batch(cooperative: Cooperative, lot: PackedLot, code: str) -> Batch:
    amount = lot.packs * lot.pack.net_quantity_base
    return Batch(
        cooperative=cooperative,
        product=lot.pack.product,
        pack=lot.pack,
        lot_code=code,
        produced_on=lot.day,
        packed_on=lot.day,
        best_before_on=best_before(packed_on=lot.day, shelf_life_days=lot.pack.product.shelf_life_days),
        base_unit=lot.pack.base_unit,
        on_hand_base=amount,  # the sum of its one movement, written by ``_post_first`` in this transaction
        available_base=amount,
        is_demo=cooperative.is_demo,
    )


def _draft(batch: Batch, lot: PackedLot, steps: dict[int, LineStep], now: datetime, late_reason: str) -> Draft:
    step = steps[lot.pack.product.line_id or 0]
    at = moment_of_packing(lot.day)
    amount = lot.packs * lot.pack.net_quantity_base
    report = StepReport(stage=step.code, event_time=at, parameters={}, packs=lot.packs, late_reason=late_reason)
    facts = step_facts(batch, step, report, quantity_base=amount, recorded_at=now)
    document = build_event(facts, base_url=settings.ID_BASE_URL)
    check_event(document)
    part = Part(constrained(batch_uri(batch)), EventItem.Role.OBJECT.value, True, batch, amount)
    text = canonical_text(document, is_read=True)
    return Draft(document, facts.at, facts.recorded_at, [part], step.name_en, text=text)


def _post_first(told: Sequence[tuple[Event, Draft]], actor: Actor) -> None:
    """The first and only movement of batches that were opened a moment ago with its sum."""
    write_postings([posting_of(event, _effect(event, draft), 0, actor.user) for event, draft in told])


def _effect(event: Event, draft: Draft) -> Effect:
    part = draft.parts[0]
    assert part.batch is not None and part.amount_base is not None
    movement = Movement(PostingKind.PACK, part.amount_base, at=event.event_time, event_id=event.pk)
    return Effect(part.batch, movement, Item(part.role, part.uri, part.uri, True, ""))
