"""Reads what the rules about plots need (MB-2, MB-6, MB-8, MB-9) and answers findings by batch id.

Every kind of data is asked for with one query, and only where some plot has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from django.utils import timezone

from traceability.balance.facts import Finding, Harvest
from traceability.balance.gathering import Gathered, in_force
from traceability.balance.ground import AREAS, Standing, standings_of
from traceability.balance.models import Severity
from traceability.balance.plots import PlotLimit, check_area, check_plot, check_shared_ground
from traceability.balance.times import Spray, check_spraying
from traceability.balance.uniqueness import Area, Shared, check_areas, check_overlaps
from traceability.batches.models import Batch, PostingKind
from traceability.plots.models import Overlap, Plot, Treatment
from traceability.products.bands import PlotCap
from traceability.products.waiting import usual_waits

Findings = dict[int, list[Finding]]
Standings = dict[int, Standing]
CONFIRMED = "harvest of confirmed ground <= cap"
WITH_NEIGHBOURS = Finding("MB-6", Severity.REVIEW, "harvest of ground of two cooperatives <= cap", 1, 0, key="beside")


def plot_findings(gathered: Gathered) -> Findings:
    """For every gathered batch that grew on a plot."""
    plots = {batch.plot.pk: batch.plot for batch in gathered.batches.values() if batch.plot is not None}
    if not plots:
        return {}
    found: Findings = defaultdict(list)
    overlaps = list(Overlap.objects.filter(plot__in=plots).select_related("plot", "other").order_by("pk"))
    standings = standings_of(overlaps)
    _add(found, _against_caps(plots, overlaps, standings), gathered)
    by_plot = _about_ground(plots, overlaps, standings)
    for batch in gathered.batches.values():
        found[batch.pk] += by_plot.get(batch.plot_id or 0, [])
    for pk, its in _after_sprays(gathered, plots).items():
        found[pk] += its
    return found


def plotless_findings(gathered: Gathered) -> Findings:
    """Harvests of no plot that is named, where the cooperative has plots and its line a cap: no rule of plots reaches
    them, so somebody asks. Two queries where there is such a harvest."""
    lots = [
        batch
        for batch in gathered.batches.values()
        if batch.plot_id is None
        and batch.product.line_id
        and any(row.kind == PostingKind.HARVEST for row in gathered.rows.get(batch.pk, ()))
    ]
    if not lots:
        return {}
    lines = set(PlotCap.objects.filter(line__in={lot.product.line_id for lot in lots}).values_list("line", flat=True))
    holders = Plot.objects.filter(cooperative__in={lot.cooperative_id for lot in lots})
    with_plots = set(holders.order_by().values_list("cooperative", flat=True).distinct())
    return {
        lot.pk: [Finding("MB-2", Severity.REVIEW, "harvest names its plot", 0, 1, key="plot")]
        for lot in lots
        if lot.product.line_id in lines and lot.cooperative_id in with_plots
    }


def _add(found: Findings, more: Findings, gathered: Gathered) -> None:
    for pk, its in more.items():
        if pk in gathered.batches:
            found[pk] += its


def _about_ground(plots: dict[int, Plot], overlaps: Iterable[Overlap], standings: Standings) -> Findings:
    """By plot id."""
    found: Findings = defaultdict(list)
    for plot in plots.values():
        found[plot.pk] += check_area(typed_m2=plot.area_m2, measured_m2=plot.measured_m2, plot=plot.name)
    pairs = [
        Shared(row.plot_id, row.other_id, row.percent)
        for row in overlaps
        if standings[row.pk] == Standing.ASKED and row.other.closed_at is None
    ]
    for pk, its in check_overlaps(pairs).items():
        found[pk] += its
    codes = [plot.growing_area_code for plot in plots.values() if plot.growing_area_code]
    if codes:
        rows = Plot.objects.filter(growing_area_code__in=codes).values_list("pk", "cooperative_id", "growing_area_code")
        for pk, its in check_areas([Area(*row) for row in rows]).items():
            found[pk] += its
    return found


def _against_caps(plots: dict[int, Plot], overlaps: Iterable[Overlap], standings: Standings) -> Findings:
    """By batch id: every harvest of these plots ever, against the plot and against ground that it shares."""
    shared: dict[int, list[Overlap]] = defaultdict(list)
    for row in overlaps:
        shared[row.plot_id].append(row)
    known = {plot.pk: plot for plot in plots.values() if plot.counted_m2}
    beside = {row.other_id for pk in known for row in shared[pk]}
    harvests = harvests_of({*known, *beside})
    caps = {cap.line_id: cap for cap in PlotCap.objects.filter(line_id__in={line for _plot, line in harvests})}
    found: Findings = defaultdict(list)
    for (plot_id, line), its in harvests.items():
        if plot_id not in known or line not in caps:
            continue
        limit = limit_of(known[plot_id], caps[line])
        for pk, findings in check_plot(its, limit).items():
            found[pk] += findings
        for standing, column in AREAS.items():
            others = {row.other_id for row in shared[plot_id] if standings[row.pk] == standing}
            beside = [one for other in others for one in harvests.get((other, line), ())]
            if not beside:
                continue
            own = {one.batch_id for one in its}
            area = getattr(known[plot_id], column) or limit.area_m2
            together = check_shared_ground([*its, *beside], replace(limit, area_m2=area))
            for pk in own & together.keys():
                found[pk] += [_told(finding, standing) for finding in together[pk]]
    return found


def _told(finding: Finding, standing: Standing) -> Finding:
    """Of ground of two cooperatives without a figure: what both harvested, less one's own, is the neighbour's."""
    if standing == Standing.ASKED:
        return WITH_NEIGHBOURS
    if standing == Standing.SAME:
        return replace(WITH_NEIGHBOURS, severity=finding.severity, formula=CONFIRMED, key="same")
    return finding


def limit_of(plot: Plot, cap: PlotCap) -> PlotLimit:
    return PlotLimit(
        plot=plot.name,
        area_m2=plot.counted_m2 or 0,
        kg_per_ha=cap.kg_per_ha,
        season_starts=tuple(cap.season_starts),
        is_perennial=cap.is_perennial,
    )


def harvests_of(plot_ids: Iterable[int]) -> dict[tuple[int, int], list[Harvest]]:
    """By (plot, line): harvests in grams, in force. One query."""
    rows = (
        in_force()
        .filter(kind=PostingKind.HARVEST, batch__plot_id__in=list(plot_ids), batch__base_unit="g")
        .exclude(batch__product__line_id=None)
        .values_list("batch__plot_id", "batch__product__line_id", "batch_id", "at", "id", "quantity_base")
    )
    found: dict[tuple[int, int], list[Harvest]] = defaultdict(list)
    for plot_id, line, batch_id, at, seq, base in rows:
        found[plot_id, line].append(Harvest(batch_id, at, seq, timezone.localdate(at), base))
    return found


def _after_sprays(gathered: Gathered, plots: Collection[int]) -> Findings:
    """MB-8: what was harvested while the waiting time of a treatment still ran."""
    treatments: dict[int, list[Treatment]] = defaultdict(list)
    for row in Treatment.objects.filter(plot__in=plots).order_by("treated_on", "pk"):
        treatments[row.plot_id].append(row)
    usual = _usual_waits(gathered, treatments)
    found: Findings = defaultdict(list)
    for batch in gathered.batches.values() if treatments else ():
        waits = usual.get(batch.product.line_id or 0)
        sprays = [_spray(row, waits) for row in treatments.get(batch.plot_id or 0, ())]
        for day in sorted(_harvest_days(batch, gathered)) if sprays else ():
            for finding in check_spraying(day, sprays):
                if all(one.key != finding.key for one in found[batch.pk]):
                    found[batch.pk].append(finding)
    return found


def _usual_waits(gathered: Gathered, treatments: dict[int, list[Treatment]]) -> dict[int, tuple[int, int]]:
    """By line, only where the days of some treatment are not known."""
    if all(row.wait_days is not None for rows in treatments.values() for row in rows):
        return {}
    return usual_waits({batch.product.line_id for batch in gathered.batches.values() if batch.product.line_id})


def _spray(row: Treatment, usual: tuple[int, int] | None) -> Spray:
    back = timezone.localdate(row.withdrawn_at) if row.withdrawn_at else None
    if row.wait_days is not None:
        return Spray(row.treated_on, row.wait_days, row.substance, withdrawn_on=back)
    least, most = usual or (0, 0)
    return Spray(row.treated_on, least, row.substance, withdrawn_on=back, usual_most=most)


def _harvest_days(batch: Batch, gathered: Gathered) -> set[date]:
    """Of its own harvests; of a batch without raw lots, the days its steps say."""
    rows = [row for row in gathered.rows.get(batch.pk, ()) if row.kind == PostingKind.HARVEST]
    if rows:
        return {timezone.localdate(row.at) for row in rows}
    if gathered.made_by.get(batch.pk):
        return set()  # its lots answer for it
    return {day for day in (batch.harvested_from_on, batch.harvested_to_on) if day is not None}
