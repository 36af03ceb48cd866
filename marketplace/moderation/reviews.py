"""Reviews in the staff's admin: what was reported, hidden only with a reason, or let stand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView

from community.audit.actors import Actor
from community.staff_rights import actor_with
from marketplace.moderation.looking import LookInspect, LookViewSet, MomentColumn, opens
from marketplace.reviews.minding import CannotMind, hide_review, let_stand, show_review
from marketplace.reviews.models import Review

RIGHT = "marketplace.change_review"
TROUBLES: dict[str, Promise] = {
    "own": _("You belong to this seller: somebody else decides."),
    "no_words": _("Write the reason: the writer reads it."),
    "hidden": _("It is hidden already."),
    "shown": _("It is shown already."),
}


class ReviewInspect(LookInspect):
    template_name = "moderation/review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        review: Review = self.object
        return super().get_context_data(**kwargs) | {
            "review": review,
            "reports": review.reports.order_by("-pk"),
            "may_decide": self.request.user.has_perm(RIGHT),
            "act_url": reverse("review_act", args=[review.pk]),
        }


class ReviewIndex(IndexView):
    """Those with open reports come first."""

    def get_base_queryset(self) -> QuerySet[Review]:
        waiting = Count("reports", filter=Q(reports__closed_at=None))
        found: QuerySet[Review] = super().get_base_queryset()
        return found.annotate(waiting=waiting)


class ReviewViewSet(LookViewSet):
    model = Review
    icon = "comment"
    menu_label = _("Reviews")
    index_view_class = ReviewIndex
    inspect_view_class = ReviewInspect
    inspect_view_fields = (
        "product", "batch", "stars", "words", "shown_name", "written_at", "changed_at", "reply", "replied_at",
        "hidden_at", "hidden_by", "hidden_why",
    )  # fmt: skip
    list_display = (
        opens("reviews", "product", label=_("Product"), accessor=lambda review: review.product.name),
        Column("drawn", label=_("Stars"), accessor="drawn"),
        Column("words", label=_("What they wrote"), accessor=lambda review: review.words[:80]),
        Column("waiting", label=_("Open reports"), accessor="waiting"),
        MomentColumn("hidden_at", label=_("Hidden")),
        MomentColumn("written_at", label=_("Written")),
    )
    list_filter = ("stars",)
    list_select_related = ("product",)
    search_fields = ("code", "words", "product__name")
    ordering = ("-waiting", "-pk")


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide it with a reason, show it again, or let it stand."""
    actor = actor_with(request.user, RIGHT)
    review = get_object_or_404(Review.objects.select_related("product__cooperative", "line__parcel__order"), pk=pk)
    try:
        messages.success(request, str(_do(review, request, actor)))
    except CannotMind as refused:
        messages.error(request, str(TROUBLES.get(refused.code, TROUBLES["hidden"])))
    return redirect("reviews:inspect", review.pk)


def _do(review: Review, request: HttpRequest, actor: Actor) -> Promise:
    match request.POST.get("act"):
        case "hide":
            reason = request.POST.get("reason", "")
            hide_review(review=review, reason=reason, actor=actor, without_photo="photo" in request.POST)
            return _("Hidden. The writer is told why.")
        case "show":
            show_review(review=review, actor=actor)
            return _("Shown again.")
        case _:
            let_stand(review=review, actor=actor)
            return _("It stays as it is. The reports are closed.")


urlpatterns = [path("danh-gia/<int:pk>/quyet/", act, name="review_act")]
