"""I14: what became smaller of paid parcels adds up with lines, lots, refunds and the guard. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, Sum

from community import clock
from marketplace.orders.changes.models import ParcelChange, Shortage
from marketplace.orders.models import Allocation, OrderLine, Parcel
from marketplace.orders.states import DEAD_PARCELS, AllocationStatus, ParcelStatus
from marketplace.payments.models import Refund
from marketplace.payments.refunds.of_changes import changes_owed_back
from marketplace.payments.refunds.refunding import OF_CHANGE
from marketplace.payments.states import PROMISED_REFUND

PATIENCE = timedelta(minutes=10)
WITH_GOODS = (AllocationStatus.COMMITTED, AllocationStatus.PACKED, AllocationStatus.SOLD)


def changes_add_up() -> Iterator[str]:
    yield from _questions_hold_their_parcels()
    yield from _sums_are_sums()
    yield from _refunds_are_asked_for()
    yield from _lots_gave_what_goes()


def _questions_hold_their_parcels() -> Iterator[str]:
    waits = Exists(Shortage.objects.filter(parcel=OuterRef("pk"), status=Shortage.Status.OPEN))
    for code in Parcel.objects.filter(asked_at__isnull=False).exclude(waits).values_list("code", flat=True):
        yield f"parcel {code} stands still and nobody is asked"
    for code in Parcel.objects.filter(waits, asked_at__isnull=True).values_list("code", flat=True):
        yield f"parcel {code}: the buyer is asked and it is not held"


def _sums_are_sums() -> Iterator[str]:
    changes = ParcelChange.objects.annotate(parts=Sum("lines__back_dong"))
    facts = changes.values_list("pk", "goods_back_dong", "parts", "parcel__on_delivery")
    for pk, goods, parts, on_delivery in facts:
        if goods > (parts or 0) or (goods < (parts or 0) and not on_delivery):  # unpaid, less was asked for instead
            yield f"change {pk}: {goods} for goods, its lines {parts or 0}"
    changed = Parcel.objects.filter(changes__isnull=False).distinct().prefetch_related("changes")
    for parcel in changed:
        if parcel.back_dong >= parcel.total_dong or parcel.shipping_due_dong < 0:
            yield f"parcel {parcel.code}: {parcel.back_dong} goes back of {parcel.total_dong}"


def _refunds_are_asked_for() -> Iterator[str]:
    late = changes_owed_back().filter(at__lt=clock.now() - PATIENCE)
    yield from (f"change {change.pk} gives back {change.back_dong} and nobody asked for it" for change in late)
    changes = {f"{OF_CHANGE}{change.pk}": change for change in ParcelChange.objects.all()}
    for refund in Refund.objects.filter(reason__startswith=OF_CHANGE):
        change = changes.get(refund.reason)
        if change is None or change.parcel_id != refund.parcel_id or not _is_explained(change, refund):
            yield f"refund {refund.pk} of {refund.amount_dong} is not what its change gives back"


def _is_explained(change: ParcelChange, refund: Refund) -> bool:
    """All of it, or less by no more than what of the same payment went back otherwise."""
    missing = change.back_dong - refund.amount_dong
    if missing <= 0:
        return missing == 0
    others = Refund.objects.filter(payment=refund.payment_id, status__in=PROMISED_REFUND).exclude(pk=refund.pk)
    return missing <= (others.aggregate(sum=Sum("amount_dong"))["sum"] or 0)


def _lots_gave_what_goes() -> Iterator[str]:
    """Of living parcels: what is reserved, packed or sold of a changed line is what goes."""
    lines = (
        OrderLine.objects.filter(changes__isnull=False)
        .exclude(parcel__status__in=[*DEAD_PARCELS, ParcelStatus.RETURNED])
        .distinct()
        .prefetch_related("changes")
    )
    allocated: dict[int, int] = defaultdict(int)
    rows = Allocation.objects.filter(line__in=lines, status__in=WITH_GOODS, replacements=None).order_by()
    allocated.update(dict(rows.values_list("line_id").annotate(sum=Sum("quantity_base"))))
    for line in lines:
        promised = line.packs_to_send * line.net_quantity_base
        most = promised if line.weighed_base is None else line.weighed_base
        least = min(most, promised)  # a fuller pack takes more only as far as the lot's books have it
        if not least <= allocated[line.pk] <= most:
            yield f"line {line.pk}: {allocated[line.pk]} of lots for {most} that goes"
