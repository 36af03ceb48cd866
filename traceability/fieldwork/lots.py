"""The store of raw and half-made lots on the member's phone: what is left of each, and what one can do with it."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from traceability.batches.models import Batch
from traceability.fieldwork.door import batch_or_404
from traceability.fieldwork.lot_words import amount_words
from traceability.fieldwork.progress import product_drawing
from traceability.genealogy.containers import open_stays
from traceability.genealogy.models import Edge
from traceability.products.models import Product, in_language

MOST_LOTS = 60


def lots_with_goods(cooperative: Cooperative) -> QuerySet[Batch]:
    """Raw and half-made lots that hold something, the newest first."""
    return (
        Batch.objects.of_cooperative(cooperative)
        .exclude(kind=Batch.Kind.FINISHED)
        .filter(available_base__gt=0)
        .select_related("product__line", "plot", "cooperative", "pack")
    )


def usable_lots(cooperative: Cooperative) -> QuerySet[Batch]:
    """Everything one may process: raw, half-made, and drafts of packed goods that are opened again."""
    return (
        Batch.objects.of_cooperative(cooperative)
        .filter(~Q(kind=Batch.Kind.FINISHED) | Q(status=Batch.Status.DRAFT), available_base__gt=0)
        .select_related("product__line", "plot", "cooperative", "pack")
    )


def lot_name(lot: Batch) -> str:
    if lot.material:
        return in_language(lot.material, lot.material_en)
    return f"{lot.product.shown_name}, {lot.pack.shown_name}" if lot.pack else lot.product.shown_name


def lot_line(lot: Batch) -> dict[str, object]:
    """A lot for a list."""
    return {
        "lot": lot,
        "name": lot_name(lot),
        "left": amount_words(lot.available_base, lot.base_unit),
        "drawing": product_drawing(lot.product),
    }


@require_safe
@member_required("record")
def lots_page(request: MemberRequest) -> HttpResponse:
    lots = list(lots_with_goods(request.cooperative)[: MOST_LOTS + 1])
    facts = {
        "lines": [lot_line(lot) for lot in lots[:MOST_LOTS]],
        "has_more": len(lots) > MOST_LOTS,
        "has_products": Product.objects.of_cooperative(request.cooperative).active().exists(),
    }
    return render(request, "fieldwork/lots.html", facts)


@require_safe
@member_required("record")
def lot_page(request: MemberRequest, public_code: str) -> HttpResponse:
    """One lot: what is left, what it was made of, what was made of it, where it stands."""
    lot = batch_or_404(request.cooperative, public_code)
    parents = Edge.objects.filter(child=lot).select_related("parent__product", "parent__pack")
    children = Edge.objects.filter(parent=lot).select_related("child__product", "child__pack")
    facts = {
        "lot": lot,
        "line": lot_line(lot),
        "made_of": [(edge.parent, lot_name(edge.parent), _used(edge.parent, edge)) for edge in parents],
        "used_in": [(edge.child, lot_name(edge.child), _used(lot, edge)) for edge in children],
        "boxed": open_stays(lot.pk).exists(),
        "shortfall": amount_words(lot.shortfall_base, lot.base_unit) if lot.shortfall_base else "",
    }
    return render(request, "fieldwork/lot.html", facts)


def _used(parent: Batch, edge: Edge) -> str:
    return amount_words(edge.parent_base, parent.base_unit)
