"""The photos of goods: put first, take out, add. The order holds at once; anything new waits for the moderators."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.photos.models import Photo
from community.photos.taking_in import take_in_photo
from marketplace.listings.changes import photos_of
from marketplace.listings.models import Listing
from marketplace.listings.picturing import set_photos
from marketplace.listings.standing import standing_of
from marketplace.listings.writing import BadListing
from marketplace.selling.door import listing_or_404
from marketplace.selling.sentences import sentence_of


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def photos_page(request: MemberRequest, code: str) -> HttpResponseBase:
    listing = listing_or_404(request.cooperative, code)
    fault = ""
    if request.method == "POST":
        try:
            at_once = _change(request, listing)
        except DomainError as refusal:
            fault = sentence_of(refusal)
        else:
            kept = _("Kept. Buyers see it after the market has looked: send it when you are done.")
            messages.success(request, _("Done. Buyers see it like this now.") if at_once else kept)
            return redirect("selling:photos", code=listing.product.code)
    return _show(request, listing, fault)


def _show(request: MemberRequest, listing: Listing, fault: str) -> HttpResponse:
    facts = {
        "listing": listing,
        "photos": photos_of(listing.get_latest_revision_as_object()),
        "standing": standing_of(listing),
        "fault": fault,
    }
    return render(request, "selling/photos.html", facts, status=HTTPStatus.CONFLICT if fault else HTTPStatus.OK)


def _change(request: MemberRequest, listing: Listing) -> bool:
    """What the pressed button means. Raises DomainError."""
    held = list(photos_of(listing.get_latest_revision_as_object()))
    named = request.POST.get("first") or request.POST.get("out") or ""
    photo = next((one for one in held if str(one.pk) == named), None)
    upload = next((file for file in request.FILES.getlist("photo") if file), None)
    wanted: list[Photo] = held
    if upload is not None:
        if standing_of(listing).review == "waiting":
            raise BadListing("in_review", slug=listing.slug)  # before a picture is stored that nobody will see
        title = listing.title
        fresh = take_in_photo(
            upload=upload, title=title, actor=request.actor.as_part(), cooperative=request.cooperative
        )
        wanted = [*held, fresh]
    elif photo is not None and "first" in request.POST:
        wanted = [photo, *(one for one in held if one != photo)]
    elif photo is not None:
        wanted = [one for one in held if one != photo]
    else:
        raise BadListing("choose_photo")
    return set_photos(listing=listing, photos=wanted, actor=request.actor)
