"""What a cooperative says of its plots: a new one, its facts, its outline, that it is closed. The lots of the plots
concerned are checked anew each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.places.models import AdminUnit
from traceability.balance.enlarging import keep_in_mind
from traceability.balance.ground import find_overlaps, measure_ground
from traceability.balance.near import check_again, hold_plots
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.genealogy.linking import hold
from traceability.genealogy.tracing import descendant_ids
from traceability.plots.models import Overlap, Plot
from traceability.plots.outlines import Outline

MOST_AREA_M2 = 20_000_000


class BadPlot(DomainError):
    """Codes: plot_name_needed, plot_name_taken, area_too_large, substance_needed, wait_needed (no line of the
    cooperative says what is usual), wait_too_long (fact: most), treated_in_future, treatment_mismatch."""


@dataclass(frozen=True, slots=True)
class PlotFacts:
    """``area_m2`` as somebody says it; where there is an outline, that one counts."""

    name: str
    commune: AdminUnit
    area_m2: int | None = None
    growing_area_code: str = ""


@transaction.atomic
def save_plot(*, cooperative: Cooperative, facts: PlotFacts, actor: Actor, plot: Plot | None = None) -> Plot:
    """A new plot, or other facts of one. Raises :class:`BadPlot`."""
    name = facts.name.strip()
    if not name:
        raise BadPlot("plot_name_needed")
    if facts.area_m2 is not None and not 0 < facts.area_m2 <= MOST_AREA_M2:
        raise BadPlot("area_too_large")
    said = {
        "name": name,
        "commune": facts.commune,
        "area_m2": facts.area_m2,
        "growing_area_code": facts.growing_area_code.strip(),
    }
    lots = hold_plots({plot.pk}) if plot else []
    if plot:
        plot = Plot.objects.select_for_update(no_key=True).get(pk=plot.pk, cooperative=cooperative)
        if all(getattr(plot, name) == value for name, value in said.items()):
            return plot
    try:
        with transaction.atomic():
            if plot is None:
                saved = Plot.objects.create(cooperative=cooperative, **said)
            else:
                Plot.objects.filter(pk=plot.pk, cooperative=cooperative).update(**said)
                saved = Plot.objects.get(pk=plot.pk)
    except IntegrityError as clash:
        raise BadPlot("plot_name_taken") from clash
    record(
        actor=actor,
        action="plot.changed" if plot else "plot.added",
        subject=saved,
        cooperative=cooperative,
        name=name,
        area_m2=facts.area_m2 or 0,
        growing_area_code=said["growing_area_code"],
    )
    keep_in_mind(plot=saved, before_m2=plot.counted_m2 if plot else None)
    touch_pages(Batch.objects.filter(pk__in=set(lots) | descendant_ids(lots)))  # they say its name and place
    check_again(lots)
    return saved


@transaction.atomic
def set_outline(*, plot: Plot, outline: Outline | None, actor: Actor) -> Plot:
    """Draw the plot, or take its outline away (None). Positions go nowhere else: the audit says areas only."""
    hold()  # who draws beside it at the same time comes after us, and sees what we drew
    beside = set(Overlap.objects.filter(plot=plot).values_list("other_id", flat=True))
    shared = find_overlaps(plot, outline) if outline else []
    beside |= {row.other_id for row in shared} - {plot.pk}
    lots = hold_plots({plot.pk, *beside})
    held = Plot.objects.select_for_update(no_key=True).get(pk=plot.pk)
    ring = [list(corner) for corner in outline.ring] if outline else None
    if held.outline == ring:
        return held
    west, south, east, north = outline.box if outline else (None, None, None, None)
    Plot.objects.filter(pk=held.pk).update(
        outline=ring,
        measured_m2=outline.area_m2 if outline else None,
        west=west,
        south=south,
        east=east,
        north=north,
    )
    Overlap.objects.filter(plot=held).delete()
    Overlap.objects.filter(other=held).delete()
    Overlap.objects.bulk_create(shared)
    measure_ground({held.pk, *beside})
    record(
        actor=actor,
        action="plot.outlined" if outline else "plot.outline_removed",
        subject=held,
        cooperative=held.cooperative,
        measured_m2=outline.area_m2 if outline else 0,
        before_m2=held.measured_m2 or 0,
        corners=len(outline.ring) - 1 if outline else 0,
    )
    before_m2 = held.counted_m2
    held.refresh_from_db()
    keep_in_mind(plot=held, before_m2=before_m2)
    check_again(lots)
    return held


@transaction.atomic
def close_plot(*, plot: Plot, actor: Actor) -> None:
    """Nothing grows there any more for this cooperative: no new harvest names it. What it gave stays as it is, with its
    outline, its sprays and its cap. Twice is once."""
    _set_closed(plot, clock.now(), actor)


@transaction.atomic
def reopen_plot(*, plot: Plot, actor: Actor) -> None:
    """It is used again, or was closed by mistake."""
    _set_closed(plot, None, actor)


def _set_closed(plot: Plot, at: datetime | None, actor: Actor) -> None:
    lots = hold_plots({plot.pk, *Overlap.objects.filter(plot=plot).values_list("other_id", flat=True)})
    if not Plot.objects.filter(pk=plot.pk, closed_at__isnull=at is not None).update(closed_at=at):
        return
    action = "plot.closed" if at else "plot.reopened"
    record(actor=actor, action=action, subject=plot, cooperative=plot.cooperative, name=plot.name)
    check_again(lots)
