"""The journey of a lot as people read it: what it was made of and what was made of it, with amounts and shares.

What is told to whom: a published lot is told. Going back, raw and half-made lots of the same cooperative are told too,
published or not: whoever publishes a batch publishes what it was made of. Everything else (drafts that were made of it,
unpublished lots of another cooperative, and what one reaches only through them) is only counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.apps import apps
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from traceability.batches.models import Batch, Posting, PostingKind
from traceability.genealogy.lots import Lot, lots_of
from traceability.genealogy.shares import Given, Unweighable, origins_of, portions_of, shares_of
from traceability.genealogy.tracing import MOST_LINKS, Direction, Trace, trace, traces
from traceability.products.models import in_language

OWN_ARRIVALS = (PostingKind.HARVEST, PostingKind.BUY)
ARRIVALS = (*OWN_ARRIVALS, PostingKind.IN, PostingKind.PACK)


@dataclass(frozen=True, slots=True)
class Way:
    """``base`` (in the parent's unit) of lot ``parent`` went into ``child``, by this step on that day."""

    parent: int
    child: int
    base: int
    unit: str
    step: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A lot of the journey. ``made_base``: how much there ever was of it; ``share``: of the lot one asks about, None
    where that cannot be said; ``origin_share``: the part that began here."""

    lot: Lot
    depth: int
    made_base: int = 0
    share: Fraction | None = None
    origin_share: Fraction = Fraction(0)

    @property
    def id(self) -> int:
        return self.lot.id


@dataclass(frozen=True, slots=True)
class Side:
    """One direction. ``hidden``: lots that are only counted; ``hidden_share``: what of the lot comes from them."""

    stops: tuple[Stop, ...] = ()
    ways: tuple[Way, ...] = ()
    hidden: int = 0
    hidden_share: Fraction = Fraction(0)
    truncated: bool = False

    @property
    def origins(self) -> tuple[Stop, ...]:
        """Where it began, the largest share first."""
        return tuple(sorted((stop for stop in self.stops if stop.origin_share), key=lambda one: -one.origin_share))


@dataclass(frozen=True, slots=True)
class Journey:
    root: Stop
    back: Side
    forward: Side


def journey_of(
    lot: int, *, limit: int, depth: int | None = None, directions: Sequence[Direction] = tuple(Direction)
) -> Journey:
    """The side of each of ``directions`` (another one stays empty), at most ``limit`` lots each. Five queries, however
    long the story."""
    found = traces([lot], directions, limit=limit, depth=depth, most_links=MOST_LINKS)
    lots = lots_of({other for one in found for other in one.ids} | {lot})
    made, own = _arrivals(lots)
    steps = _steps({event for one in found for event in one.event_ids})
    root = Stop(lots[lot], 0, made_base=made.get(lot, 0), share=Fraction(1))
    sides = {}
    for one in found:
        is_back = one.direction is Direction.BACK
        shares, origins = _shares(lot, one, lots, own) if is_back else (None, {})
        sides[one.direction] = _side(root, one, lots, made, steps, shares, origins)
    return Journey(root, sides.get(Direction.BACK, Side()), sides.get(Direction.FORWARD, Side()))


def _side(
    root: Stop,
    found: Trace,
    lots: Mapping[int, Lot],
    made: Mapping[int, int],
    steps: Mapping[int, tuple[str, date]],
    shares: Mapping[int, Fraction] | None,
    origins: Mapping[int, Fraction],
) -> Side:
    told = _told(root.id, found, lots)
    stops = tuple(
        Stop(
            lots[lot],
            depth,
            made_base=made.get(lot, 0),
            share=shares.get(lot) if shares else None,
            origin_share=origins.get(lot, Fraction(0)),
        )
        for lot, depth in found.depth.items()
        if lot in told and lot != root.id
    )
    return Side(
        stops=stops,
        ways=tuple(_ways(found, told, lots, steps)),
        hidden=len(found.depth) - len(told),
        hidden_share=sum((share for lot, share in origins.items() if lot not in told), Fraction(0)),
        truncated=found.truncated,
    )


def _arrivals(lots: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
    """How much there ever was of each lot, and how much of that it did not get from other lots. One query."""
    made: dict[int, int] = defaultdict(int)
    own: dict[int, int] = defaultdict(int)
    rows = Posting.objects.filter(batch__in=list(lots), kind__in=ARRIVALS, cancelled_by__isnull=True)
    for lot, kind, amount in rows.values_list("batch", "kind").annotate(Sum("quantity_base")).order_by():
        made[lot] += amount
        if kind in OWN_ARRIVALS:
            own[lot] += amount
    return made, own


def _steps(events: Iterable[int]) -> dict[int, tuple[str, date]]:
    """What each event is called and when it was, whose room is above this one. One query."""
    rows = apps.get_model("traceability", "Event").objects.filter(pk__in=list(events))
    told = rows.values_list("pk", "stage_name", "stage_name_en", "event_time").order_by()
    return {event: (in_language(name, name_en), timezone.localdate(at)) for event, name, name_en, at in told}


def _shares(
    root: int, found: Trace, lots: Mapping[int, Lot], own: Mapping[int, int]
) -> tuple[dict[int, Fraction] | None, dict[int, Fraction]]:
    """(share of every lot, part that began there); (None, {}) where pieces of unknown weight were mixed in."""
    try:
        portions = portions_of(_given(found, lots, own))
    except Unweighable:
        return None, {}
    linked = [portion for portion in portions if portion.parent != portion.child]
    began = {portion.child: portion.weight for portion in portions if portion.parent == portion.child}
    return shares_of(root, linked, began), origins_of(root, linked, began)


def _given(found: Trace, lots: Mapping[int, Lot], own: Mapping[int, int]) -> list[Given]:
    """The links, and as a link to itself what a lot with parents also got from its own harvest."""
    given = [
        Given(link.parent, link.child, link.parent_base, lots[link.parent].base_unit, lots[link.parent].piece_g)
        for link in found.links
    ]
    with_parents = {link.child for link in found.links}
    return given + [
        Given(lot, lot, own[lot], lots[lot].base_unit, lots[lot].piece_g) for lot in with_parents if own.get(lot)
    ]


def _told(root: int, found: Trace, lots: Mapping[int, Lot]) -> set[int]:
    """Lots that may be told and that one reaches over such lots."""
    onward: dict[int, list[int]] = defaultdict(list)
    for link in found.links:
        start, end = (link.child, link.parent) if found.direction is Direction.BACK else (link.parent, link.child)
        onward[start].append(end)
    told, ahead = {root}, [root]
    while ahead:
        for lot in onward[ahead.pop()]:
            if lot not in told and is_told(lots[lot], of=lots[root], direction=found.direction):
                told.add(lot)
                ahead.append(lot)
    return told


def is_told(lot: Lot | Batch, *, of: Lot | Batch, direction: Direction) -> bool:
    """The rule of this page, see the top of the module."""
    if lot.status != Batch.Status.DRAFT:
        return True
    if direction is Direction.FORWARD:
        return False
    return lot.kind != Batch.Kind.FINISHED and lot.cooperative_id == of.cooperative_id


def _ways(
    found: Trace, told: set[int], lots: Mapping[int, Lot], steps: Mapping[int, tuple[str, date]]
) -> Iterable[Way]:
    """One for each pair of lots: what went over in several events is summed, and told with the last of them."""
    by_pair: dict[tuple[int, int], Way] = {}
    for link in found.links:
        if link.parent not in told or link.child not in told:
            continue
        step, day = steps.get(link.event, ("", None))
        way = by_pair.get((link.parent, link.child))
        base = link.parent_base + (way.base if way else 0)
        by_pair[link.parent, link.child] = Way(
            link.parent, link.child, base, lots[link.parent].base_unit, step=step, day=day
        )
    return by_pair.values()


@dataclass(frozen=True, slots=True)
class Summary:
    """Where a batch began, in numbers. ``lots`` is 0 for a batch that was made of no other lot."""

    lots: int = 0
    plots: int = 0
    cooperatives: int = 0
    truncated: bool = False

    @property
    def sentence(self) -> str:
        """ "From 3 lots of 3 fields", in the reader's language; "" where there is nothing to say."""
        if not self.lots:
            return ""
        lots = ngettext("From %(n)s raw lot", "From %(n)s raw lots", self.lots) % {"n": self.lots}
        if self.truncated:
            lots = _("%(lots)s or more") % {"lots": lots}
        if not self.plots:
            return lots
        plots = ngettext("%(n)s garden or field", "%(n)s gardens or fields", self.plots) % {"n": self.plots}
        return _("%(lots)s, of %(plots)s") % {"lots": lots, "plots": plots}


def summary_of(batch: Batch, upstream: Trace | None = None) -> Summary:
    """For the passport: how many lots and fields a batch began with. At most three queries; one with ``upstream``."""
    found = upstream if upstream is not None else trace([batch.pk])
    children = {link.child for link in found.links}
    beginnings = [lot for lot in found.ids if lot not in children and lot != batch.pk]
    if not beginnings:
        return Summary()
    rows = Batch.objects.filter(pk__in=beginnings).values_list("plot", "cooperative")
    plots, cooperatives = {plot for plot, _coop in rows if plot}, {cooperative for _plot, cooperative in rows}
    return Summary(len(beginnings), len(plots), len(cooperatives), truncated=found.truncated)


def nearest(side: Side, most: int) -> Side:
    """The part of a side that fits a drawing: the nearest ``most`` lots and the ways between them."""
    if len(side.stops) <= most:
        return side
    kept = side.stops[:most]
    shown = {stop.id for stop in kept}
    dropped = {stop.id for stop in side.stops[most:]}
    ways = tuple(way for way in side.ways if not {way.parent, way.child} & dropped)
    return replace(side, stops=tuple(stop for stop in kept if stop.id in shown), ways=ways, truncated=True)
