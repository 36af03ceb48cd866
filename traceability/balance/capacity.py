"""MB-8: a cooperative works up no more in a day than it says its hands and machines can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.text.dates import midnight
from traceability.balance.facts import CONSERVING_STEPS, Finding
from traceability.balance.gathering import Gathered, in_force
from traceability.balance.models import Severity
from traceability.balance.near import check_again, hold_near, made_lately
from traceability.batches.models import Batch, PostingKind
from traceability.products.bands import DayCapacity
from traceability.products.models import BaseUnit, ProductLine

BASE_PER_KG = 1000
MOST_KG = 10_000_000
FORMULA = "worked in a day <= capacity"


class BadCapacity(DomainError):
    """Codes: capacity_needed, capacity_too_large (fact: most)."""


@transaction.atomic
def set_capacity(
    *, cooperative: Cooperative, line: ProductLine, kg_per_day: int | None, actor: Actor, base_unit: str = BaseUnit.GRAM
) -> None:
    """What the cooperative can work up in a day, in kilogrammes (litres, with ``base_unit`` ml); None: it says nothing,
    and nothing is checked. What was made lately is checked anew. Raises :class:`BadCapacity`."""
    if kg_per_day is not None and kg_per_day <= 0:
        raise BadCapacity("capacity_needed")
    if kg_per_day is not None and kg_per_day > MOST_KG:
        raise BadCapacity("capacity_too_large", most=MOST_KG)
    lots = made_lately(cooperative.pk, line.pk, [FORMULA])
    hold_near(lots)
    held = DayCapacity.objects.filter(cooperative=cooperative, line=line, base_unit=base_unit)
    before = held.values_list("kg_per_day", flat=True).first()
    if before == kg_per_day:
        return
    if kg_per_day is None:
        held.delete()
    else:
        DayCapacity.objects.update_or_create(
            cooperative=cooperative, line=line, base_unit=base_unit, defaults={"kg_per_day": kg_per_day}
        )
    record(
        actor=actor,
        action="capacity.set",
        subject=line,
        cooperative=cooperative,
        kg_per_day=kg_per_day or 0,
        before=before or 0,
        base_unit=str(base_unit),
    )
    check_again(lots)


def check_day(worked_base: int, capacity_kg: int, *, day: date, unit: str = BaseUnit.GRAM) -> list[Finding]:
    """Raw goods that went in on one day, against the declared capacity for that unit."""
    most = capacity_kg * BASE_PER_KG
    if worked_base <= most:
        return []
    inputs: dict[str, object] = {"day": day.isoformat(), "unit": str(unit)}
    key = f"capacity:{day:%y%m%d}{'' if unit == BaseUnit.GRAM else unit}"
    return [Finding("MB-8", Severity.REVIEW, FORMULA, worked_base, most, key=key, inputs=inputs)]


def capacity_findings(gathered: Gathered) -> dict[int, list[Finding]]:
    """For lots that raw goods were worked up into. One query; two where a cooperative has said what it can."""
    made: dict[tuple[int, int, str], dict[date, set[int]]] = defaultdict(lambda: defaultdict(set))
    for batch in gathered.batches.values():
        for making in gathered.made_by.get(batch.pk, ()):
            if batch.product.line_id and not making.conserves:
                for part in making.inputs:
                    if part.lot.kind == Batch.Kind.RAW:
                        place = (batch.cooperative_id, batch.product.line_id, part.lot.unit)
                        made[place][timezone.localdate(making.at)].add(batch.pk)
    if not made:
        return {}
    said = DayCapacity.objects.filter(
        cooperative_id__in={place[0] for place in made}, line_id__in={place[1] for place in made}
    )
    found: dict[int, list[Finding]] = defaultdict(list)
    for capacity in said:
        days = made.get((capacity.cooperative_id, capacity.line_id, capacity.base_unit), {})
        for day, worked in _worked(capacity, days).items():
            for batch_id in days[day]:
                found[batch_id] += check_day(worked, capacity.kg_per_day, day=day, unit=capacity.base_unit)
    return found


def _worked(capacity: DayCapacity, days: Collection[date]) -> dict[date, int]:
    """Raw goods of the capacity's unit that were worked up, by day: not what was only divided, put together or poured
    into another box. One query."""
    if not days:
        return {}
    first = midnight(min(days))
    after = midnight(max(days) + timedelta(days=1))
    same_goods = Q(
        batch__kind=Batch.Kind.RAW,
        batch__product=OuterRef("batch__product"),
        batch__material__iexact=OuterRef("batch__material"),
    )
    came_out = in_force().filter(event=OuterRef("event"), kind__in=[PostingKind.IN, PostingKind.PACK])
    rows = (
        in_force()
        .filter(
            Exists(came_out.exclude(same_goods)),
            kind=PostingKind.OUT,
            at__gte=first,
            at__lt=after,
            batch__kind=Batch.Kind.RAW,
            batch__base_unit=capacity.base_unit,
            batch__cooperative_id=capacity.cooperative_id,
            batch__product__line_id=capacity.line_id,
        )
        .exclude(event__stage__in=CONSERVING_STEPS)
        .order_by()
        .annotate(day=TruncDate("at"))
        .values_list("day")
        .annotate(Sum("quantity_base"))
    )
    return {day: worked for day, worked in rows if day in days}
