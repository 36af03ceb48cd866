"""The booth of a cooperative: who they are and all they sell. Event documents name them by ``/p/<code>``."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from community.cooperatives.models import Cooperative
from marketplace.listings.finding import live_listings
from marketplace.listings.shelves import cards
from marketplace.shopping.catalogue import PER_PAGE, language
from marketplace.shopping.proofs import stamps_of_seller
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.products.models import in_language

BATCHES_SHOWN = 3


def known_sellers() -> QuerySet[Cooperative]:
    """Whoever has sold here. A suspended or ceased seller keeps a page that says so: its packs are still in use."""
    return Cooperative.objects.exclude(status=Cooperative.Status.APPLIED)


@require_safe
def booth_page(request: HttpRequest, slug: str) -> HttpResponse:
    seller = get_object_or_404(known_sellers().select_related("commune__parent", "photo"), slug=slug)
    listings = live_listings(today=timezone.localdate()).filter(product__cooperative=seller)
    page = Paginator(listings.order_by("-in_stock", "title", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    newest = (
        Batch.objects.filter(status=Batch.Status.PUBLISHED)
        .of_cooperative(seller)
        .select_related("pack", "product")
        .order_by("-published_at", "-pk")[:BATCHES_SHOWN]
    )
    context = {
        "seller": seller,
        "intro": in_language(seller.intro, seller.intro_en),
        "page": page,
        "cards": cards(list(page.object_list), language=language()),
        "stamps": stamps_of_seller(seller),
        "batches": [(batch, batch_path(batch)) for batch in newest],
        "crumbs": [(gettext("All goods"), reverse("shopping:list")), (seller.name, "")],
    }
    return render(request, "shopping/booth.html", context)


@require_safe
def party(request: HttpRequest, code: str) -> HttpResponse:
    """An event document's party. The booth's address may change with the name, the code never does."""
    seller = get_object_or_404(known_sellers(), code=code)
    return redirect("shopping:booth", slug=seller.slug)
