"""The doors to a cooperative's own things. Another's does not exist here: 404."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from community.accounts.models import User
from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest
from community.mandates.scopes import Scope
from marketplace.listings.models import Listing, ListingDraft
from marketplace.orders.models import Parcel, came_to_seller
from marketplace.orders.states import ParcelStatus
from traceability.products.models import Pack


def parcel_or_404(cooperative: Cooperative, code: str) -> Parcel:
    """Never one that somebody is still paying: a basket is not the seller's business, what is paid on delivery is."""
    parcels = (
        Parcel.objects.of_cooperative(cooperative)
        .filter(came_to_seller())
        .exclude(status=ParcelStatus.AWAITING_PAYMENT)
        .select_related("order__commune__parent", "cooperative", "accepted_by", "packed_by", "shipped_by")
    )
    return get_object_or_404(parcels, code=code.upper())


def listing_or_404(cooperative: Cooperative, product_code: str) -> Listing:
    listings = Listing.objects.of_cooperative(cooperative).select_related(
        "product__line", "product__cooperative__commune__parent", "latest_revision"
    )
    return get_object_or_404(listings, product__code=product_code.upper())


def pack_or_404(cooperative: Cooperative, code: str) -> Pack:
    packs = Pack.objects.filter(product__cooperative=cooperative, offer__isnull=False).select_related(
        "offer", "product__cooperative", "product__listing"
    )
    return get_object_or_404(packs, code=code.upper())


def draft_or_404(cooperative: Cooperative, code: str) -> ListingDraft:
    drafts = ListingDraft.objects.filter(cooperative=cooperative).select_related(
        "photo", "cooperative__commune__parent", "listing__product"
    )
    return get_object_or_404(drafts, code=code.upper())


def cooperative_with_parcel(user: User, code: str) -> Cooperative | None:
    """The cooperative of this parcel, if the person works for it."""
    return _working_for(user).filter(parcels__code=code.upper()).first()


def cooperative_with_product(user: User, code: str) -> Cooperative | None:
    return _working_for(user).filter(products__code=code.upper()).first()


def _working_for(user: User) -> QuerySet[Cooperative]:
    held = user.memberships.active()
    return Cooperative.objects.filter(memberships__in=held).exclude(status=Cooperative.Status.CEASED)


def may_accept(request: MemberRequest) -> bool:
    """Accepting an order, and saying that goods are missing: a scope of its own, which shows nobody's name."""
    return request.membership.may("pack") if request.mandate is None else Scope.ORDERS in request.mandate.scopes


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form, also when it was sent empty; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None
