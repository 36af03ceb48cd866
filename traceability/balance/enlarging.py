"""MB-2: a plot made larger while goods of this season came from it. Whoever is bound by a cap must not lift it alone:
the lots wait for staff, stopped where the smaller area stopped them, else with their claims kept back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone

from community import clock
from traceability.balance.facts import Finding, Harvest
from traceability.balance.gathering import Gathered
from traceability.balance.growing import harvests_of, limit_of
from traceability.balance.models import Check, Severity
from traceability.batches.models import PostingKind
from traceability.plots.models import Plot
from traceability.products.bands import PlotCap, season_of

RULE, KEY, FORMULA = "MB-2", "enlarged", "area as it was said first"


def keep_in_mind(*, plot: Plot, before_m2: int | None) -> None:
    """``plot`` as it is now. Its lots of this season, and those that its cap stopped, get a check that only staff
    clears; their rows are locked by the caller."""
    after = plot.counted_m2
    if not before_m2 or (after and after <= before_m2):
        return
    by_line = harvests_of([plot.pk])
    held = _capped({one.batch_id for its in by_line.values() for one in its})
    now = clock.now()
    rows = [
        Check(
            batch_id=lot,
            rule=RULE,
            key=KEY,
            severity=held.get(lot, Severity.REVIEW),
            formula=FORMULA,
            observed=after or 0,
            limit=before_m2,
            inputs={"plot": plot.name},
            first_found_at=now,
            last_found_at=now,
        )
        for lot in sorted(_of_this_season(plot, by_line) | held.keys())
    ]
    Check.objects.bulk_create(rows, ignore_conflicts=True)
    stopped = [lot for lot, severity in held.items() if severity == Severity.BLOCK]
    Check.objects.open().filter(rule=RULE, key=KEY, batch_id__in=stopped).update(severity=Severity.BLOCK)


def _capped(lots: Collection[int]) -> dict[int, str]:
    """How gravely the cap of their ground asks about these lots; the gravest counts."""
    capped = Q(rule=RULE, key="") | Q(rule="MB-6", key__in=["shared", "same"])
    open_ones = Check.objects.open().filter(capped, batch_id__in=lots).exclude(severity=Severity.INFO)
    return dict(open_ones.order_by("-severity").values_list("batch_id", "severity"))  # "block" last: it is kept


def _of_this_season(plot: Plot, by_line: Mapping[tuple[int, int], Sequence[Harvest]]) -> set[int]:
    caps = {cap.line_id: cap for cap in PlotCap.objects.filter(line_id__in={line for _plot, line in by_line})}
    recent = set()
    for (_plot, line), its in by_line.items():
        if line in caps:
            limit = limit_of(plot, caps[line])
            season = limit.season_of(clock.today())
            recent |= {one.batch_id for one in its if limit.season_of(one.on) == season}
    return recent


def enlarged_findings(gathered: Gathered) -> dict[int, list[Finding]]:
    """By lot: what is open, as long as the plot is larger than it was; and later lots of the same plot and season.
    One query where there is none."""
    plots = {batch.plot.pk: batch.plot for batch in gathered.batches.values() if batch.plot is not None}
    rows = Check.objects.filter(rule=RULE, key=KEY, batch__plot__in=plots).select_related("batch") if plots else ()
    known = {row.batch_id for row in rows}
    open_rows: dict[int, Check] = {}
    found: dict[int, list[Finding]] = defaultdict(list)
    for row in rows:
        plot = plots[row.batch.plot_id or 0]
        if row.cleared_at is not None or (plot.counted_m2 or row.limit + 1) <= row.limit:
            continue
        open_rows[plot.pk] = row
        if row.batch_id in gathered.batches:
            found[row.batch_id] = [_finding(row, row.severity)]
    starts = _season_starts(gathered) if open_rows else {}
    for batch in gathered.batches.values():
        first = open_rows.get(batch.plot_id or 0)
        if first is None or batch.pk in known or batch.product.line_id not in starts:
            continue
        season = starts[batch.product.line_id]
        since = season_of(timezone.localdate(first.first_found_at), season)
        if any(season_of(day, season) == since for day in _days(batch.pk, gathered)):
            found[batch.pk] = [_finding(first, Severity.REVIEW)]
    return found


def _finding(row: Check, severity: str) -> Finding:
    return Finding(RULE, Severity(severity), FORMULA, row.observed, row.limit, key=KEY, inputs=row.inputs)


def _season_starts(gathered: Gathered) -> dict[int | None, tuple[str, ...]]:
    """By line."""
    lines = {batch.product.line_id for batch in gathered.batches.values()}
    caps = PlotCap.objects.filter(line_id__in=lines - {None})
    return {cap.line_id: tuple(cap.season_starts) for cap in caps}


def _days(batch_id: int, gathered: Gathered) -> Iterable[date]:
    rows = gathered.rows.get(batch_id, ())
    return (timezone.localdate(row.at) for row in rows if row.kind == PostingKind.HARVEST)
