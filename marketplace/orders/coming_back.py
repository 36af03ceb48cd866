"""What went out unpaid and comes back: not taken at the door, or never paid for. Nothing was booked, nothing is."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import Q

from community import clock
from community.audit.actors import Actor
from marketplace.orders.models import Allocation, Parcel
from marketplace.orders.moving import move_parcel
from marketplace.orders.reserving import move_allocations, post_for
from marketplace.orders.states import AllocationStatus, ParcelStatus
from marketplace.vouchers.using import give_back_use
from traceability.batches.models import Batch, PostingKind
from traceability.events.selling import record_return

UNPAID = Q(on_delivery=True, paid_at__isnull=True)


@transaction.atomic
def bring_back(*, parcel: Parcel, to_stock: bool, reason: str, actor: Actor) -> Parcel:
    """The goods are good and on sale again (``to_stock``), or lost: then they stay as sold. What comes back is the box

    that went out first: goods sent once more because of a claim (decision 0111) stay as sold, whatever comes back.
    Raises ``ParcelMoved`` when it was paid meanwhile, or is not on its way. Payments are locked by the caller.
    """
    parcel = move_parcel(
        parcel=parcel,
        to=ParcelStatus.RETURNED,
        actor=actor,
        only_if=UNPAID,
        ended_at=clock.now(),
        end_reason=reason,
    )
    if to_stock:
        sold = Allocation.objects.filter(line__parcel=parcel, status=AllocationStatus.SOLD, replacements=None)
        list(Batch.objects.select_for_update().filter(allocations__in=sold).order_by("pk"))
        for allocation in sold.select_related("batch__cooperative").order_by("batch_id", "pk"):
            _take_back(allocation, parcel=parcel, actor=actor)
    give_back_use(parcel_id=parcel.pk)
    return parcel


def _take_back(allocation: Allocation, *, parcel: Parcel, actor: Actor) -> None:
    record_return(
        batch=allocation.batch,
        quantity_base=allocation.quantity_base,
        client_uuid=uuid5(NAMESPACE_URL, f"returned:{allocation.pk}:{parcel.code}"),
        actor=actor,
    )
    move_allocations(Allocation.objects.filter(pk=allocation.pk), AllocationStatus.RETURNED)
    post_for(allocation, kind=PostingKind.RETURN, actor=actor)
