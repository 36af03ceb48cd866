"""The nightly look at everything: does the ledger still say what its postings say, was any lot ever below zero, and do
the rules that depend on the day (best-before, closings) find something new?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q, Sum

from community import clock
from community.audit.models import AuditEntry
from traceability.balance.checking import AT_ONCE, check_lots
from traceability.balance.gathering import dips_of
from traceability.balance.models import Check
from traceability.batches.models import Batch, Posting
from traceability.products.models import Product

LATELY = timedelta(days=35)
CHANGED = timedelta(days=3)  # a night or two may be missed


@dataclass(frozen=True, slots=True)
class Drift:
    """A lot whose cached columns are not the sums of its postings: a fault of this program, or of somebody's SQL."""

    batch_id: int
    lot_code: str
    on_hand: tuple[int, int]  # cached (less the shortfall), summed
    available: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rechecked:
    lots: int
    drifts: tuple[Drift, ...]
    blocks: int
    open_checks: int

    @property
    def is_sound(self) -> bool:
        return not self.drifts and not self.blocks


def recheck(*, public_code: str = "", everything: bool = False) -> Rechecked:
    """Check one lot, or those that may have changed by themselves, or all. Every lot's sums and history are looked at
    in two statements; the rules then run over what needs them, 500 lots at a time, each in its own transaction."""
    only = Q(public_code=public_code) if public_code else Q()
    dipped = list(dips_of(Q(batch__public_code=public_code) if public_code else None))
    ids = set(Batch.objects.filter(only if public_code or everything else _restless()).values_list("pk", flat=True))
    ids.update(dipped)
    for some in _chunks(sorted(ids)):
        check_lots(some)
    found = Check.objects.open().filter(batch__in=ids) if public_code else Check.objects.open()
    return Rechecked(
        lots=len(ids),
        drifts=tuple(drifts(only)),
        blocks=found.filter(severity="block").count(),
        open_checks=found.count(),
    )


def drifts(only: Q | None = None) -> Iterable[Drift]:
    """One statement over the whole ledger."""
    rows = (
        Batch.objects.filter(only or Q())
        .order_by()
        .values("pk", "lot_code", "on_hand_base", "available_base", "shortfall_base")
        .annotate(on=Sum("postings__on_hand_delta", default=0), free=Sum("postings__available_delta", default=0))
        .exclude(on=F("on_hand_base") - F("shortfall_base"), free=F("available_base") - F("shortfall_base"))
    )
    for row in rows.order_by("pk"):
        short = row["shortfall_base"]
        yield Drift(
            batch_id=row["pk"],
            lot_code=row["lot_code"],
            on_hand=(row["on_hand_base"] - short, row["on"]),
            available=(row["available_base"] - short, row["free"]),
        )


def _restless() -> Q:
    """Lots that moved lately, have something open, whose goods are past their date, or whose plot or certificate was
    changed: a request checks only the newest of those."""
    today, since = clock.today(), clock.now() - LATELY
    moved = Posting.objects.filter(at__gte=since).values("batch_id")
    waiting = Check.objects.open().values("batch_id")
    told = AuditEntry.objects.filter(at__gte=clock.now() - CHANGED)
    recorded = told.filter(
        action__in=["step.recorded", "step.declared_wrong"], subject_type="traceability.batch"
    ).values("subject_id")
    plots = list(told.filter(action__startswith="plot.").values_list("subject_id", flat=True))
    papers = list(told.filter(action__startswith="certificate.").values_list("subject_id", flat=True))
    concerned = Q(plot__in=plots) | Q(plot__overlaps__other__in=plots)
    if papers:
        concerned |= Q(product__in=Product.objects.filter(certificates__in=papers).values("pk"))
    aged = Q(best_before_on__lt=today, on_hand_base__gt=0)
    return (
        Q(pk__in=moved)
        | Q(pk__in=recorded)
        | Q(pk__in=waiting)
        | aged
        | Q(pk__in=Batch.objects.filter(concerned).values("pk"))
    )


def _chunks(ids: list[int]) -> Iterable[Collection[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
