"""What a cooperative says of its plots: a new one, its facts, its outline, what was sprayed. The lots of the plots
concerned are checked anew each time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.places.models import AdminUnit
from traceability.balance.enlarging import keep_in_mind
from traceability.balance.near import hold_near
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.genealogy.linking import hold
from traceability.genealogy.tracing import descendant_ids
from traceability.plots.models import Overlap, Plot, Treatment
from traceability.plots.outlines import Outline, shared_m2

LEAST_SHARED_PERCENT = 5  # a hedge or a phone's error is no shared ground
CHECKED_AT_ONCE = 500
MOST_WAIT_DAYS = 365
MOST_AREA_M2 = 20_000_000


class BadPlot(DomainError):
    """Codes: plot_name_needed, plot_name_taken, area_too_large, substance_needed, wait_too_long (fact: most),
    treated_in_future, treatment_mismatch."""


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
    lots = _hold({plot.pk}) if plot else []
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
    _check_again(lots)
    return saved


@transaction.atomic
def set_outline(*, plot: Plot, outline: Outline | None, actor: Actor) -> Plot:
    """Draw the plot, or take its outline away (None). Positions go nowhere else: the audit says areas only."""
    hold()  # who draws beside it at the same time comes after us, and sees what we drew
    beside = set(Overlap.objects.filter(plot=plot).values_list("other_id", flat=True))
    shared = _find_overlaps(plot, outline) if outline else []
    beside |= {row.other_id for row in shared} - {plot.pk}
    lots = _hold({plot.pk, *beside})
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
    _check_again(lots)
    return held


def _find_overlaps(plot: Plot, outline: Outline) -> list[Overlap]:
    """Compare with every outline whose box touches; both directions are to be kept."""
    west, south, east, north = outline.box
    near = Plot.objects.filter(
        outline__isnull=False, west__lte=east, east__gte=west, south__lte=north, north__gte=south
    ).exclude(pk=plot.pk)
    rows = []
    for other in near.order_by("pk"):
        common = shared_m2(outline.ring, [(lon, lat) for lon, lat in other.outline or ()])
        percent = common * 100 // max(1, min(outline.area_m2, other.measured_m2 or 0))
        if percent >= LEAST_SHARED_PERCENT:
            rows += [
                Overlap(plot=one, other=two, shared_m2=common, percent=min(100, percent))
                for one, two in ((plot, other), (other, plot))
            ]
    return rows


@transaction.atomic
def note_treatment(
    *, plot: Plot, substance: str, treated_on: date, wait_days: int, key: UUID, actor: Actor, note: str = ""
) -> Treatment:
    """Something was sprayed or spread. Lots harvested while the waiting time ran are stopped (MB-8).

    The same ``key`` again answers the row it made. Raises :class:`BadPlot`.
    """
    if not substance.strip():
        raise BadPlot("substance_needed")
    if treated_on > clock.today():
        raise BadPlot("treated_in_future")
    if not 0 <= wait_days <= MOST_WAIT_DAYS:
        raise BadPlot("wait_too_long", most=MOST_WAIT_DAYS)
    lots = _hold({plot.pk})
    try:
        with transaction.atomic():
            row = Treatment.objects.create(
                plot=plot,
                substance=substance.strip(),
                treated_on=treated_on,
                wait_days=wait_days,
                note=note.strip(),
                key=key,
                recorded_at=clock.now(),
                recorded_by=actor.user,
            )
    except IntegrityError:  # two taps: the first one made it
        earlier = Treatment.objects.get(key=key)
        same = (earlier.plot_id, earlier.substance, earlier.treated_on, earlier.wait_days)
        if same != (plot.pk, substance.strip(), treated_on, wait_days):
            raise BadPlot("treatment_mismatch") from None
        return earlier
    record(
        actor=actor,
        action="plot.treated",
        subject=plot,
        cooperative=plot.cooperative,
        substance=row.substance,
        treated_on=treated_on.isoformat(),
        wait_days=wait_days,
    )
    _check_again(lots)
    return row


@transaction.atomic
def withdraw_treatment(*, treatment: Treatment, actor: Actor) -> None:
    """It was written down wrongly. It stays in the list, struck through; twice is once. What was harvested in its time
    until then waits for staff: nobody frees his own lots by taking a spray back."""
    lots = _hold({treatment.plot_id})
    open_rows = Treatment.objects.filter(pk=treatment.pk, withdrawn_at=None)
    if not open_rows.update(withdrawn_at=clock.now(), withdrawn_by=actor.user):
        return
    plot = treatment.plot
    record(
        actor=actor,
        action="plot.treatment_withdrawn",
        subject=plot,
        cooperative=plot.cooperative,
        substance=treatment.substance,
        treated_on=treatment.treated_on.isoformat(),
    )
    _check_again(lots)


def _hold(plots: Collection[int]) -> list[int]:
    """The graph, then the lots of these plots with all that their checks may change, by id; before any other row.
    Answers the lots of the plots, newest first."""
    hold()
    lots = list(Batch.objects.filter(plot__in=plots).order_by("-pk").values_list("pk", flat=True))
    hold_near(lots)
    return lots


def _check_again(lots: Sequence[int]) -> None:
    """The newest lots at once, older ones in the night (``rechecking``)."""
    moved(lots[:CHECKED_AT_ONCE])
