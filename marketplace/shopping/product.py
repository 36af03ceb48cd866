"""The page of one product: what it is, what is left of which batch, who says so, who sells it, and the way to buy."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from community.places.finding import provinces
from community.places.models import AdminUnit
from marketplace.listings.models import Listing
from marketplace.shipping.costing import delivery
from marketplace.shopping.choices import PackChoice, pack_choices, why_not_sold
from marketplace.shopping.proofs import history_of, stamps_of
from marketplace.shopping.structured import product_json_ld
from traceability.products.models import Pack
from traceability.products.taxonomy import ocop_items


@require_safe
def product_page(request: HttpRequest, slug: str) -> HttpResponse:
    listing = live_listing(slug=slug)
    return show_product(request, listing, picked=request.GET.get("pack", ""))


@require_safe
def buy(request: HttpRequest, pack_code: str) -> HttpResponse:
    """The short address behind "buy from this batch": on to the product, with the pack chosen."""
    pack = get_object_or_404(Pack.objects.select_related("product__listing"), code=pack_code)
    listing = getattr(pack.product, "listing", None)
    if listing is None:
        raise Http404
    return redirect(f"{reverse('shopping:product', args=[listing.slug])}?pack={pack.code}")


def live_listing(**which: str) -> Listing:
    """One listing with all its page needs, or 404."""
    listings = (
        Listing.objects.live()
        .select_related("product__line", "product__cooperative__commune__parent")
        .prefetch_related(
            "photos__photo__renditions",
            "product__packs__offer",
            "product__cooperative__shipping_zones__provinces",
        )
    )
    return get_object_or_404(listings, **which)


def show_product(
    request: HttpRequest, listing: Listing, *, picked: str, typed: str = "1", error: str = "", status: int = 200
) -> HttpResponse:
    """The page; with ``error`` it is the answer to an add-to-basket form that was filled in wrongly."""
    product = listing.product
    choices = pack_choices(product, picked=picked)
    chosen = next((choice for choice in choices if choice.chosen), None)
    batch = chosen.batch if chosen else None
    photos = list(listing.photos.all())
    province = AdminUnit.objects.current().provinces().filter(code=request.GET.get("province", "")[:5]).first()
    context = {
        "listing": listing,
        "product": product,
        "seller": product.cooperative,
        "photos": photos,
        "choices": choices,
        "chosen": chosen,
        "batch": batch,
        "not_sold": why_not_sold(product, choices),
        "stamps": stamps_of(product),
        "history": history_of(batch) if batch else None,
        "provinces": provinces(),
        "province": province,
        "way": _way(listing, province, chosen),
        "typed": typed,
        "error": error,
        "json_ld": product_json_ld(listing, choices, photos),
        "crumbs": _crumbs(listing),
        "menu_here": "list",
    }
    return render(request, "shopping/product.html", context, status=status)


def _way(listing: Listing, province: AdminUnit | None, chosen: PackChoice | None) -> object | None:
    """Delivery of one chosen pack to the province, or None."""
    if province is None or chosen is None:
        return None
    return delivery(cooperative=listing.product.cooperative, province=province, grams=chosen.pack.ship_weight_g)


def _crumbs(listing: Listing) -> list[tuple[str, str]]:
    group = ocop_items().get(listing.product.ocop_group)
    address = reverse("shopping:list")
    middle = [(group.shown_name, f"{address}?group={group.code}")] if group else []
    return [(gettext("All goods"), address), *middle, (listing.shown_title, "")]
