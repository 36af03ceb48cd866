"""Takes goods of real batches for an order, and gives them back.

Planning reads, reserving writes under a guard: when somebody else was faster the plan is made again from what is left,
so a buyer is refused only when the goods are truly gone. Batches are written in primary-key order, whatever the order
of the basket, so that two orders cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from community import clock
from community.audit.actors import Actor
from community.errors import DomainError
from marketplace.orders.models import Allocation, OrderLine, Parcel
from marketplace.orders.states import AllocationStatus, allocation_states_before
from marketplace.vouchers.using import give_back_use
from traceability.batches.choosing import Holding, Share, first_expired_first_out
from traceability.batches.models import Batch, PostingKind
from traceability.batches.posting import BatchNotOnSale, Movement, OutOfStock, post

PLANS_BEFORE_GIVING_UP = 8


class SoldOut(DomainError):
    """Not enough packs left; facts: title, wanted (packs), left (packs), pack_code."""


def packs_left(pack_ids: Iterable[int], *, today: date) -> dict[int, int]:
    """Whole packs that can be bought now, by pack id. One query; packs without goods are absent."""
    left: dict[int, int] = {}
    rows = (
        Batch.objects.on_sale(today)
        .filter(pack_id__in=list(pack_ids), available_base__gt=0)
        .values_list("pack_id", "available_base", "pack__net_quantity_base")
    )
    for pack_id, available, net in rows:
        left[pack_id] = left.get(pack_id, 0) + available // net
    return left


def reserve_lines(*, lines: Sequence[OrderLine], actor: Actor) -> list[Allocation]:
    """Hold every line's packs or none. Call inside a transaction. Raises :class:`SoldOut`."""
    return reserve_packs(wanted=[(line, line.quantity) for line in lines], actor=actor)


def reserve_packs(*, wanted: Sequence[tuple[OrderLine, int]], actor: Actor) -> list[Allocation]:
    """The same for so many packs of each line, whatever was ordered."""
    for _attempt in range(PLANS_BEFORE_GIVING_UP):
        plan = _plan(wanted)
        try:
            with transaction.atomic():
                return _reserve(plan, actor=actor)
        except (OutOfStock, BatchNotOnSale):
            continue
    raise _sold_out(*wanted[0], left=0)


def _plan(wanted: Sequence[tuple[OrderLine, int]]) -> list[tuple[OrderLine, Share]]:
    today = clock.today()
    plan: list[tuple[OrderLine, Share]] = []
    for line, packs in wanted:
        rows = (
            Batch.objects.on_sale(today)
            .filter(pack_id=line.pack_id, available_base__gte=line.net_quantity_base)
            .first_expired_first_out()
            .values_list("pk", "available_base")
        )
        holdings = [Holding(pk, available) for pk, available in rows]
        shares = first_expired_first_out(packs=packs, net_quantity_base=line.net_quantity_base, holdings=holdings)
        if shares is None:
            left = sum(holding.available_base // line.net_quantity_base for holding in holdings)
            raise _sold_out(line, packs, left=left)
        plan.extend((line, share) for share in shares)
    return sorted(plan, key=lambda step: step[1].batch_id)


def _reserve(plan: Sequence[tuple[OrderLine, Share]], *, actor: Actor) -> list[Allocation]:
    allocations = []
    for line, share in plan:
        allocation = Allocation.objects.create(
            line=line, batch_id=share.batch_id, quantity_base=share.quantity_base, status=AllocationStatus.HELD
        )
        post_for(allocation, kind=PostingKind.RESERVE, actor=actor)
        allocations.append(allocation)
    return allocations


def _sold_out(line: OrderLine, packs: int, *, left: int) -> SoldOut:
    return SoldOut("sold_out", title=line.title, wanted=packs, left=left, pack_code=line.pack.code)


def post_for(allocation: Allocation, *, kind: PostingKind, actor: Actor) -> None:
    """One ledger movement of an allocation; its key makes a second call change nothing."""
    post(
        batch_id=allocation.batch_id,
        movement=Movement(
            kind=kind, quantity_base=allocation.quantity_base, key=f"{kind}:{allocation.pk}", by=actor.user
        ),
    )


def release_parcel(*, parcel: Parcel, actor: Actor) -> None:
    """Give back what a parcel holds. Each allocation is released once, however often this is called."""
    for allocation in _open_allocations(parcel):
        release(allocation=allocation, actor=actor)
    give_back_use(parcel_id=parcel.pk)


def release(*, allocation: Allocation, actor: Actor) -> None:
    if move_allocations(Allocation.objects.filter(pk=allocation.pk), AllocationStatus.RELEASED):
        post_for(allocation, kind=PostingKind.RELEASE, actor=actor)


def commit_parcel(*, parcel: Parcel) -> None:
    """The money is there: the hold no longer runs out."""
    held = Allocation.objects.filter(line__parcel=parcel, status=AllocationStatus.HELD)
    move_allocations(held, AllocationStatus.COMMITTED)


def move_allocations(rows: QuerySet[Allocation], to: AllocationStatus) -> int:
    """Move those of ``rows`` that the table allows to go there; how many."""
    return rows.filter(status__in=allocation_states_before(to)).update(status=to)


def _open_allocations(parcel: Parcel) -> list[Allocation]:
    return list(
        Allocation.objects.filter(line__parcel=parcel)
        .exclude(status__in=[AllocationStatus.RELEASED, AllocationStatus.SOLD, AllocationStatus.RETURNED])
        .order_by("batch_id", "pk")
    )
