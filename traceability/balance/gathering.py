"""Reads what the rules need about any number of batches, in a bounded number of queries; changes nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, Max, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce

from traceability.balance.conservation import WHOLE
from traceability.balance.facts import Band, Lot, Making, Part
from traceability.balance.prefix import Dip
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.epcis.own_terms import parameters_of
from traceability.events.models import Event
from traceability.events.transforming import LOSS
from traceability.genealogy.tracing import Direction, Trace, trace
from traceability.products.bands import AddedIngredient, YieldBand

CAME = frozenset({PostingKind.HARVEST, PostingKind.BUY, PostingKind.IN, PostingKind.PACK, PostingKind.RETURN})
PACKING = "pack"
MOST_ADDED = 900  # per mille
GOODS = CAME | {PostingKind.OUT, PostingKind.WASTE}
LOT_COLUMNS = ("batch__lot_code", "batch__product_id", "batch__material", "batch__kind", "batch__base_unit")
COLUMNS = (
    *("id", "batch_id", "kind", "on_hand_delta", "at", "event_id", "event__stage"),
    *(*LOT_COLUMNS, "batch__pack_id", "batch__plot_id", "batch__product__line_id"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A movement in force: neither taken back nor taking back."""

    id: int
    batch_id: int
    kind: str
    delta: int
    at: datetime
    event_id: int | None
    step: str
    lot: Lot


@dataclass
class Gathered:
    """Facts about ``ids`` and everything they were made of. ``rows`` by batch id, in order of time."""

    ids: tuple[int, ...]
    ancestry: Trace
    batches: dict[int, Batch]
    rows: dict[int, list[Row]]
    makings: tuple[Making, ...]
    born: dict[int, datetime] = field(default_factory=dict)

    @cached_property
    def made_by(self) -> dict[int, list[Making]]:
        """Makings by the id of a lot they gave to."""
        found: dict[int, list[Making]] = defaultdict(list)
        for making in self.makings:
            for part in making.outputs:
                found[part.lot.id].append(making)
        return found

    @cached_property
    def bands(self) -> dict[tuple[int, str], Band]:
        lines = {part.lot.line_id for making in self.makings for part in making.outputs}
        return bands_of(line for line in lines if line)

    @cached_property
    def added(self) -> dict[int, int]:
        """By product, how much of what comes out its recipe may add, per mille. One query."""
        products = {part.lot.product_id for making in self.makings for part in making.outputs}
        return added_to(products)

    def from_outside(self, batch_id: int) -> list[Row]:
        """What came into a lot, but not out of another lot of ours."""
        made = {making.event_id for making in self.made_by.get(batch_id, ())}
        rows = self.rows.get(batch_id, ())
        return [row for row in rows if row.delta > 0 and row.event_id not in made and row.kind != PostingKind.RETURN]

    def came(self, batch_id: int) -> int:
        return sum(row.delta for row in self.rows.get(batch_id, ()) if row.kind in CAME)

    def made(self, batch_id: int) -> int:
        """What came into being here: all that came, but not what came back."""
        rows = self.rows.get(batch_id, ())
        return sum(row.delta for row in rows if row.kind in CAME and row.kind != PostingKind.RETURN)

    def packed(self, batch_id: int) -> int:
        return sum(row.delta for row in self.rows.get(batch_id, ()) if row.kind == PostingKind.PACK)


def gather(batch_ids: Collection[int]) -> Gathered:
    """Five queries, six when something was made of something."""
    ids = tuple(dict.fromkeys(batch_ids))
    batches = {
        batch.pk: batch
        for batch in Batch.objects.filter(pk__in=ids).select_related("product", "pack", "plot", "cooperative")
    }
    ancestry = trace(ids, Direction.BACK)
    known = set(ancestry.ids)
    rows = list(_rows(in_force().filter(batch_id__in=known, kind__in=GOODS)))
    events = _making_events(rows) | set(ancestry.event_ids)
    if events:
        others = in_force().filter(event_id__in=events, kind__in=GOODS).exclude(batch_id__in=known)
        rows += _rows(others)
    by_batch: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one.at, one.id)):
        by_batch[row.batch_id].append(row)
    born = {
        batch_id: min(row.at for row in its if row.delta > 0)
        for batch_id, its in by_batch.items()
        if any(row.delta > 0 for row in its)
    }
    return Gathered(ids, ancestry, batches, dict(by_batch), tuple(_makings(rows, events, born)), born)


def in_force() -> QuerySet[Posting]:
    """Movements that nobody took back."""
    return Posting.objects.filter(cancels__isnull=True, cancelled_by__isnull=True)


def _rows(postings: QuerySet[Posting]) -> Iterable[Row]:
    for told in postings.values_list(*COLUMNS):
        pk, batch_id, kind, delta, at, event_id, step, code, product, material, sort, unit, pack, plot, line = told
        lot = Lot(
            batch_id, code, (product, material.strip().casefold(), sort, unit, pack), sort, unit, product, line, plot
        )
        yield Row(pk, batch_id, kind, delta, at, event_id, step or "", lot)


def _making_events(rows: Iterable[Row]) -> set[int]:
    """Events that took from a lot, or packed: others may have been given to by them."""
    return {row.event_id for row in rows if row.event_id and row.kind in (PostingKind.OUT, PostingKind.IN)}


