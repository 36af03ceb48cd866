"""First screen of the field diary: batches in the making with their next step, and what to begin anew."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from traceability.batches.models import Batch, BatchQuerySet
from traceability.fieldwork.again import tiles
from traceability.fieldwork.balance import lots_needing_attention
from traceability.fieldwork.progress import lines_of, product_drawing
from traceability.products.models import Pack, Product

MOST_OPEN, MOST_PUBLISHED, MOST_ATTENTION = 30, 6, 5


@dataclass(frozen=True, slots=True)
class ProductTile:
    """A product to begin a batch of; straight to the form when it has one pack."""

    name: str
    packs: str
    drawing: str
    url: str


@require_safe
@member_required("record")
def home(request: MemberRequest) -> HttpResponse:
    batches = batches_for_lists(request.cooperative)
    drafts = list(batches.filter(status=Batch.Status.DRAFT)[: MOST_OPEN + 1])
    published = list(batches.filter(status=Batch.Status.PUBLISHED)[:MOST_PUBLISHED])
    open_lines = lines_of(drafts[:MOST_OPEN])
    facts = {
        "today": clock.today(),
        "again": tiles(request.cooperative, open_lines),
        "open": open_lines,
        "has_more": len(drafts) > MOST_OPEN,
        "published": lines_of(published),
        "products": product_tiles(request.cooperative),
        "may_list": request.membership.may("list"),
        "attention": lots_needing_attention(request.cooperative.pk)[:MOST_ATTENTION],
    }
    return render(request, "fieldwork/home.html", facts)


def batches_for_lists(cooperative: Cooperative) -> BatchQuerySet:
    return (
        Batch.objects.of_cooperative(cooperative)
        .select_related("product__line", "pack")
        .prefetch_related("product__line__steps")
    )


def product_tiles(cooperative: Cooperative) -> list[ProductTile]:
    """Active products with a pack to fill. Two queries."""
    products = Product.objects.of_cooperative(cooperative).active().select_related("line").prefetch_related("packs")
    tiles = []
    for product in products:
        packs = [pack for pack in product.packs.all() if pack.status == Pack.Status.ACTIVE]
        if packs:
            tiles.append(
                ProductTile(
                    name=product.shown_name,
                    packs=" · ".join(pack.shown_name for pack in packs),
                    drawing=product_drawing(product),
                    url=_begin_url(product, packs),
                )
            )
    return tiles


def _begin_url(product: Product, packs: list[Pack]) -> str:
    if len(packs) == 1:
        return reverse("fieldwork:new_batch", args=[packs[0].code])
    return f"{reverse('fieldwork:choose_pack')}?product={product.code}"
