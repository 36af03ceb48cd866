"""Goods by weight: what the scale says when packing, and what goes back when it is less than was paid for.

More than promised costs the buyer nothing: an upward change would need a consent nobody has time to ask for (R27). The
figure may be typed again until the parcel leaves; leaving makes it final. See docs/decisions/0106-weighed-goods.md.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.changes.models import LineChange, ParcelChange, Weighing
from marketplace.orders.changes.owing import goods_owed, reckon_owed
from marketplace.orders.changes.reckoning import MASS, Weight, for_delivery, weight_of
from marketplace.orders.changes.stock import split_off
from marketplace.orders.changes.telling import tell_buyer_weighed
from marketplace.orders.models import Allocation, OrderLine, Parcel, came_to_seller
from marketplace.orders.moving import moved
from marketplace.orders.states import AllocationStatus, ParcelStatus
from marketplace.pricing.money import split
from traceability.batches.models import PostingKind
from traceability.batches.posting import Movement, post
from traceability.events.selling import record_sale

MAY_WEIGH = (ParcelStatus.ACCEPTED, ParcelStatus.PACKED)
WEIGHED = "weighed"
LEAST_PERCENT, MOST_PERCENT = 90, 150


class CannotWeigh(DomainError):
    """Codes: ``not_by_weight``, ``too_light`` (facts: least_base; the buyer has to be asked), ``too_heavy``."""


def is_by_weight(line: OrderLine) -> bool:
    """Counted in grams, and something of it goes."""
    return line.base_unit == MASS and line.packs_to_send > 0


@transaction.atomic
def weigh_line(*, parcel: Parcel, line: OrderLine, content_base: int, actor: Actor) -> Weight:
    """Write down what all packs of a line weigh together, in grams; the last word before the parcel leaves counts.

    Raises :class:`CannotWeigh`, or ``ParcelMoved`` when the parcel is not being packed (any more).
    """
    rows = Parcel.objects.select_for_update().filter(
        came_to_seller(), pk=parcel.pk, status__in=MAY_WEIGH, asked_at=None
    )
    if not rows.exists():
        raise moved(parcel, wanted=WEIGHED)
    line = parcel.lines.prefetch_related("changes").get(pk=line.pk)
    if not is_by_weight(line):
        raise CannotWeigh("not_by_weight", title=line.shown_title)
    promised = line.packs_to_send * line.net_quantity_base
    if content_base * 100 < promised * LEAST_PERCENT:
        raise CannotWeigh("too_light", title=line.shown_title, promised_base=promised)
    if content_base * 100 > promised * MOST_PERCENT:
        raise CannotWeigh("too_heavy", title=line.shown_title, promised_base=promised)
    Weighing.objects.create(
        line=line, packs=line.packs_to_send, content_base=content_base, at=clock.now(), by=actor.user
    )
    record(actor=actor, action="line.weighed", subject=parcel, cooperative=parcel.cooperative,
           line=line.pk, content_base=content_base)  # fmt: skip
    reckon_owed(parcel, actor=actor)
    return Weight(line, promised, content_base)


def forget_weights(parcel: Parcel, *, actor: Actor) -> None:
    """The parcel was opened: what was weighed is not what goes. Written as a last word about no packs."""
    for line in parcel.lines.prefetch_related("changes", "weighings").order_by("pk"):
        if (weight := weight_of(line)) is not None:
            Weighing.objects.create(line=line, packs=0, content_base=weight.content_base, at=clock.now(), by=actor.user)
    reckon_owed(parcel, actor=actor)


def settle_weights(parcel: Parcel, *, actor: Actor) -> None:
    """The parcel leaves: what was weighed is final, and its lots give what really goes.

    Call in the transaction that ships, with the lots locked, before the packed goods are sold.
    """
    lines = list(parcel.lines.select_related("pack__product").prefetch_related("changes", "weighings").order_by("pk"))
    off = [weight for line in lines if (weight := weight_of(line)) is not None and weight.is_off]
    if not off:
        return
    reckon_owed(parcel, actor=actor)
    fewer = sum(-weight.difference_base for weight in off if weight.difference_base < 0)
    change = ParcelChange.objects.create(
        parcel=parcel,
        cause=ParcelChange.Cause.WEIGHED,
        goods_back_dong=max(parcel.goods_due_dong - goods_owed(parcel), 0),  # asked for less: less or nothing is over
        shipping_back_dong=0 if parcel.on_delivery else for_delivery(parcel, lines, {}, fewer_grams=fewer),
        at=clock.now(),
    )
    for weight in off:
        _settle(change, weight, actor)
    if change.back_dong:
        tell_buyer_weighed(change, off)


def _settle(change: ParcelChange, weight: Weight, actor: Actor) -> None:
    line, difference = weight.line, weight.difference_base
    LineChange.objects.create(
        change=change,
        line=line,
        packs=line.packs_to_send,
        content_base=weight.content_base,
        back_dong=weight.back_dong,
    )
    packed = list(line.allocations.filter(status=AllocationStatus.PACKED).order_by("batch_id", "pk"))
    shares = split(abs(difference), [allocation.quantity_base for allocation in packed])
    for allocation, share in zip(packed, shares, strict=True):
        if share and difference < 0:
            split_off(allocation, share, actor=actor)
        elif share:
            _take_more(allocation, share, code=change.parcel.code, actor=actor)


def _take_more(allocation: Allocation, base: int, *, code: str, actor: Actor) -> None:
    """A fuller pack took more out of its lot than was reserved, as far as the lot's books have it."""
    allocation.batch.refresh_from_db(fields=["available_base"])
    base = min(base, allocation.batch.available_base)
    if base <= 0:
        return
    more = Allocation.objects.create(
        line_id=allocation.line_id, batch_id=allocation.batch_id, quantity_base=base, status=AllocationStatus.SOLD
    )
    movement = Movement(PostingKind.SELL, base, key=f"{PostingKind.SELL}:{more.pk}", by=actor.user, from_reserve=False)
    post(batch_id=more.batch_id, movement=movement)
    record_sale(
        batch=allocation.batch,
        quantity_base=base,
        reference=code,
        client_uuid=uuid5(NAMESPACE_URL, f"allocation:{more.pk}:{code}"),
        actor=actor,
    )
