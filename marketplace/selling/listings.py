"""My goods: what is on sale, what waits, what the moderators asked to change; words, price, stop and resume."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.cooperatives.current import choose_cooperative
from community.door.current import MemberRequest, is_offered, is_open_to, member_required
from community.photos.models import Photo
from community.photos.rendering import with_sizes
from community.photos.taking_in import BadPhoto, take_in_photo
from community.places.finding import provinces
from marketplace.listings.changes import WORDS, price_history
from marketplace.listings.deciding import looks_at
from marketplace.listings.drafting import described
from marketplace.listings.finding import SOLD_ONLINE
from marketplace.listings.flags import FAR_CHANGE, is_far
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.pages import page_of
from marketplace.listings.papers import papers_of
from marketplace.listings.shelves import shown_unit_price
from marketplace.listings.standing import Review, Standing, standing_of, standings
from marketplace.listings.writing import (
    BadListing,
    change_words,
    listings_of,
    resume_selling,
    send_for_review,
    set_price,
    stop_selling,
)
from marketplace.orders.reserving import packs_left
from marketplace.selling.door import cooperative_with_product, listing_or_404, pack_or_404, posted
from marketplace.selling.forms import NewPriceForm, WordsForm
from marketplace.selling.sentences import sentence_of
from traceability.products.models import Pack


@dataclass(frozen=True, slots=True)
class Row:
    """A listing in the list, with the pill that says where it stands."""

    listing: Listing
    standing: Standing
    photo: Photo | None
    packs: list[Pack]
    left: int

    @property
    def pill(self) -> tuple[str, str]:
        return pill_of(self.standing, self.packs, is_archived=self.listing.product.is_archived)


def pill_of(standing: Standing, packs: list[Pack], *, is_archived: bool) -> tuple[str, str]:
    """(kind, text) of components/pill.html: what is to be done comes first."""
    if is_archived:
        return "", _("Archived")
    if standing.review == Review.CHANGES and standing.is_refused:
        return "bad", _("Refused")
    if standing.review == Review.CHANGES:
        return "bad", _("Needs a change")
    if standing.live and all(not pack.offer.on_sale for pack in packs):
        return "", _("Stopped")
    if standing.live:
        return "good", _("On sale")
    if standing.review == Review.WAITING:
        return "wait", _("In review")
    return "", _("Draft")


@require_safe
@member_required("view", scopes={"list", "import"}, drafts=True)
def listings_page(request: MemberRequest) -> HttpResponse:
    unsent = ListingDraft.objects.filter(cooperative=request.cooperative, sent_at=None)
    drafts = unsent.select_related("photo").prefetch_related(with_sizes("photo"))
    rows = rows_of(listings_of(request.cooperative))
    facts = {
        "rows": [row for row in rows if not row.listing.product.is_archived],
        "archived": [row for row in rows if row.listing.product.is_archived],
        "drafts": [(draft, described(draft)) for draft in drafts],
        "may_list": request.membership.may("list"),
        "may_sheets": is_offered(request, "list") and is_open_to(request, reverse("selling:sheets")),
    }
    return render(request, "selling/listings.html", facts)


def rows_of(listings: list[Listing]) -> list[Row]:
    """A fixed number of queries for any number of listings."""
    stands = standings(listings)
    packs = {listing.pk: _offered(listing) for listing in listings}
    left = packs_left([pack.pk for group in packs.values() for pack in group], today=clock.today())
    return [
        Row(
            listing=listing,
            standing=stands[listing.pk],
            photo=next((each.photo for each in listing.photos.all()), None),
            packs=packs[listing.pk],
            left=sum(left.get(pack.pk, 0) for pack in packs[listing.pk]),
        )
        for listing in listings
    ]


def _offered(listing: Listing) -> list[Pack]:
    return [pack for pack in listing.product.packs.all() if hasattr(pack, "offer")]


@require_safe
@member_required("view", scopes={"list", "import"})
def listing_page(request: MemberRequest, code: str) -> HttpResponseBase:
    if (elsewhere := cooperative_with_product(request.user, code)) not in (None, request.cooperative):
        choose_cooperative(request, elsewhere)
        return redirect("selling:listing", code=code)
    listing = listing_or_404(request.cooperative, code)
    product = listing.product
    draft = listing.get_latest_revision_as_object()
    packs = list(product.packs.select_related("offer").filter(offer__isnull=False))
    left = packs_left([pack.pk for pack in packs], today=clock.today())
    standing = standing_of(listing)
    history = price_history(packs)
    facts = page_of(draft).facts() | {
        "own": listing,
        "standing": standing,
        "pill": pill_of(standing, packs, is_archived=product.is_archived),
        "is_waiting": standing.review == Review.WAITING,
        "needs_changes": standing.review == Review.CHANGES,
        "packs": [(pack, left.get(pack.pk, 0), history.get(pack.pk, [])) for pack in packs],
        "papers": papers_of(product),
        "looks": [look for look in looks_at(listing) if look.verdict],
        "may_list": request.membership.may("list"),
        "may_record": request.membership.may("record"),
        "is_online": product.sale_mode in SOLD_ONLINE,
        "provinces": provinces(),
        "typed": "1",
    }
    return render(request, "selling/listing.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def words_page(request: MemberRequest, code: str) -> HttpResponseBase:
    """New words (and a photo) on top of what is live; they wait for the moderators, buyers keep reading the old."""
    listing = listing_or_404(request.cooperative, code)
    form = WordsForm(posted(request), request.FILES or None, initial=_words_of(listing))
    if request.method == "POST" and form.is_valid():
        try:
            photos = _new_photos(request, form, listing)
            change_words(listing=listing, words=form.words(), new_photos=photos, actor=request.actor)
            send_for_review(listing=listing, actor=request.actor.as_part())
        except BadPhoto as fault:
            form.add_error("photo", sentence_of(fault))
        except BadListing as fault:
            form.add_error(None, sentence_of(fault))
        else:
            messages.success(request, _("Sent. Buyers read the old words until the market has looked at the new ones."))
            return redirect("selling:listing", code=listing.product.code)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    facts = {"listing": listing, "form": form, "standing": standing_of(listing)}
    return render(request, "selling/words.html", facts, status=status)


def _words_of(listing: Listing) -> dict[str, Any]:
    draft = listing.get_latest_revision_as_object()
    return {name: getattr(draft, name) for name in WORDS}


def _new_photos(request: MemberRequest, form: WordsForm, listing: Listing) -> list[Photo]:
    """The new photo before all but the first of the old ones; nothing when none was chosen."""
    upload = form.cleaned_data["photo"]
    if not upload:
        return []
    title = form.cleaned_data["title"]
    fresh = take_in_photo(upload=upload, title=title, actor=request.actor.as_part(), cooperative=request.cooperative)
    held = [each.photo for each in listing.get_latest_revision_as_object().photos.all()]
    return [fresh, *held[1:]]


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def price_page(request: MemberRequest, code: str) -> HttpResponseBase:
    """A new price: typed, read back in words, confirmed; then it holds at once.

    When somebody else changed it meanwhile, both are shown beside each other, and it takes one more press.
    """
    pack = pack_or_404(request.cooperative, code)
    initial = {"price": f"{pack.offer.price_dong:,}".replace(",", "."), "seen": str(pack.offer.price_dong)}
    form = NewPriceForm(posted(request), initial=initial)
    status, wanted, seen = HTTPStatus.OK, None, None
    if form.is_bound and form.is_valid():
        wanted, seen = form.cleaned_data["price"], form.cleaned_data["seen"]
        if "sure" in request.POST:
            try:
                set_price(pack=pack, price_dong=wanted, actor=request.actor, seen_dong=seen)
            except BadListing:
                pack.offer.refresh_from_db()
                status = HTTPStatus.CONFLICT
            else:
                messages.success(request, _("The new price holds from now on."))
                return redirect("selling:listing", code=pack.product.code)
    elif form.is_bound:
        status = HTTPStatus.BAD_REQUEST
    facts = {
        "pack": pack,
        "form": form,
        "wanted": wanted,
        "moved": seen is not None and pack.offer.price_dong not in (seen, wanted),
        "unit_price": shown_unit_price(wanted, pack.net_quantity_base, pack.base_unit) if wanted else "",
        "is_far": wanted is not None and is_far(wanted, pack.offer.price_dong, times=FAR_CHANGE),
        "history": price_history([pack]).get(pack.pk, []),
    }
    return render(request, "selling/price.html", facts, status=status)


@require_POST
@member_required("list")
def stop(request: MemberRequest, code: str) -> HttpResponseBase:
    pack = pack_or_404(request.cooperative, code)
    stop_selling(pack=pack, actor=request.actor)
    messages.success(request, _("Stopped. Nobody can order it until you sell it again."))
    return redirect("selling:listing", code=pack.product.code)


@require_POST
@member_required("list")
def resume(request: MemberRequest, code: str) -> HttpResponseBase:
    pack = pack_or_404(request.cooperative, code)
    resume_selling(pack=pack, actor=request.actor)
    messages.success(request, _("On sale again."))
    return redirect("selling:listing", code=pack.product.code)
