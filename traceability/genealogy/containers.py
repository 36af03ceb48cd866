"""Which lot was in which box, pallet or tank, from when until when. Containers are known by their canonical URI."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from traceability.genealogy.models import Containment

if TYPE_CHECKING:
    from traceability.events.models import Event


def container_name(uri: str) -> str:
    """What people call it: THUNG-01, or the SSCC."""
    return uri.rpartition("/")[2]


def stays_of_lot() -> Exists:
    """Whether a lot (of the outer query) ever was in a container."""
    return Exists(Containment.objects.filter(batch=OuterRef("pk")))


def enter(event: Event, container: str, contents: Iterable[tuple[int, int | None]]) -> None:
    """(batch id, how much or None for unknown) is in ``container`` from the event's time on."""
    Containment.objects.bulk_create(
        Containment(
            container=container,
            batch_id=batch_id,
            quantity_base=quantity_base,
            put_in_by_id=event.pk,
            from_at=event.event_time,
        )
        for batch_id, quantity_base in contents
    )


def leave(event: Event, container: str, contents: Iterable[tuple[int, int | None]]) -> None:
    """So much of each lot (None: all of it) is out from the event's time on; stays that began later are left alone.

    What is left inside begins a new stay, which goes with the event if that is annulled.
    """
    for batch_id, quantity_base in contents:
        stays = list(open_stays(batch_id, container).filter(from_at__lte=event.event_time))
        left = amount_in(stays) - quantity_base if quantity_base is not None else 0
        Containment.objects.filter(pk__in=[stay.pk for stay in stays]).update(
            taken_out_by=event, until_at=event.event_time
        )
        if left > 0:
            enter(event, container, [(batch_id, left)])


def open_stays(batch_id: int, container: str = "") -> QuerySet[Containment]:
    stays = Containment.objects.filter(batch=batch_id, until_at=None).order_by("from_at", "pk")
    return stays.filter(container=container) if container else stays


def inside(container: str) -> QuerySet[Containment]:
    """What is in the container now."""
    return Containment.objects.filter(container=container, until_at=None).select_related("batch__product")


def amount_in(stays: Iterable[Containment]) -> int:
    return sum(stay.quantity_base or 0 for stay in stays)


def meanwhile(until: Mapping[int, datetime | None]) -> Q | None:
    """A condition on event items: about a container while one of these lots was in it, told by the lots' own
    cooperatives. From being put in, until before being taken out; a lot that was used up at the moment given with it
    was in no box after. None when they never were in one."""
    found: Q | None = None
    for stay in Containment.objects.filter(batch__in=until).select_related("batch"):
        during = Q(epc_uri=stay.container, event__event_time__gte=stay.from_at)
        during &= Q(event__cooperative=stay.batch.cooperative_id)
        for end in filter(None, (stay.until_at, until[stay.batch_id])):
            during &= Q(event__event_time__lt=end)
        found = during if found is None else found | during
    return found


def riders(containers: Collection[str], cooperative_id: int) -> frozenset[int]:
    """Lots of the cooperative that were in one of these containers at any time: what is told of it may be told of
    them."""
    if not containers:
        return frozenset()
    stays = Containment.objects.filter(container__in=containers, batch__cooperative=cooperative_id)
    return frozenset(stays.values_list("batch_id", flat=True))
