"""Goods into review and out of it, out of the shop, into the archive and out of it again. Each answer says what
happened and how to undo it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.door.current import IN_PERSON, MemberRequest, member_required
from marketplace.listings.ending import archive_goods, call_back, keep_old_words, restore_goods
from marketplace.listings.models import Listing
from marketplace.listings.writing import BadListing, send_for_review
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.selling.door import listing_or_404
from marketplace.selling.sentences import sentence_of

OPEN = (ParcelStatus.NEW, ParcelStatus.ACCEPTED, ParcelStatus.PACKED, ParcelStatus.SHIPPED)
"""Ordered, and not there yet."""


@require_POST
@member_required("list")
def send_again(request: MemberRequest, code: str) -> HttpResponseBase:
    """For words that were written and not sent, or whose review was called off."""
    told = _("Sent. The market looks at it and sends a message, mostly within a day.")
    return _done(request, code, send_for_review, told)


@require_POST
@member_required("list")
def call_back_page(request: MemberRequest, code: str) -> HttpResponseBase:
    return _done(request, code, call_back, _("Taken back. Nothing is lost: change it, or send it again."))


@require_POST
@member_required("list")
def keep_old_page(request: MemberRequest, code: str) -> HttpResponseBase:
    told = _("The new words are dropped. Buyers go on reading the old ones.")
    return _done(request, code, keep_old_words, told)


def _done(request: MemberRequest, code: str, deed: Callable[..., object], told: str) -> HttpResponseBase:
    """Do it, say so or why not, and show the goods again."""
    listing = listing_or_404(request.cooperative, code)
    try:
        deed(listing=listing, actor=request.actor)
    except BadListing as fault:
        messages.error(request, sentence_of(fault))
    else:
        messages.success(request, told)
    return redirect("selling:listing", code=listing.product.code)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list", scopes=IN_PERSON)
def archive_page(request: MemberRequest, code: str) -> HttpResponseBase:
    """Asked first: what will happen to open orders (nothing), batches, baskets."""
    listing = listing_or_404(request.cooperative, code)
    if request.method != "POST":
        return _ask(request, listing)
    archive_goods(listing=listing, actor=request.actor)
    messages.success(request, _("Archived. Nobody can order it; old orders and batches stay. Undo it below."))
    return redirect("selling:listing", code=listing.product.code)


def _ask(request: MemberRequest, listing: Listing) -> HttpResponse:
    parcels = Parcel.objects.of_cooperative(request.cooperative).filter(status__in=OPEN)
    facts = {
        "listing": listing,
        "open_parcels": parcels.filter(lines__pack__product=listing.product).distinct().count(),
    }
    return render(request, "selling/archive.html", facts)


@require_POST
@member_required("list")
def restore_page(request: MemberRequest, code: str) -> HttpResponseBase:
    return _done(request, code, restore_goods, _("It is back, as it was before."))
