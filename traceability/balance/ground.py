"""MB-6: plots on the same ground. What they have in common is measured when something is drawn or ruled, never when a
harvest is recorded: geometry is slow, and a field is drawn once in years."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum, auto

from traceability.balance.uniqueness import MOST_SHARED
from traceability.plots.models import GroundRuling, Overlap, Plot
from traceability.plots.outlines import Outline, Ring, shared_m2, together_m2

LEAST_SHARED_PERCENT = 5  # a hedge or a phone's error is no shared ground


class Standing(Enum):
    """Of two plots that overlap: of one cooperative; of two, and staff says it is the same ground; of two, and nobody
    has said anything; of two, and staff says that one of the outlines is wrong."""

    OWN = auto()
    SAME = auto()
    ASKED = auto()
    APART = auto()


AREAS = {Standing.OWN: "own_m2", Standing.SAME: "same_m2", Standing.ASKED: "asked_m2"}


def standings_of(overlaps: Collection[Overlap]) -> dict[int, Standing]:
    """By overlap id; ``plot`` and ``other`` are read with them. One query where two cooperatives meet."""
    found = {
        row.pk: Standing.OWN if row.plot.cooperative_id == row.other.cooperative_id else Standing.ASKED
        for row in overlaps
    }
    meeting = [row for row in overlaps if found[row.pk] == Standing.ASKED]
    if not meeting:
        return found
    plots = {pk for row in meeting for pk in (row.plot_id, row.other_id)}
    newest = {(one.plot_id, one.other_id): one for one in GroundRuling.objects.filter(plot__in=plots).order_by("pk")}
    for row in meeting:
        ruling = newest.get(pair_of(row))
        if ruling is not None and ruling.is_same:
            found[row.pk] = Standing.SAME
        elif ruling is not None and ruling.shared_m2 == row.shared_m2:
            found[row.pk] = Standing.APART
    return found


def shared_with_neighbours(plot: Plot) -> tuple[Overlap, Standing] | None:
    """Much of this plot that another cooperative drew too, what nobody has ruled on first; None: nothing to tell."""
    rows = list(plot.overlaps.filter(percent__gt=MOST_SHARED).select_related("plot", "other").order_by("pk"))
    standings = standings_of(rows)
    for standing in (Standing.ASKED, Standing.SAME):
        for row in rows:
            if standings[row.pk] == standing and (row.other.closed_at is None or standing == Standing.SAME):
                return row, standing
    return None


def pair_of(row: Overlap) -> tuple[int, int]:
    """As rulings name it: the lower id first."""
    return min(row.plot_id, row.other_id), max(row.plot_id, row.other_id)


def find_overlaps(plot: Plot, outline: Outline) -> list[Overlap]:
    """Compare with every outline whose box touches; both directions are to be kept."""
    west, south, east, north = outline.box
    near = Plot.objects.filter(
        outline__isnull=False, west__lte=east, east__gte=west, south__lte=north, north__gte=south
    ).exclude(pk=plot.pk)
    rows = []
    for other in near.order_by("pk"):
        common = shared_m2(outline.ring, ring_of(other))
        percent = common * 100 // max(1, min(outline.area_m2, other.measured_m2 or 0))
        if percent >= LEAST_SHARED_PERCENT:
            rows += [
                Overlap(plot=one, other=two, shared_m2=common, percent=min(100, percent))
                for one, two in ((plot, other), (other, plot))
            ]
    return rows


def measure_ground(plots: Iterable[int]) -> None:
    """Keep what each of these plots and those drawn on the same ground measure together, each metre once, by what they
    are to each other. The caller holds the graph, so nobody draws meanwhile."""
    wanted = sorted(set(plots))
    overlaps = list(Overlap.objects.filter(plot__in=wanted).select_related("plot", "other").order_by("pk"))
    standings = standings_of(overlaps)
    for plot in Plot.objects.filter(pk__in=wanted).order_by("pk"):
        areas: dict[str, int | None] = {}
        for standing, column in AREAS.items():
            others = [row.other for row in overlaps if row.plot_id == plot.pk and standings[row.pk] == standing]
            areas[column] = together_m2([ring_of(each) for each in (plot, *others)]) if others else None
        Plot.objects.filter(pk=plot.pk).update(**areas)


def ring_of(plot: Plot) -> Ring:
    return [(lon, lat) for lon, lat in plot.outline or ()]
