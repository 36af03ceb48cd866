"""What else a seller arranges for its parcels: places to collect at, days of dispatch, which goods must stay cold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields

from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.places.models import AdminUnit
from marketplace.shipping.models import EVERY_DAY, DispatchDays, PickUpPoint
from traceability.products.models import Product

MOST_POINTS = 10


class CannotArrange(DomainError):
    """`name_taken` (fact name), `too_many` (fact most), `no_weekday`, `bad_hour`, `gone`."""


@dataclass(frozen=True, slots=True)
class PointFacts:
    """``phone`` is E.164; ``hours`` in words ("7–17 giờ, trừ Chủ nhật")."""

    name: str
    commune: AdminUnit
    address_line: str
    hours: str
    phone: str


@transaction.atomic
def save_point(
    *, cooperative: Cooperative, facts: PointFacts, actor: Actor, point: PickUpPoint | None = None
) -> PickUpPoint:
    """A new place to collect at, or ``point`` told otherwise. Raises CannotArrange."""
    Cooperative.objects.select_for_update().get(pk=cooperative.pk)
    others = PickUpPoint.objects.filter(cooperative=cooperative, is_open=True)
    others = others.exclude(pk=point.pk) if point else others
    if others.filter(name=facts.name).exists():
        raise CannotArrange("name_taken", name=facts.name)
    columns = {field.name: getattr(facts, field.name) for field in fields(facts)}
    if point is None:
        if others.count() >= MOST_POINTS:
            raise CannotArrange("too_many", most=MOST_POINTS)
        point = PickUpPoint.objects.create(cooperative=cooperative, **columns)
    elif not PickUpPoint.objects.filter(pk=point.pk, is_open=True).update(**columns):
        raise CannotArrange("gone")
    record(actor=actor, action="pick_up_point.saved", subject=point, cooperative=cooperative)
    point.refresh_from_db()
    return point


@transaction.atomic
def close_point(*, point: PickUpPoint, actor: Actor) -> None:
    """No new parcel is collected there; those ordered before still are."""
    if not PickUpPoint.objects.filter(pk=point.pk, is_open=True).update(is_open=False):
        raise CannotArrange("gone")
    record(actor=actor, action="pick_up_point.closed", subject=point, cooperative=point.cooperative)


@transaction.atomic
def set_dispatch_days(
    *, cooperative: Cooperative, weekdays: Collection[int], cut_off_hour: int, actor: Actor
) -> DispatchDays:
    """``weekdays``: 0 is Monday. Raises CannotArrange."""
    mask = sum(1 << day for day in set(weekdays) if 0 <= day <= 6)
    if not 1 <= mask <= EVERY_DAY:
        raise CannotArrange("no_weekday")
    if not 1 <= cut_off_hour <= 24:
        raise CannotArrange("bad_hour")
    days, _created = DispatchDays.objects.update_or_create(
        cooperative=cooperative, defaults={"weekdays": mask, "cut_off_hour": cut_off_hour}
    )
    record(
        actor=actor, action="dispatch_days.set", subject=days, cooperative=cooperative, weekdays=mask, hour=cut_off_hour
    )
    return days


@transaction.atomic
def set_cold_goods(*, cooperative: Cooperative, products: Collection[int], actor: Actor) -> None:
    """Exactly these products (primary keys) must stay cold on their way; all others of the seller need not."""
    own = Product.objects.of_cooperative(cooperative)
    changed = [
        *own.filter(pk__in=products, needs_cold=False).order_by("pk"),
        *own.filter(needs_cold=True).exclude(pk__in=products).order_by("pk"),
    ]
    if not changed:
        return
    for product in changed:
        Product.objects.filter(pk=product.pk).update(needs_cold=not product.needs_cold)
    told = {"products": [product.code for product in changed]}
    record(actor=actor, action="product.cold_set", subject=cooperative, cooperative=cooperative, **told)