def _makings(rows: Iterable[Row], events: Collection[int], born: dict[int, datetime]) -> list[Making]:
    by_event: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.event_id in events and row.event_id is not None:
            by_event[row.event_id].append(row)
    made = [_making(event_id, its, born) for event_id, its in sorted(by_event.items())]
    makings = [making for making in made if making.inputs and making.outputs]
    short = [one.event_id for one in makings if one.conserves and one.given < one.taken and not one.lost]
    lost = _declared_losses(short) if short else {}
    return [replace(making, lost=lost.get(making.event_id, making.lost)) for making in makings]


def _making(event_id: int, rows: list[Row], born: dict[int, datetime]) -> Making:
    wasted = sum(-row.delta for row in rows if row.kind == PostingKind.WASTE)
    return Making(
        event_id=event_id,
        step=rows[0].step,
        at=rows[0].at,
        inputs=tuple(_part(row, born) for row in rows if row.kind == PostingKind.OUT),
        outputs=tuple(_part(row, born) for row in rows if row.kind in (PostingKind.IN, PostingKind.PACK)),
        lost=wasted,
        wasted=wasted,
        is_packing=any(row.kind == PostingKind.PACK for row in rows),
    )


def _declared_losses(events: Collection[int]) -> dict[int, int]:
    """What splitting and merging said was lost: a parameter of the stored document, in kg, litres or pieces."""
    found = {}
    for event_id, body in Event.objects.filter(pk__in=events).values_list("pk", "body"):
        for said in parameters_of(json.loads(body)):
            if said["ocop:key"] == LOSS and not isinstance(said["ocop:value"], str):
                size = 1 if said.get("ocop:unit") == "cái" else 1000
                found[event_id] = int(Decimal(str(said["ocop:value"])) * size)
    return found


def _part(row: Row, born: dict[int, datetime]) -> Part:
    return Part(replace(row.lot, born_at=born.get(row.batch_id)), abs(row.delta))


def bands_of(lines: Iterable[int]) -> dict[tuple[int, str], Band]:
    """By (line id, step code); "" is the whole line."""
    return {
        (band.line_id, band.step): Band(band.low, band.high, band.most, band.least_minutes, band.most_minutes)
        for band in YieldBand.objects.filter(line_id__in=list(lines))
    }


def added_to(products: Iterable[int]) -> dict[int, int]:
    """By product, the sum of what its recipe may add, per mille of what comes out: never all of it."""
    rows = AddedIngredient.objects.filter(product_id__in=list(products)).order_by()
    sums = rows.values_list("product_id").annotate(Sum("most_per_mille"))
    return {product_id: min(share, MOST_ADDED) for product_id, share in sums}


def band_for(making: Making, bands: dict[tuple[int, str], Band]) -> Band | None:
    """The step's own; the whole line's when raw goods become packs in one go. Packing alone changes no mass."""
    whole = all(part.lot.kind == Batch.Kind.RAW for part in making.inputs) and all(
        part.lot.kind == Batch.Kind.FINISHED for part in making.outputs
    )
    return band_at(making.outputs[0].lot.line_id, making.step, bands, whole=whole)


def band_at(line_id: int | None, step: str, bands: Mapping[tuple[int, str], Band], *, whole: bool) -> Band | None:
    """``whole``: from raw goods to packs in one go. A step nobody named has no band of its own."""
    if line_id is None or step == PACKING:
        return None
    own = bands.get((line_id, step)) if step else None
    return own or (bands.get((line_id, "")) if whole else None)


def most_of(line_id: int | None, bands: Mapping[tuple[int, str], Band]) -> int:
    """Per mille that a step without a band can give: all of it, or the most that any step of its line can."""
    return max([WHOLE, *(band.most for (line, step), band in bands.items() if line == line_id and step)])


def dips_of(batches: Q | None = None) -> dict[int, Dip]:
    """By batch id, lots that were below zero at some moment (MB-0): one window over the ledger, by the database.

    Over the whole ledger only those that could have been: where everything came in before anything went out, the sum
    of today is the lowest there ever was. That makes a million movements a matter of two seconds instead of seven.
    """
    running = Window(
        Sum("on_hand_delta"), partition_by=[F("batch_id")], order_by=[F("at").asc(), Coalesce("cancels_id", "id").asc()]
    )
    below = (
        Posting.objects.filter(batches or Q(batch_id__in=_suspects()))
        .exclude(on_hand_delta=0)
        .annotate(running=running)
        .filter(running__lt=0)
        .order_by("batch_id", "at", "pk")
        .values_list("batch_id", "at", "event_id", "running")
    )
    found: dict[int, Dip] = {}
    for batch_id, at, event_id, sum_then in below:
        first = found.get(batch_id)
        found[batch_id] = (
            Dip(first.at, first.event_id, min(first.lowest, sum_then)) if first else Dip(at, event_id, sum_then)
        )
    return found


def _suspects() -> QuerySet[Posting, Any]:
    """Ids of lots that gave away before or while something came in, or that are below zero now."""
    sums = (
        Posting.objects.exclude(on_hand_delta=0)
        .order_by()
        .values("batch_id")
        .annotate(
            total=Sum("on_hand_delta"),
            first_out=Min("at", filter=Q(on_hand_delta__lt=0)),
            last_in=Max("at", filter=Q(on_hand_delta__gt=0)),
        )
    )
    return sums.filter(Q(total__lt=0) | Q(first_out__lte=F("last_in"))).values("batch_id")
