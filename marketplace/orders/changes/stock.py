"""What a smaller parcel does to the lots it was reserved on. Quantities in base units.

Goods that are not there must not be offered again: what the seller did not find leaves the books of its lot in the same
transaction that sets it free. What was merely not sent (a lighter pack) stays in its lot.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import F

from community.audit.actors import Actor
from marketplace.orders.changes.models import Shortage, ShortageLine
from marketplace.orders.models import Allocation
from marketplace.orders.reserving import post_for, release
from marketplace.orders.states import AllocationStatus
from traceability.balance.counting import write_off
from traceability.balance.gathering import in_force
from traceability.balance.near import hold_near
from traceability.batches.models import Batch, PostingKind

NOT_FOUND = "Thiếu so với sổ khi soạn hàng"  # stored and public, so in Vietnamese; never an order's code
OPEN = (AllocationStatus.HELD, AllocationStatus.COMMITTED, AllocationStatus.PACKED)


def _hold_lots_of(shortage: Shortage) -> None:
    """Lock the lots of the parcel, by id, before anything of them is written."""
    lots = Allocation.objects.filter(line__parcel=shortage.parcel_id, status__in=OPEN).values_list(
        "batch_id", flat=True
    )
    hold_near(sorted(set(lots)))


def missing_of(shortage: Shortage | None) -> dict[int, int]:
    """By batch id, how much of what is reserved there the seller did not find; locks those lots. {} without one.

    Lots that were counted since the question are left out: their books say already what is there.
    """
    if shortage is None:
        return {}
    _hold_lots_of(shortage)
    missing: dict[int, int] = {}
    for allocation, base in _not_there(shortage):
        missing[allocation.batch_id] = missing.get(allocation.batch_id, 0) + base
    counted = _counted_since(shortage, missing) if missing else set()
    return {lot: base for lot, base in missing.items() if lot not in counted}


def _counted_since(shortage: Shortage, lots: Collection[int]) -> set[int]:
    """Lots a person counted after the question; what other orders did not find there is no count of the whole lot."""
    asked_at = shortage.asked_at
    to_the_millisecond = asked_at.replace(microsecond=asked_at.microsecond // 1000 * 1000)  # as events say it
    counts = in_force().filter(batch__in=lots, kind=PostingKind.ADJUST, at__gte=to_the_millisecond)
    return set(counts.exclude(event__body__contains=NOT_FOUND).values_list("batch_id", flat=True))


def let_go(shortage: Shortage, *, actor: Actor) -> None:
    """The missing packs no longer belong to the order, nor to the books of their lots."""
    missing = missing_of(shortage)
    for allocation, base in list(_not_there(shortage)):
        split_off(allocation, base, actor=actor)
    write_off_missing(missing, actor=actor)


def write_off_missing(missing: dict[int, int], *, actor: Actor) -> None:
    """Said to everybody as a count of each lot; call after what was reserved is free again."""
    for batch in Batch.objects.filter(pk__in=missing).select_related("cooperative", "pack").order_by("pk"):
        write_off(batch=batch, missing_base=missing[batch.pk], note=NOT_FOUND, actor=actor)


def split_off(allocation: Allocation, base: int, *, actor: Actor) -> None:
    """Set ``base`` of an allocation free; the rest stays where it is."""
    if base >= allocation.quantity_base:
        release(allocation=allocation, actor=actor)
        return
    Allocation.objects.filter(pk=allocation.pk).update(quantity_base=F("quantity_base") - base)
    freed = Allocation.objects.create(
        line_id=allocation.line_id,
        batch_id=allocation.batch_id,
        quantity_base=base,
        status=AllocationStatus.RELEASED,
    )
    post_for(freed, kind=PostingKind.RELEASE, actor=actor)


def _not_there(shortage: Shortage) -> Iterator[tuple[Allocation, int]]:
    """Allocations of what is missing, the last to expire first: the buyer gets the oldest, as always."""
    for told in shortage.lines.select_related("line"):
        yield from _of_line(told)


def _of_line(told: ShortageLine) -> Iterator[tuple[Allocation, int]]:
    left = told.packs_missing * told.line.net_quantity_base
    for allocation in told.line.allocations.filter(status__in=OPEN).order_by("-pk"):
        base = min(left, allocation.quantity_base)
        if base <= 0:
            return
        left -= base
        yield allocation, base
