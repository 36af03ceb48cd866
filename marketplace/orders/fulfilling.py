"""The seller's hand on a parcel: accept, pack from real batches, ship, deliver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.errors import DomainError
from community.text.money import show_dong
from marketplace.orders.changes.closing import close_question, ending_of
from marketplace.orders.changes.models import Shortage
from marketplace.orders.changes.stock import missing_of, write_off_missing
from marketplace.orders.changes.telling import tell_seller_answer
from marketplace.orders.changes.weighing import forget_weights, settle_weights
from marketplace.orders.delivering import tell_ready
from marketplace.orders.links import order_link
from marketplace.orders.models import Allocation, OrderLine, Parcel
from marketplace.orders.moving import move_parcel
from marketplace.orders.reserving import move_allocations, post_for, release, release_parcel
from marketplace.orders.states import SELLER, AllocationStatus, ParcelStatus
from marketplace.orders.telling import tell_buyer, tell_delivered, tell_rejected
from traceability.batches.models import Batch, PostingKind
from traceability.events.selling import record_sale


class WrongPick(DomainError):
    """What was picked is not what was ordered; codes: other_product, foreign_batch, batch_blocked, wrong_count,
    too_many, unknown_batch.

    Facts: title of the line; batch (lot code) and status (of the batch, or LOCKED); wanted and picked (packs); typed.
    """


LOCKED = "locked"  # not a status: a check of the mass balance stops a batch that is public


@dataclass(frozen=True, slots=True)
class Pick:
    """So many packs of an order line, taken from this batch."""

    line_id: int
    batch_id: int
    packs: int


@transaction.atomic
def accept_parcel(*, parcel: Parcel, actor: Actor) -> Parcel:
    """Raises ``ParcelMoved`` naming who accepted it when two press at once."""
    return move_parcel(
        parcel=parcel,
        to=ParcelStatus.ACCEPTED,
        only_from=ParcelStatus.NEW,
        actor=actor,
        accepted_at=clock.now(),
        accepted_by=actor.user,
    )


@transaction.atomic
def pack_parcel(*, parcel: Parcel, picks: Sequence[Pick], actor: Actor) -> Parcel:
    """Bind the parcel to the batches its packs were really taken from.

    ``picks`` must cover every line exactly. Batches other than the reserved ones are reserved now and the old ones go
    back on sale; a held, recalled, locked or foreign batch raises :class:`WrongPick` and changes nothing.
    """
    parcel = move_parcel(
        parcel=parcel, to=ParcelStatus.PACKED, actor=actor, packed_at=clock.now(), packed_by=actor.user
    )
    _hold_still(parcel, {pick.batch_id for pick in picks})
    for line in parcel.lines.select_related("pack").prefetch_related("changes").order_by("pk"):
        _bind(line, [pick for pick in picks if pick.line_id == line.pk], actor=actor)
    tell_ready(parcel)
    return parcel


@transaction.atomic
def unpack_parcel(*, parcel: Parcel, actor: Actor) -> Parcel:
    """Open a packed parcel again, because a batch in it may no longer leave. Its goods stay reserved,

    and its weight counts no longer: other packs may go.
    """
    parcel = move_parcel(
        parcel=parcel,
        to=ParcelStatus.ACCEPTED,
        only_from=ParcelStatus.PACKED,
        actor=actor,
        packed_at=None,
        packed_by=None,
    )
    packed = Allocation.objects.filter(line__parcel=parcel, status=AllocationStatus.PACKED)
    move_allocations(packed, AllocationStatus.COMMITTED)
    forget_weights(parcel, actor=actor)
    return parcel


def _hold_still(parcel: Parcel, wanted: set[int]) -> None:
    """Lock every batch that may be written, in primary-key order: no recall slips in between look and write, and two
    packers with the same batches wait for each other in one direction only."""
    held = Allocation.objects.filter(line__parcel=parcel).values_list("batch_id", flat=True)
    list(Batch.objects.select_for_update().filter(pk__in=wanted | set(held)).order_by("pk"))


def reserved_picks(parcel: Parcel) -> list[Pick]:
    """The picks as first expired, first out reserved them: what packing proposes."""
    allocations = Allocation.objects.filter(line__parcel=parcel, status=AllocationStatus.COMMITTED)
    return [
        Pick(line_id=each.line_id, batch_id=each.batch_id, packs=each.packs)
        for each in allocations.select_related("line").order_by("pk")
    ]


def _bind(line: OrderLine, picks: Sequence[Pick], *, actor: Actor) -> None:
    wanted: dict[int, int] = {}
    for pick in picks:
        wanted[pick.batch_id] = wanted.get(pick.batch_id, 0) + pick.packs
    picked = sum(wanted.values())
    if picked != line.packs_to_send or any(pick.packs <= 0 for pick in picks):
        raise WrongPick("wrong_count", title=line.shown_title, wanted=line.packs_to_send, picked=picked)
    batches = {batch.pk: batch for batch in Batch.objects.filter(pk__in=wanted)}
    for batch_id in wanted:
        check_pick(line, batches.get(batch_id))
    _rebind(line, wanted, actor=actor)


def check_pick(line: OrderLine, batch: Batch | None) -> None:
    """May packs of ``batch`` go out for ``line`` today? Raises :class:`WrongPick`."""
    if batch is None or batch.pack_id != line.pack_id:
        raise WrongPick("other_product", title=line.shown_title, batch=batch.lot_code if batch else "")
    if batch.status != Batch.Status.PUBLISHED or batch.locked_at or batch.is_expired(clock.today()):
        raise _blocked(line, batch)


def _blocked(line: OrderLine, batch: Batch) -> WrongPick:
    status = LOCKED if batch.status == Batch.Status.PUBLISHED and batch.locked_at else batch.status
    return WrongPick("batch_blocked", title=line.shown_title, batch=batch.lot_code, status=status)


def _rebind(line: OrderLine, wanted: dict[int, int], *, actor: Actor) -> None:
    kept: set[int] = set()
    for allocation in line.allocations.filter(status=AllocationStatus.COMMITTED).order_by("batch_id"):
        if wanted.get(allocation.batch_id, 0) * line.net_quantity_base == allocation.quantity_base:
            kept.add(allocation.batch_id)
        else:
            release(allocation=allocation, actor=actor)
    for batch_id in sorted(set(wanted) - kept):
        fresh = Allocation.objects.create(
            line=line,
            batch_id=batch_id,
            quantity_base=wanted[batch_id] * line.net_quantity_base,
            status=AllocationStatus.COMMITTED,
        )
        post_for(fresh, kind=PostingKind.RESERVE, actor=actor)
    move_allocations(Allocation.objects.filter(line=line), AllocationStatus.PACKED)


@transaction.atomic
def ship_parcel(*, parcel: Parcel, courier: str, courier_code: str, actor: Actor) -> Parcel:
    """Hand over to the courier: the packs leave their batches for good, in the ledger and in the history.

    A batch held, recalled or locked by the balance since packing does not leave: :class:`WrongPick` batch_blocked.
    """
    parcel = move_parcel(
        parcel=parcel,
        to=ParcelStatus.SHIPPED,
        only_from=ParcelStatus.PACKED,
        actor=actor,
        shipped_at=clock.now(),
        shipped_by=actor.user,
        courier=courier,
        courier_code=courier_code,
    )
    sell_packed(parcel=parcel, actor=actor)
    _tell_buyer_it_left(parcel)
    return parcel


def sell_packed(*, parcel: Parcel, actor: Actor) -> None:
    """What is packed for a parcel leaves its batches; call inside a transaction. Raises :class:`WrongPick`."""
    _hold_still(parcel, set())
    settle_weights(parcel, actor=actor)
    packed = Allocation.objects.filter(line__parcel=parcel, status=AllocationStatus.PACKED)
    for allocation in packed.select_related("batch", "line").order_by("batch_id", "pk"):
        batch = allocation.batch
        if batch.status in (Batch.Status.ON_HOLD, Batch.Status.RECALLED) or batch.locked_at:
            raise _blocked(allocation.line, batch)
        _sell(allocation, parcel=parcel, actor=actor)


def _sell(allocation: Allocation, *, parcel: Parcel, actor: Actor) -> None:
    record_sale(
        batch=allocation.batch,
        quantity_base=allocation.quantity_base,
        reference=parcel.code,
        client_uuid=uuid5(NAMESPACE_URL, f"allocation:{allocation.pk}:{parcel.code}"),
        actor=actor,
    )
    move_allocations(Allocation.objects.filter(pk=allocation.pk), AllocationStatus.SOLD)
    post_for(allocation, kind=PostingKind.SELL, actor=actor)


def _tell_buyer_it_left(parcel: Parcel) -> None:
    order = parcel.order
    with override(order.language):
        text = gettext("Order %(code)s: %(seller)s has sent your goods. See which batch they come from: %(link)s") % {
            "code": order.code,
            "seller": parcel.seller_name,
            "link": order_link(order),
        }
        if parcel.owes_on_delivery:
            said = gettext("Not paid yet: transfer %(sum)s when it arrives, with the QR on the slip or here.")
            text += " " + said % {"sum": show_dong(parcel.total_dong)}
    tell_buyer(order, kind="parcel_shipped", key=parcel.code, text=text, about=parcel, seller=parcel.seller_name)


@transaction.atomic
def deliver_parcel(*, parcel: Parcel, actor: Actor, by: str = SELLER) -> Parcel:
    """It arrived; ``by``: who says so. The buyer's word is not taken back."""
    at = clock.now()
    parcel = move_parcel(parcel=parcel, to=ParcelStatus.DELIVERED, actor=actor, delivered_at=at, delivered_by=by)
    if by == SELLER and not parcel.pick_up_at and not parcel.owes_on_delivery:
        tell_delivered(parcel)
    return parcel


@transaction.atomic
def end_parcel(
    *, parcel: Parcel, to: ParcelStatus, reason: str, actor: Actor, question: Shortage | None = None
) -> Parcel:
    """Refuse or cancel: the goods go back on sale. Money that has come is the payments room's to return.

    An open question about missing goods ends with it (``question``: one that the caller has just ended): what the
    seller did not find is not offered again.
    """
    if question is None:
        question = close_question(parcel=parcel, to=ending_of(reason), actor=actor)
    parcel = move_parcel(parcel=parcel, to=to, actor=actor, ended_at=clock.now(), end_reason=reason)
    missing = missing_of(question)
    release_parcel(parcel=parcel, actor=actor)
    write_off_missing(missing, actor=actor)
    if question is not None and question.status == Shortage.Status.CANCELLED:
        tell_seller_answer(question)
    if to == ParcelStatus.REJECTED:
        tell_rejected(parcel)
    return parcel
