"""MB-8: a cooperative works up no more in a day than it says its hands and machines can."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from traceability.balance.facts import Finding
from traceability.balance.gathering import Gathered, in_force
from traceability.balance.models import Severity
from traceability.batches.models import Batch, PostingKind
from traceability.products.bands import DayCapacity
from traceability.products.models import ProductLine

BASE_PER_KG = 1000
MOST_KG = 10_000_000


class BadCapacity(DomainError):
    """Codes: capacity_needed, capacity_too_large (fact: most)."""


def set_capacity(*, cooperative: Cooperative, line: ProductLine, kg_per_day: int | None, actor: Actor) -> None:
    """What the cooperative can work up in a day; None: it says nothing, and nothing is checked."""
    if kg_per_day is not None and kg_per_day <= 0:
        raise BadCapacity("capacity_needed")
    if kg_per_day is not None and kg_per_day > MOST_KG:
        raise BadCapacity("capacity_too_large", most=MOST_KG)
    held = DayCapacity.objects.filter(cooperative=cooperative, line=line)
    before = held.values_list("kg_per_day", flat=True).first()
    if before == kg_per_day:
        return
    if kg_per_day is None:
        held.delete()
    else:
        DayCapacity.objects.update_or_create(cooperative=cooperative, line=line, defaults={"kg_per_day": kg_per_day})
    record(
        actor=actor,
        action="capacity.set",
        subject=line,
        cooperative=cooperative,
        kg_per_day=kg_per_day or 0,
        before=before or 0,
    )


def check_day(worked_base: int, capacity_kg: int, *, day: date) -> list[Finding]:
    """Raw goods that went in on one day, against the declared capacity."""
    most = capacity_kg * BASE_PER_KG
    if worked_base <= most:
        return []
    inputs: dict[str, object] = {"day": day.isoformat()}
    key = f"capacity:{day:%y%m%d}"
    return [Finding("MB-8", Severity.REVIEW, "worked in a day <= capacity", worked_base, most, key=key, inputs=inputs)]


def capacity_findings(gathered: Gathered) -> dict[int, list[Finding]]:
    """For lots that raw goods went into. One query; two where a cooperative has said what it can."""
    days: dict[tuple[int, int], set[date]] = defaultdict(set)
    made: dict[tuple[int, int, date], set[int]] = defaultdict(set)
    for batch in gathered.batches.values():
        for making in gathered.made_by.get(batch.pk, ()):
            if batch.product.line_id and any(part.lot.kind == Batch.Kind.RAW for part in making.inputs):
                place = (batch.cooperative_id, batch.product.line_id)
                day = timezone.localdate(making.at)
                days[place].add(day)
                made[*place, day].add(batch.pk)
    if not days:
        return {}
    said = DayCapacity.objects.filter(
        cooperative_id__in={place[0] for place in days},
        line_id__in={place[1] for place in days},
    )
    found: dict[int, list[Finding]] = defaultdict(list)
    for capacity in said:
        place = (capacity.cooperative_id, capacity.line_id)
        for day, worked in _worked(*place, days.get(place, set())).items():
            for batch_id in made[*place, day]:
                found[batch_id] += check_day(worked, capacity.kg_per_day, day=day)
    return found


def _worked(cooperative_id: int, line_id: int, days: set[date]) -> dict[date, int]:
    """Raw goods by weight or volume that went into something, by day. One query."""
    if not days:
        return {}
    first = timezone.make_aware(datetime.combine(min(days), time()))
    after = timezone.make_aware(datetime.combine(max(days) + timedelta(days=1), time()))
    rows = (
        in_force()
        .filter(
            kind=PostingKind.OUT,
            at__gte=first,
            at__lt=after,
            batch__kind=Batch.Kind.RAW,
            batch__base_unit__in=["g", "ml"],
            batch__cooperative_id=cooperative_id,
            batch__product__line_id=line_id,
        )
        .order_by()
        .annotate(day=TruncDate("at"))
        .values_list("day")
        .annotate(Sum("quantity_base"))
    )
    return {day: worked for day, worked in rows if day in days}
