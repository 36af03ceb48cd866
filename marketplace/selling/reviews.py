"""What buyers said of the cooperative's goods, and its one public answer to each."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.door.current import MemberRequest, member_required
from community.photos.rendering import with_sizes
from marketplace.reviews.minding import CannotMind, reply_to_review, reviews_of
from marketplace.reviews.showing import shown

PER_PAGE = 20


@require_safe
@member_required("view", scopes={"list"})
def reviews_page(request: MemberRequest) -> HttpResponse:
    """Newest first; each without an answer has its button."""
    own = reviews_of(request.cooperative).published().select_related("photo", "product", "batch__pack")
    own = own.select_related("line__parcel__order").prefetch_related(with_sizes("photo"))
    page = Paginator(own.order_by("-written_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    facts = {"page": page, "reviews": shown(page.object_list), "may_answer": request.membership.may("list")}
    return render(request, "selling/reviews.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def review_answer(request: MemberRequest, code: str) -> HttpResponseBase:
    reviews = reviews_of(request.cooperative).published().select_related("product__cooperative", "line__parcel__order")
    review = get_object_or_404(reviews.select_related("photo", "batch__pack"), code=code.upper()[:12])
    fault = ""
    if request.method == "POST":
        try:
            reply_to_review(review=review, words=request.POST.get("words", ""), actor=request.actor)
        except CannotMind as refused:
            if refused.code != "no_words":
                messages.info(request, _("This review has an answer already."))
                return redirect("selling:reviews")
            fault = _("Write the answer: everybody can read it.")
        else:
            messages.success(request, _("Answered. Everybody can read it beside the review."))
            return redirect("selling:reviews")
    status = HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK
    return render(request, "selling/review_answer.html", {"one": shown([review])[0], "fault": fault}, status=status)
