"""The page of one product: what it is, what is left of which batch, who says so, who sells it, and the way to buy."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from community.consents.showing import phone_withheld, remember
from community.photos.rendering import with_sizes
from community.places.models import AdminUnit
from marketplace.basket.quoting import QuotedLine, QuotedParcel, quote_parcel
from marketplace.listings.choices import PackChoice
from marketplace.listings.models import Listing, ListingPhoto
from marketplace.listings.pages import page_of
from marketplace.reviews.showing import public_reviews, shown
from marketplace.shipping.models import PickUpPoint
from marketplace.shopping.catalogue import SHORT_NAMES
from marketplace.shopping.kept_pages import kept, product_version
from marketplace.shopping.places import asked_place, varies
from marketplace.shopping.structured import crumbs_json_ld, product_json_ld
from traceability.products.models import Pack
from traceability.products.taxonomy import ocop_items

REVIEWS_SHOWN = 3


@require_safe
@kept(product_version, knows=("pack", "to", "province"))
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
        .select_related(
            "product__line",
            "product__rating",
            "product__cooperative__commune__parent",
            "product__cooperative__dispatch_days",
            "product__cooperative__application",
        )
        .prefetch_related(
            Prefetch("photos", ListingPhoto.objects.filter(photo__is_withheld=False).select_related("photo")),
            with_sizes("photos__photo"),
            Prefetch("product__packs", Pack.objects.select_related("offer")),
            Prefetch("product__cooperative__pick_up_points", PickUpPoint.objects.on_offer()),
        )
    )
    listing = get_object_or_404(listings.annotate(withheld=phone_withheld("product__cooperative__phone")), **which)
    remember(listing.product.cooperative, withheld=listing.withheld)
    return listing


def show_product(
    request: HttpRequest, listing: Listing, *, picked: str, typed: str = "1", error: str = "", status: int = 200
) -> HttpResponse:
    """The page; with ``error`` it is the answer to an add-to-basket form that was filled in wrongly."""
    page = page_of(listing, picked=picked)
    asked = asked_place(request)
    crumbs = _crumbs(listing)
    context = page.facts() | {
        "asked": asked,
        "way": _way(listing, asked.place, page.chosen),
        "typed": typed,
        "error": error,
        "json_ld": product_json_ld(page),
        "crumbs_json_ld": crumbs_json_ld(crumbs, here=reverse("shopping:product", args=[listing.slug])),
        "rating": getattr(listing.product, "rating", None),
        "reviews": shown(public_reviews(listing.product_id)[:REVIEWS_SHOWN]),
        "crumbs": crumbs,
        "menu_here": "list",
    }
    return varies(render(request, "shopping/product.html", context, status=status))


def _way(listing: Listing, place: AdminUnit | None, chosen: PackChoice | None) -> QuotedParcel | None:
    """One chosen pack as a parcel to the place, or None."""
    if place is None or chosen is None:
        return None
    prefetch_related_objects([listing.product.cooperative], "shipping_zones__places")
    line = QuotedLine(chosen.pack, 1, chosen.price_dong, None, chosen.packs_left, None)
    return quote_parcel([line], cooperative=listing.product.cooperative, place=place)


def _crumbs(listing: Listing) -> list[tuple[str, str]]:
    group = ocop_items().get(listing.product.ocop_group)
    address = reverse("shopping:list")
    name = SHORT_NAMES.get(group.code, group.shown_name) if group else ""
    middle = [(str(name), f"{address}?group={group.code}")] if group else []
    return [(gettext("All goods"), address), *middle, (listing.shown_title, "")]
