"""Runs every rule over what was gathered: findings by batch id. Reads a little more where a rule needs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.apps import apps
from django.db.models import Q, Sum
from django.utils import timezone

from traceability.balance.capacity import capacity_findings
from traceability.balance.claiming import claim_findings
from traceability.balance.conservation import WHOLE, check_making
from traceability.balance.enlarging import enlarged_findings
from traceability.balance.facts import Finding, Making
from traceability.balance.gathering import Gathered, band_for, dips_of, in_force, most_of
from traceability.balance.growing import plot_findings, plotless_findings
from traceability.balance.labels import Labelled, check_filling, check_labels, filled_from
from traceability.balance.origin import origin_findings
from traceability.balance.own_times import Place, Times, own_times, with_own
from traceability.balance.positions import position_findings
from traceability.balance.prefix import check_prefix
from traceability.balance.records import record_findings
from traceability.balance.sales import Stock, check_sales
from traceability.balance.times import check_duration, check_season
from traceability.batches.models import Batch, PostingKind

Findings = dict[int, list[Finding]]


def observe(gathered: Gathered, *, today: date) -> Findings:
    """Every finding about ``gathered.ids`` themselves; what they inherit from ancestors is for ``checking``."""
    found: Findings = defaultdict(list)
    for batch_id, dip in dips_of(Q(batch_id__in=gathered.ids)).items():
        found[batch_id] += check_prefix(dip)
    found_more = _found_more(gathered)
    own = own_times(gathered.batches.values())
    for batch_id in gathered.ids:
        batch = gathered.batches.get(batch_id)
        for making in gathered.made_by.get(batch_id, ()):
            found[batch_id] += _about_making(making, gathered, _own_of(batch, making.step, own))
        if batch is not None and batch.kind == Batch.Kind.FINISHED:
            found[batch_id] += origin_findings(batch_id, gathered)
            found[batch_id] += check_sales(_stock(batch, gathered, found_more.get(batch_id, 0)), today=today)
        found[batch_id] += _out_of_season(batch, gathered, _own_of(batch, "", own))
    _merge(found, _about_labels(gathered))
    _merge(found, plot_findings(gathered))
    _merge(found, plotless_findings(gathered))
    _merge(found, enlarged_findings(gathered))
    _merge(found, capacity_findings(gathered))
    _merge(found, position_findings(gathered))
    _merge(found, claim_findings(gathered))
    _merge(found, record_findings(gathered.ids))
    return found


def _merge(found: Findings, more: Findings) -> None:
    for batch_id, findings in more.items():
        found[batch_id] += findings


def _own_of(batch: Batch | None, step: str, own: Mapping[Place, Times]) -> Times | None:
    """What the lot's cooperative says of its season ("") or of a step, where staff has accepted it."""
    return own.get((batch.cooperative_id, batch.product.line_id or 0, step)) if batch is not None else None


def _about_making(making: Making, gathered: Gathered, own: Times | None) -> list[Finding]:
    band = band_for(making, gathered.bands)
    most = most_of(making.outputs[0].lot.line_id, gathered.bands)
    added = gathered.added.get(making.outputs[0].lot.product_id, 0)
    if added and band is None:
        most = max(most, filled_from(WHOLE, most, added))
    lasts = check_duration(making, with_own(band, own))
    return [*check_making(making, band, most), *check_filling(making, band, added), *lasts]


def _found_more(gathered: Gathered) -> dict[int, int]:
    """By packed lot: what counts added to its books, less what they took."""
    packed = [batch.pk for batch in gathered.batches.values() if batch.kind == Batch.Kind.FINISHED]
    counts = in_force().filter(batch_id__in=packed, kind=PostingKind.ADJUST) if packed else None
    rows = counts.order_by().values_list("batch_id").annotate(sum=Sum("on_hand_delta")) if counts is not None else ()
    return dict(rows)


def _stock(batch: Batch, gathered: Gathered, found: int) -> Stock:
    came = gathered.came(batch.pk)
    gone = came - batch.available_base + batch.shortfall_base
    left = batch.on_hand_base - batch.shortfall_base
    return Stock(gone, came, left, batch.best_before_on, found=found, unit=batch.base_unit)


def _out_of_season(batch: Batch | None, gathered: Gathered, own: Times | None) -> list[Finding]:
    months = set(own.months if own else batch.product.season_months if batch else ())
    if batch is None or not months:
        return []
    rows = [row for row in gathered.rows.get(batch.pk, ()) if row.kind == PostingKind.HARVEST]
    found = [one for day in sorted({timezone.localdate(row.at) for row in rows}) for one in check_season(day, months)]
    return [max(found, key=lambda one: one.observed)] if found else []


def _about_labels(gathered: Gathered) -> Findings:
    """Printed and destroyed labels; their tables are in a room above, so they are asked for by name."""
    packed = {
        batch.pk: gathered.packed(batch.pk) // batch.pack.net_quantity_base
        for batch in gathered.batches.values()
        if batch.pack
    }
    if not packed:
        return {}
    runs = list(apps.get_model("traceability", "LabelRun").objects.filter(batch_id__in=list(packed)).order_by("pk"))
    if not runs:
        return {}
    voids = apps.get_model("traceability", "LabelVoid").objects.filter(batch_id__in=list(packed)).order_by()
    void = dict(voids.values_list("batch_id").annotate(Sum("count")))
    newest = {run.batch_id: run for run in runs}
    return {
        batch_id: check_labels(
            Labelled(
                packed[batch_id],
                run.last_number,
                void=void.get(batch_id, 0),
                is_over=_is_over(gathered.batches[batch_id], packed[batch_id]),
                reason=run.reason,
            )
        )
        for batch_id, run in newest.items()
    }


def _is_over(batch: Batch, packs: int) -> bool:
    """Packed once, and nothing of it is left to be sold or sent."""
    gone = packs > 0 and not batch.on_hand_base and not batch.shortfall_base
    return gone or batch.status == Batch.Status.CLOSED
