"""Reviews: written under the order's secret link by who received the goods, read by everybody, reported by anybody."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from community.accounts.models import User
from community.audit.actors import Actor
from community.limiting import is_within
from community.photos.models import Photo
from community.photos.several import drop_photos, take_in_photos
from community.photos.taking_in import BadPhoto
from marketplace.listings.models import Listing
from marketplace.orders.models import OrderLine
from marketplace.reviews.minding import CannotMind, report_review
from marketplace.reviews.models import Review
from marketplace.reviews.showing import public_reviews, shown
from marketplace.reviews.writing import RECEIVED, CannotReview, Opinion, may_change, short_name, write_review
from marketplace.shopping.claims import photo_fault
from marketplace.shopping.review_forms import ReportForm, ReviewForm
from marketplace.shopping.secret_link import back_to_order, find_order, secret

PER_PAGE = 10
WRITTEN_PER_HOUR = 20
REPORTED_PER_HOUR = 6


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@secret
def review_write(request: HttpRequest, token: str, line: int) -> HttpResponse:
    """Write it, or change it while that is allowed."""
    order = find_order(token)
    lines = OrderLine.objects.select_related("parcel", "pack__product", "review__photo")
    found = get_object_or_404(lines, parcel__order=order, pk=line)
    review: Review | None = getattr(found, "review", None)
    if found.parcel.status not in RECEIVED or (review is not None and not may_change(review)):
        messages.info(request, _refusal(review))
        return back_to_order(token)
    first = {"stars": str(review.stars), "words": review.words, "named": bool(review.shown_name)} if review else {}
    data = request.POST if request.method == "POST" else None
    form = ReviewForm(data, initial=first, short_name=short_name(order))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_bound and not is_within(request, action="review", most=WRITTEN_PER_HOUR):
        form.add_error(None, gettext("That was often. Please wait a while."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    elif form.is_bound and form.is_valid() and _write(request, found, form):
        messages.success(request, gettext("Thank you. Everybody can read it on the page of the goods."))
        return back_to_order(token)
    facts = {"order": order, "line": found, "review": review, "form": form}
    return render(request, "shopping/review_write.html", facts, status=status)


def _write(request: HttpRequest, line: OrderLine, form: ReviewForm) -> bool:
    told, actor = form.cleaned_data, Actor.buyer()
    uploads = request.FILES.getlist("photo")
    photos: list[Photo] = []
    try:
        photos = take_in_photos(uploads=uploads, title=f"{line.title}", most=1, actor=actor)
        opinion = Opinion(told["stars"], told["words"], photos[0] if photos else None, told["named"])
        write_review(line=line, opinion=opinion, actor=actor)
    except BadPhoto as fault:
        form.add_error(None, photo_fault(fault))
        return False
    except CannotReview:
        drop_photos(photos)
        form.add_error(None, _refusal(Review.objects.filter(line=line).first()))
        return False
    return True


def _refusal(review: Review | None) -> str:
    if review is None:
        return gettext("Goods can be reviewed when they have arrived.")
    if review.hidden_at is not None:
        return gettext("Your review is not shown. Reason: %(why)s") % {"why": review.hidden_why}
    return gettext("The time to change this review is over. Thank you for it.")


@require_safe
def product_reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them, newest first, ten a page."""
    listings = Listing.objects.live().select_related("product__rating")
    listing = get_object_or_404(listings, slug=slug)
    page = Paginator(public_reviews(listing.product_id), PER_PAGE).get_page(request.GET.get("page"))
    facts = {
        "listing": listing,
        "rating": getattr(listing.product, "rating", None),
        "page": page,
        "reviews": shown(page.object_list),
        "menu_here": "list",
    }
    return render(request, "shopping/reviews.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def review_report(request: HttpRequest, code: str) -> HttpResponse:
    """Staff look at it; nothing happens by itself. A seller reports here too, as everybody does."""
    reviews = Review.objects.published().select_related("product__listing", "product__cooperative")
    review = get_object_or_404(reviews, code=code[:12])
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_bound and form.is_valid():
        if is_within(request, action="review-report", most=REPORTED_PER_HOUR):
            _report(request, review, form)
            messages.success(request, gettext("Thank you. A person looks at it."))
            return redirect("shopping:product_reviews", slug=review.product.listing.slug)
        form.add_error(None, gettext("That was often. Please wait a while."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "shopping/review_report.html", {"review": review, "form": form}, status=status)


def _report(request: HttpRequest, review: Review, form: ReportForm) -> None:
    """A member of the seller is known by the membership; everybody else stays nameless."""
    actor, seller = Actor.buyer(), review.product.cooperative
    if isinstance(request.user, User) and request.user.memberships.active().filter(cooperative=seller).exists():
        actor = Actor.of(request.user, seller)
    try:
        report_review(review=review, words=form.cleaned_data["words"], actor=actor)
    except CannotMind:  # hidden meanwhile: what was asked for has happened
        return
