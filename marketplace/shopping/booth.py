"""The booth of a cooperative: who they are and all they sell. Event documents name them by ``/p/<code>``."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.listings.finding import live_listings
from marketplace.listings.proofs import stamps_of_seller
from marketplace.listings.shelves import cards_in_order
from marketplace.shipping.models import PickUpPoint
from marketplace.shipping.words import weekday_words
from marketplace.shopping.catalogue import PER_PAGE, language
from marketplace.shopping.structured import crumbs_json_ld, seller_json_ld
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.plots.models import Plot
from traceability.products.models import in_language

BATCHES_SHOWN = 3


def known_sellers() -> QuerySet[Cooperative]:
    """Whoever has sold here. A suspended or ceased seller keeps a page that says so: its packs are still in use."""
    return Cooperative.objects.exclude(status=Cooperative.Status.APPLIED)


@require_safe
def booth_page(request: HttpRequest, slug: str) -> HttpResponse:
    sellers = known_sellers().select_related("commune__parent", "photo", "application", "dispatch_days")
    points = Prefetch("pick_up_points", PickUpPoint.objects.on_offer())
    seller = get_object_or_404(sellers.prefetch_related("shipping_zones", points), slug=slug)
    listings = live_listings().filter(product__cooperative=seller).order_by("-entry__in_stock", "title", "pk")
    page = Paginator(listings.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    newest = (
        Batch.objects.filter(status=Batch.Status.PUBLISHED)
        .of_cooperative(seller)
        .select_related("pack", "product")
        .order_by("-published_at", "-pk")[:BATCHES_SHOWN]
    )
    crumbs = [(gettext("All goods"), reverse("shopping:list")), (seller.name, "")]
    context = {
        "seller": seller,
        "intro": in_language(seller.intro, seller.intro_en),
        "page": page,
        "cards": cards_in_order(list(page.object_list), today=clock.today(), language=language()),
        "stamps": stamps_of_seller(seller),
        "batches": [(batch, batch_path(batch)) for batch in newest],
        "grown_in": growing_places(seller),
        "weekdays": weekday_words(getattr(seller, "dispatch_days", None)),
        "crumbs": crumbs,
        "json_ld": seller_json_ld(seller),
        "crumbs_json_ld": crumbs_json_ld(crumbs, here=reverse("shopping:booth", args=[seller.slug])),
    }
    return render(request, "shopping/booth.html", context)


def growing_places(seller: Cooperative) -> QuerySet[AdminUnit]:
    """Communes in which its goods grow or are made: the public is told no nearer than that."""
    plots = Plot.objects.in_use().filter(cooperative=seller)
    return AdminUnit.objects.filter(pk__in=plots.values("commune")).select_related("parent")


@require_safe
def party(request: HttpRequest, code: str) -> HttpResponse:
    """An event document's party. The booth's address may change with the name, the code never does."""
    seller = get_object_or_404(known_sellers(), code=code)
    return redirect("shopping:booth", slug=seller.slug)
