"""Which lots a check of some lots may change, and holding them: lots come before every row that hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db.models import Q

from community import clock
from traceability.balance.models import Check
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.batches.watching import moved
from traceability.genealogy.linking import hold
from traceability.genealogy.tracing import descendant_ids
from traceability.plots.models import Overlap

CHECKED_AT_ONCE = 500
LATELY = timedelta(days=35)
ARRIVALS = (PostingKind.HARVEST, PostingKind.IN, PostingKind.PACK)


def near(batch_ids: Collection[int]) -> list[int]:
    """By id: these, those of the same ground, and all that was made of them."""
    close = frozenset(batch_ids) | same_ground(batch_ids)
    return sorted(close | descendant_ids(close))


def hold_near(batch_ids: Collection[int]) -> None:
    """Lock every lot that a check of these may change, by id."""
    list(Batch.objects.select_for_update().filter(pk__in=near(batch_ids)).order_by("pk").values_list("pk", flat=True))


def hold_plots(plots: Collection[int]) -> list[int]:
    """The graph, then the lots of these plots with all that their checks may change, by id; before any other row.
    Answers the lots of the plots, newest first."""
    hold()
    lots = list(Batch.objects.filter(plot__in=plots).order_by("-pk").values_list("pk", flat=True))
    hold_near(lots)
    return lots


def made_lately(cooperative_id: int, line_id: int, formulas: Collection[str]) -> list[int]:
    """Newest first: lots of a line that something came into in the last weeks, or that one of these asks about."""
    made = Posting.objects.filter(kind__in=ARRIVALS, at__gte=clock.now() - LATELY)
    asked = Check.objects.open().filter(formula__in=formulas)
    lots = Batch.objects.filter(cooperative=cooperative_id, product__line=line_id)
    lots = lots.filter(Q(pk__in=made.values("batch_id")) | Q(pk__in=asked.values("batch_id")))
    return list(lots.order_by("-pk").values_list("pk", flat=True))


def check_again(lots: Sequence[int]) -> None:
    """The newest lots at once, older ones in the night (``rechecking``)."""
    moved(lots[:CHECKED_AT_ONCE])


def same_ground(batch_ids: Collection[int], plots: Collection[int] = ()) -> frozenset[int]:
    """Lots harvested from the same plots as these or from ``plots``, or from ground that overlaps: they share a cap,
    so one more harvest can be theirs to answer for."""
    grown = Q(kind=Batch.Kind.RAW) | Q(postings__kind=PostingKind.HARVEST)  # raw ones: before their first harvest too
    named = Batch.objects.filter(grown, pk__in=batch_ids, plot__isnull=False)
    ids = {*plots, *named.values_list("plot_id", flat=True)}
    if not ids:
        return frozenset()
    beside = Overlap.objects.filter(plot__in=ids).values("other_id")
    mates = Batch.objects.filter(Q(plot_id__in=ids) | Q(plot_id__in=beside), postings__kind=PostingKind.HARVEST)
    return frozenset(mates.values_list("pk", flat=True))
