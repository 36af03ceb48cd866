"""Posting the movements of many events at once: the same rows as one by one, in a constant number of queries.

Only for lots the caller has locked and whose balances it has judged; the database's CHECK constraints stand behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from community.accounts.models import User
from community.bulk_rows import insert_values
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.batches.opening import best_before
from traceability.events.effects import Effect
from traceability.events.models import Event

_CHANGED = (
    "available_base", "shortfall_base", "on_hand_base", "packed_on", "best_before_on", "harvested_from_on",
    "harvested_to_on",
)  # fmt: skip
_COLUMNS = [field.attname for field in Posting._meta.concrete_fields[1:]]


def post_all(effects: Sequence[tuple[Event, Sequence[Effect]]], *, by: User | None) -> None:
    """Write the postings and move the cached sums; drafts learn their dates from what made them."""
    ids = {effect.batch.pk for _, found in effects for effect in found}
    if not ids:
        return
    batches = {batch.pk: batch for batch in Batch.objects.filter(pk__in=ids).select_related("product")}
    postings = []
    for event, found in effects:
        for place, effect in enumerate(found):
            batch, movement = batches[effect.batch.pk], effect.movement
            posting = posting_of(event, effect, place, by)
            _net(batch, posting.on_hand_delta, posting.available_delta)
            _date(batch, movement.kind, timezone.localdate(event.event_time))
            postings.append(posting)
    write_postings(postings)
    Batch.objects.bulk_update(batches.values(), _CHANGED)


def posting_of(event: Event, effect: Effect, place: int, by: User | None) -> Posting:
    """The row, not saved, of the effect that stands at ``place`` among those of ``event``."""
    movement = effect.movement
    on_hand, available = movement.deltas
    return Posting(
        batch=effect.batch,
        kind=movement.kind,
        quantity_base=movement.quantity_base,
        on_hand_delta=on_hand,
        available_delta=available,
        at=event.event_time,
        key=f"event:{event.pk}:{place}",
        event=event,
        actor=by,
    )


def write_postings(postings: Sequence[Posting]) -> None:
    """New rows of movements in few statements; their ids are not told."""
    insert_values(Posting, _COLUMNS, [[getattr(one, name) for name in _COLUMNS] for one in postings])


def _net(batch: Batch, on_hand: int, available: int) -> None:
    """As ``batches.posting`` nets them: what is there fills the shortfall first."""
    held, there = batch.available_base - batch.shortfall_base + available, batch.on_hand_base - batch.shortfall_base
    batch.available_base, batch.shortfall_base = max(0, held), max(0, -held)
    batch.on_hand_base = there + on_hand + batch.shortfall_base


def _date(batch: Batch, kind: str, day: date) -> None:
    if batch.status != Batch.Status.DRAFT:
        return
    if kind == PostingKind.PACK and batch.packed_on is None:
        batch.packed_on = day
        batch.best_before_on = best_before(packed_on=day, shelf_life_days=batch.product.shelf_life_days)
    elif kind == PostingKind.HARVEST:
        batch.harvested_from_on = min(day, batch.harvested_from_on or day)
        batch.harvested_to_on = max(day, batch.harvested_to_on or day)
