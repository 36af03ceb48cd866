"""Which certificates of growing a lot may not show though its product has them: for its page, its links, its file for
doubters and the shop.

Such a paper is about ground. A lot whose plot nobody named, that came from ground the paper does not name, or that
something without the paper went into, does not show it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from django.db.models import Exists, OuterRef

from traceability.balance.claiming import GROWN, carried_whole, claims_of
from traceability.balance.claims import MASS_SCHEMES
from traceability.balance.gathering import CAME, in_force
from traceability.balance.models import Check
from traceability.batches.models import Batch, PostingKind
from traceability.certificates.models import Certificate, CertificateQuerySet
from traceability.genealogy.models import Edge

NOT_GROWN = CAME - GROWN - {PostingKind.RETURN}


class Why(StrEnum):
    """``blended``: a part of it is without the paper. ``in_doubt``: records wait until put right or explained."""

    NO_PLOT = "no_plot"
    OTHER_PLOT = "other_plot"
    BLENDED = "blended"
    IN_DOUBT = "in_doubt"


def papers_of(batch: Batch) -> CertificateQuerySet:
    """The checked papers of its product, with all that :func:`withheld_from` asks of a lot made of no other: a scan
    pays for one query."""
    named = Certificate.plots.through.objects.filter(certificate=OuterRef("pk"))
    papers: CertificateQuerySet = Certificate.objects.filter(products=batch.product_id, checked_at__isnull=False)
    return papers.annotate(
        names_plots=Exists(named),
        names_this_plot=Exists(named.filter(plot=batch.plot_id)),
        lot_is_bought=Exists(in_force().filter(batch=batch.pk, kind__in=NOT_GROWN)),
        lot_is_doubted=Exists(Check.objects.freezing().filter(batch=batch.pk)),
    )


def withheld_from(batch: Batch, papers: Sequence[Certificate]) -> dict[int, Why]:
    """By certificate, why this lot may not show it. ``papers`` of :func:`papers_of`.

    No query where the batch's finder said that it was made of no other lot; about ten for a blend.
    """
    growing = [paper for paper in papers if paper.scheme in MASS_SCHEMES]
    if growing and _has_parents(batch):
        return _of_blend(batch, growing)
    return {paper.pk: why for paper in growing if (why := _of_lone_lot(batch, vars(paper)))}


def _has_parents(batch: Batch) -> bool:
    known = getattr(batch, "has_parents", None)
    return Edge.objects.filter(child=batch.pk).exists() if known is None else bool(known)


def _of_lone_lot(batch: Batch, said: Mapping[str, bool]) -> Why | None:
    if batch.plot_id is None:
        return Why.NO_PLOT
    if said["names_plots"] and not said["names_this_plot"]:
        return Why.OTHER_PLOT
    if said["lot_is_bought"]:
        return Why.BLENDED
    return Why.IN_DOUBT if said["lot_is_doubted"] or batch.locked_at else None


def _of_blend(batch: Batch, growing: Iterable[Certificate]) -> dict[int, Why]:
    claims = {claim.scheme: claim for claim in claims_of(batch)}
    found = {}
    for paper in growing:
        claim = claims.get(paper.scheme)
        if claim is None or not claim.eligible:
            is_doubted = claim is not None and claim.why in ("locked", "frozen")
            found[paper.pk] = Why.IN_DOUBT if is_doubted else Why.BLENDED
    return found


def withheld_schemes(batches: Collection[Batch]) -> frozenset[str]:
    """Schemes of growing that not every one of these lots may show. Ten queries at most; none for no lots."""
    if not batches:
        return frozenset()
    return frozenset(MASS_SCHEMES) - carried_whole([batch.pk for batch in batches])


def covers_some(paper: Certificate, grown: Collection[tuple[int, int | None]]) -> bool:
    """Is it a paper on the goods themselves, or does it name ground that one of these (product, plot) pairs grew on?
    Its products and plots should be prefetched."""
    if paper.scheme not in MASS_SCHEMES:
        return True
    products = {product.pk for product in paper.products.all()}
    plots: set[int] = {plot.pk for plot in paper.plots.all()}
    return any(product in products and plot and (not plots or plot in plots) for product, plot in grown)
